"""docs/rows.md: every record of stages/records.py with its columns."""

import dataclasses
import inspect
import typing
from collections.abc import Iterator, Mapping
from enum import EnumType

from reference import fields

import stages.records
from pipeline.discovery import discover
from pipeline.schema import Record

PAGE = "rows.md"
HEAD = """\
# Rows

The rows that pass between stages, and those of exports. A column is null only where its type says so. Every row has an
`id`, which is a path: what is made of a row keeps its id or extends it, `020a.../qa-005/qwq-03` for an attempt.
"""

# Columns that mean the same wherever they stand and say nothing of themselves.
COMMON = {
    "alternatively": "times the word stands",
    "answer": "the gold: the short answer that others are compared with",
    "answer_text": "the answer as it stood beside the question, whole",
    "answer_type": "how answers are compared, see [the verifier](verifier.md)",
    "attribution": "whom the licence wants named",
    "author": "who wrote the answer, as the page names them",
    "benchmark": "its name",
    "cluster": "shared by near copies and by problems cut from one, which no split divides",
    "content": "what is said",
    "content_key": "digest of the normalised question, or of a page's content",
    "data_source": "`tracemill/` and the source, by which trainers report",
    "difficulty": "name of the band it falls into, null where none are set",
    "domain": "the site's host",
    "draw": "how this attempt came to be drawn, for estimates of pass rates",
    "end": "behind the last character",
    "extracted": "the answer as it stood in the response, null where there was none",
    "extractor": "the rule or stage that found the pair",
    "final": "what stands after the reasoning",
    "finish_reason": "how the text ended",
    "group": "the group of phrases it is in",
    "however": "times the word stands",
    "html": "as fetched, null where only text is known",
    "is_closed": "whether the site closed the question",
    "is_question": "else it is an answer",
    "is_verifiable": "its answer, null where it gave none",
    "item": "the item's id",
    "item_question": "the item's question",
    "judge": "name of the model that judged",
    "judge_revision": "digest of its weights",
    "judge_style": "name of its prompt",
    "judge_version": "of the judge's rules",
    "label": "what is to become of the site",
    "language": "as the page says, or as it was recognised",
    "licence": "as the page states it, or as the recipe says of the source",
    "max_tokens": "as it was asked",
    "mean_score": "of the pages' scores",
    "model": "name of the model that was asked",
    "num_attempts": "decided attempts that the pass rate counts",
    "num_chars": "length of the text",
    "num_documents": "pages of the site",
    "num_prompt_tokens": "of what was asked, by the teacher's own count",
    "num_recalled": "of them, those whose score reached the threshold",
    "num_tokens": "of the whole response, by the teacher's own count",
    "num_words": "length in words",
    "origin": "who wrote the answer",
    "outcome": "the verdict",
    "pass_rate": "share of right ones among decided attempts, without the bias of early stopping",
    "pass_rate_high": "the upper end of its 95 % interval",
    "pass_rate_low": "the lower end of its 95 % interval",
    "phrase": "the phrase that was looked for",
    "policy": "digest of the verifier's policy",
    "problem_id": "the id of the problem",
    "prompt": "the question with its instruction, as a chat",
    "prompt_style": "name of the prompt the question was put in",
    "question": "the question as it is put",
    "reason": "why the verdict is so",
    "reasoning": "the text inside `<think>`, null where there is none",
    "reasons": "what it says speaks against it",
    "recheck": "times the word stands",
    "reference_solution": "the worked solution that came with the question",
    "removal_key": "what an owner's request for removal names",
    "reply": "the model's whole text",
    "rescued": "how the question was made checkable, if it was not",
    "retry": "times the word stands",
    "revision": "digest or commit of its weights",
    "role": "`user` or `assistant`",
    "rule_outcome": "the verdict of the rules",
    "rule_reason": "why the rules said so",
    "rule_version": "of the verifier",
    "sample": "the number of the attempt among those of its teacher",
    "score": "the site's own votes, or a classifier's probability",
    "seed": "of the draw",
    "sentence": "the sentence that was found",
    "site": "host of the site",
    "snippet": "the beginning of the text on one line",
    "solution": "the worked solution, where the answer stands at its end",
    "source": "the name of where it came from",
    "split": "`train` or `validation`",
    "start": "first character",
    "status": "what the attempts say of the gold",
    "stopped": "why no more were drawn",
    "style": "name of the prompt",
    "tags": "the site's own",
    "teacher": "name of who was asked",
    "temperature": "as it was asked",
    "text": "the words",
    "title": "of the page",
    "top_p": "as it was asked",
    "top_k": "as it was asked",
    "min_p": "as it was asked",
    "repetition_penalty": "as it was asked",
    "unit": "of the gold, if it has one",
    "url": "the address of the page",
    "verifier": "what decided",
    "version": "of what decided",
    "wait": "times the word stands",
}


def groups() -> dict[type, list[str]]:
    """Every dataclass that is declared there; records that cross between stages first, then their parts."""
    own = [kind for _, kind in inspect.getmembers(stages.records, _is_own)]
    return {kind: [] for kind in sorted(own, key=lambda kind: (not issubclass(kind, Record), kind.__name__))}


def _is_own(member: object) -> bool:
    return inspect.isclass(member) and dataclasses.is_dataclass(member) and member.__module__ == "stages.records"


def page(homes: Mapping[type, str]) -> str:
    kinds = groups()
    parts = [kind for kind in kinds if not issubclass(kind, Record) and homes[kind] == PAGE]
    lines = [HEAD, "## Records\n"]
    for kind in kinds:
        if issubclass(kind, Record):
            lines += [*_section(kind, homes), *_stages(kind), ""]
    lines.append("## Parts of rows\n")
    for kind in parts:
        lines += [*_section(kind, homes), ""]
    lines.append("## Words\n\nColumns that hold one of a few words.\n")
    for name, words in sorted(_words().items()):
        values = ", ".join(f"`{word.value}`" for word in words)
        lines += [f"### {name}\n", f"{fields.prose(words)}\n", f"{values}\n"]
    return "\n".join(lines)


def _section(kind: type, homes: Mapping[type, str]) -> Iterator[str]:
    yield f"### {kind.__name__}\n"
    yield f"{fields.summary(kind)}\n"
    yield from ("| column | type | meaning |", "|---|---|---|")
    hints = typing.get_type_hints(kind)
    for field in dataclasses.fields(kind):
        told = fields.meaning(kind, field.name) or COMMON.get(field.name, "")
        yield f"| `{field.name}` | {_spelled(hints[field.name], homes)} | {fields.cell(told)} |"


def _spelled(hint: object, homes: Mapping[type, str]) -> str:
    """As of options, but a word of a few is a link to the list of them."""
    if isinstance(hint, EnumType):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    if members := typing.get_args(hint):
        if typing.get_origin(hint) is list:
            return f"list of {_spelled(members[0], homes)}"
        return " or ".join(_spelled(member, homes) for member in members)
    return fields.spelled(hint, homes)


def _stages(record: type) -> Iterator[str]:
    kinds = discover(["stages"])
    for verb, side in (("Made by", "row_out"), ("Read by", "row_in")):
        names = [f"[{name}](stages.md#{name})" for name in sorted(kinds) if getattr(kinds[name], side) is record]
        if names:
            yield f"\n{verb} {', '.join(names)}."


def _words() -> dict[str, EnumType]:
    """Every enumeration that some column holds."""
    found = {}
    for kind in groups():
        for hint in typing.get_type_hints(kind).values():
            for member in (hint, *typing.get_args(hint)):
                if isinstance(member, EnumType):
                    found[member.__name__] = member
    return found
