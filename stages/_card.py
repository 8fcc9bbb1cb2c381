"""The dataset card: everything it says is read from the manifest, so that the two cannot disagree."""

from collections.abc import Mapping
from typing import Any

from stages._card_checks import checks
from stages._card_header import header
from stages._card_limits import has_attempts, limits, num_not_correct, num_unfinished
from stages._card_origins import funnel, sources, teachers
from stages._card_reasoning import reasoning
from stages._card_text import code, plain, table
from stages._card_use import loading, removal, reproduction

VIEWS = {
    "sft": "examples whose answer the verifier found correct",
    "rl": "prompts with a typed gold answer and how often a teacher solved them",
    "sft_all": "attempts as they ended, right, wrong or undecided (`outcome` says which)",
    "rl_all": "every problem, before difficulty bands and audits",
}
COLUMNS = {
    "sft": "`id`, `messages`, `prompt`, `completion` (`<think>` reasoning and answer), `reasoning`, `final`, `answer`, "
    "`answer_type`, `outcome`, `num_tokens`, `finish_reason`, `teacher`, `pass_rate` with its 95 % interval, "
    "`difficulty`, `trajectory`, `provenance`",
    "rl": "`id`, `prompt`, `question`, `answer`, `answer_type`, `data_source`, `num_attempts`, `pass_rate` with its "
    "95 % interval, `difficulty`, `split`, `provenance`",
}


def render_card(manifest: Mapping[str, Any]) -> str:
    """README.md with the YAML header that `datasets.load_dataset(folder, view)` reads, of a manifest of format 2.

    `audit` (of `audit_verifier`), `templates` (of `template_facts`) and `languages` may be missing.
    """
    leading = ", and reasoning that leads to them" if has_attempts(manifest) else ""
    sections = [
        header(manifest),
        f"# {plain(manifest['name'])}",
        f"Problems with short, typed, checkable answers{leading}, made by tracemill.",
        "## Views\n\n" + _views(manifest),
        "## Sources, licences and yields\n\n" + sources(manifest),
        "## Teachers and their terms\n\n" + teachers(manifest["teachers"], manifest["teacher_terms"]),
        "## Funnel\n\n" + funnel(manifest),
        f"## {'What the reasoning looks like' if has_attempts(manifest) else 'The problems'}\n\n" + reasoning(manifest),
        checks(manifest),
        "## Known limits\n\n" + limits(manifest),
        "## How to load it\n\n" + loading(manifest),
        "## How to make it again\n\n" + reproduction(manifest),
        "## How to have rows removed\n\n" + removal(),
    ]
    return "\n\n".join(sections) + "\n"


def _holds(view: str, manifest: Mapping[str, Any]) -> str:
    """A selection may take attempts that are wrong, for a comparison; then it is not called verified."""
    facts = manifest["statistics"].get(view)
    if view == "sft" and (wrong := num_not_correct(facts)):
        return f"selected examples; of {wrong:,} the verifier did not find the answer correct"
    if view == "sft_all" and facts and (cut := num_unfinished(facts)):
        return f"{VIEWS[view]}, {cut:,} of them cut off or in circles"
    if view == "rl" and facts and not facts["sampled"]:
        return "prompts with a typed gold answer; no teacher was asked"
    return VIEWS[view]


def _kinds(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """The views of each kind of columns, of those there are."""
    views = {kind: [view for view in (kind, f"{kind}_all") if view in manifest["rows"]] for kind in COLUMNS}
    return {kind: of for kind, of in views.items() if of}


def _views(manifest: Mapping[str, Any]) -> str:
    rows = [
        [code(view), _holds(view, manifest), splits["train"], splits["validation"], manifest["tokens"].get(view)]
        for view, splits in manifest["rows"].items()
    ]
    columns = [f"- {', '.join(map(code, of))}: {COLUMNS[kind]}" for kind, of in _kinds(manifest).items()]
    return "\n\n".join(
        [
            table(["view", "holds", "train", "validation", "teacher tokens"], rows),
            "Train and validation never share a problem, nor near copies of one. A split without rows has a file with "
            "its columns all the same; `datasets` loads the splits with rows.",
            "Columns:\n\n" + "\n".join(columns),
            f"`index/VIEW.parquet` holds the digest of every row, and `rewards/` a reward file for each trainer that "
            f"calls the verifier by which the {'rows were judged' if has_attempts(manifest) else 'golds were typed'}.",
        ]
    )
