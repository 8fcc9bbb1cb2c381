"""What a model's chat template makes of the rows of a data set: faults, notes and lengths in tokens, as JSON."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.errors import ConfigError
from stages._template_rows import ChatRow, count_rows, sample_rows
from teachers import TeacherError
from teachers.template import Template, TemplateError
from teachers.template_faults import Fault, FaultKind, opened_or_closed, words_added

ROWS = 500
LIMITS = (1024, 2048, 4096, 8192, 16384, 32768)
QUANTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "max": 1.0}
# A tokenizer that knows no length says so with a number beyond all lengths.
NO_LENGTH = 10**9
EARLIER = "A thought of an earlier turn."
PROBE = (
    {"role": "user", "content": "A question"},
    {"role": "assistant", "content": f"<think>\n{EARLIER}\n</think>\n\nAn answer"},
    {"role": "user", "content": "Another question"},
)


def template_facts(tokenizer: Path, files: Sequence[Path], *, name: str | None = None) -> dict[str, Any]:
    """What the template in the folder `tokenizer` makes of the rows in `files`, which are those of one view:

    {"tokenizer": "SmolLM2-135M", "template": "own",           # "missing": checked with our own minimal one
     "template_digest": "9f86...", "view": "sft", "rows": 3, "checked": 3,
     "passed": true, "prefill": "<think>\\n", "max_length": 2048,
     "faults": [FINDING], "notes": [FINDING],                  # a fault trains on something else than the rows say
     "lengths": {"prompt": LENGTHS, "completion": LENGTHS, "total": LENGTHS}}

    FINDING = {"fault": "no_end", "rows": 2, "row": "id", "why": "...", "way_out": "...", "rendered": "..."}
    LENGTHS = {"mean": 20.5, "p50": 20, "p90": 30, "p95": 31, "p99": 40, "max": 41,
               "over": {"1024": 0.0, ..., "max_length": 0.0}}  # shares of the rows; without a length no such key
    """
    return check_template(load_model_tokenizer(str(tokenizer)), files, name=name or tokenizer.name)


@dataclass(frozen=True)
class ModelTokenizer:
    """A tokenizer with what the rest of its model says: the tokens that generation stops on, and its length."""

    tokenizer: Any
    stop_ids: tuple[int, ...]
    max_length: int | None


def load_model_tokenizer(where: str) -> ModelTokenizer:
    """From a folder or the hub; raises `ConfigError` where there is none."""
    if find_spec("transformers") is None:
        raise ConfigError("templates are tried with transformers, which is not installed; it is in tracemill[train]")
    from transformers import AutoConfig, AutoTokenizer, GenerationConfig

    if where.startswith(("/", ".", "~")) and not Path(where).is_dir():
        raise ConfigError(f"there is no folder {where}; give one with a tokenizer, or the id of a model on the hub")
    try:
        tokenizer = AutoTokenizer.from_pretrained(where, trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{where} holds no tokenizer that can be loaded: {str(error).splitlines()[0]}") from error
    length = int(tokenizer.model_max_length)
    try:
        stops = GenerationConfig.from_pretrained(where).eos_token_id
    except (OSError, ValueError):  # a tokenizer alone, without its model
        stops = None
    try:
        made_for = AutoConfig.from_pretrained(where, trust_remote_code=False).get_text_config().max_position_embeddings
    except (OSError, ValueError, AttributeError):
        made_for = None
    lengths = [each for each in (length, made_for) if each and each < NO_LENGTH]
    return ModelTokenizer(tokenizer, _ids(stops), min(lengths, default=None))


def _ids(stops: int | list[int] | None) -> tuple[int, ...]:
    return () if stops is None else tuple(stops) if isinstance(stops, list) else (stops,)


def check_template(model: ModelTokenizer, files: Sequence[Path], *, name: str, rows: int = ROWS) -> dict[str, Any]:
    """As `template_facts`; raises `ConfigError` for a tokenizer without an end token and files without rows."""
    try:
        template = Template(model.tokenizer, stop_ids=model.stop_ids)
    except TeacherError as error:
        raise ConfigError(f"{name}: {error}") from error
    tally = _Tally(template, model.max_length)
    for row in sample_rows(files, rows=rows):
        tally.add(row)
    if not tally.checked:
        raise ConfigError(f"{name}: there are no rows to check in {', '.join(map(str, files)) or 'the view'}")
    findings = tally.findings()
    faults = [finding for finding in findings if not FaultKind(finding["fault"]).is_note]
    return {
        "tokenizer": name,
        "template": "own" if template.is_own else "missing",
        "template_digest": hashlib.sha256(model.tokenizer.get_chat_template().encode()).hexdigest(),
        "view": files[0].parent.name,
        "rows": count_rows(files),
        "checked": tally.checked,
        "passed": not faults,
        "prefill": template.prefill,
        "max_length": model.max_length,
        "faults": faults,
        "notes": [finding for finding in findings if finding not in faults],
        "lengths": tally.lengths(),
    }


@dataclass
class _Tally:
    """`found` holds of each kind the first fault with its row; lengths are those of rows that could be rendered."""

    template: Template
    max_length: int | None
    found: dict[FaultKind, tuple[Fault, str]] = field(default_factory=dict)
    counts: Counter[FaultKind] = field(default_factory=Counter)
    checked: int = 0
    prompts: list[int] = field(default_factory=list)
    completions: list[int] = field(default_factory=list)

    def add(self, row: ChatRow) -> None:
        examined = self.template.examine(row.prompt, row.completion)
        self.checked += 1
        if examined.told:
            self.prompts.append(examined.num_prompt)
        if examined.told and row.completion:
            self.completions.append(examined.num_completion)
        for fault in {fault.kind: fault for fault in examined.faults}.values():
            self._note(fault, row.id)
        if self.max_length and examined.num_prompt + examined.num_completion > self.max_length:
            self._note(FaultKind.TOO_LONG.shown(f"more than {self.max_length:,} tokens"), row.id)

    def _note(self, fault: Fault, row_id: str) -> None:
        self.found.setdefault(fault.kind, (fault, row_id))
        self.counts[fault.kind] += 1

    def findings(self) -> list[dict[str, Any]]:
        """In the order of `FaultKind`; what lies in the template itself is in all rows and has `row` None."""
        of_all = {fault.kind: _finding(fault, None, self.checked) for fault in of_template(self.template)}
        of_rows = {kind: _finding(fault, row, self.counts[kind]) for kind, (fault, row) in self.found.items()}
        both = of_all | of_rows
        return [both[kind] for kind in FaultKind if kind in both]

    def lengths(self) -> dict[str, Any]:
        parts = {"prompt": self.prompts}
        if self.completions:
            whole = [sum(pair) for pair in zip(self.prompts, self.completions, strict=True)]
            parts |= {"completion": self.completions, "total": whole}
        return {part: self._lengths(values) for part, values in parts.items() if values}

    def _lengths(self, values: Sequence[int]) -> dict[str, Any]:
        counted = np.asarray(values)
        limits = {str(limit): limit for limit in LIMITS} | ({"max_length": self.max_length} if self.max_length else {})
        return {
            "mean": round(float(counted.mean()), 1),
            **{name: int(np.quantile(counted, q, method="closest_observation")) for name, q in QUANTILES.items()},
            "over": {name: round(float((counted > limit).mean()), 6) for name, limit in limits.items()},
        }


def _finding(fault: Fault, row: str | None, rows: int) -> dict[str, Any]:
    told = {"fault": str(fault.kind), "rows": rows, "row": row, "why": fault.why, "way_out": fault.way_out}
    return told | {"rendered": fault.rendered}


def of_template(template: Template) -> Iterator[Fault]:
    """What can be said of a template without any row."""
    text = template.tokenizer.get_chat_template()
    if not template.is_own:
        yield FaultKind.NO_TEMPLATE.shown("")
    yield from opened_or_closed(template.prefill)
    begin = template.tokenizer.bos_token
    with suppress(TemplateError):  # the rows show what it refuses
        asked = template.render(PROBE[:1])
        yield from words_added(asked, PROBE[0]["content"])
        if begin and template.adds_begin and asked.startswith(begin):
            yield FaultKind.BEGIN_ADDED.shown(asked[:80])
        if EARLIER not in (told := template.render(PROBE, is_asked=True)):
            yield FaultKind.EARLIER_REASONING_LOST.shown(told)
    if not re.search(r"{%-?\s*generation\b", text):
        yield FaultKind.NO_GENERATION_MARKS.shown("")
    if template.tokenizer.pad_token_id == template.tokenizer.eos_token_id:
        yield FaultKind.PAD_IS_END.shown(template.tokenizer.pad_token)
