"""The dataset card: everything it says is read from the manifest, so that the two cannot disagree."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

# Spellings the hub knows; a licence outside this list is shown in the table of sources and counts as "other".
HUB_LICENCES = frozenset(
    {"apache-2.0", "mit", "cc0-1.0", "cc-by-2.0", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0"}
    | {"cc-by-nc-4.0", "cc-by-nc-sa-4.0", "odc-by", "bsd-3-clause", "gpl-3.0", "unknown"}
)
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
VIEWS = {
    "sft": "examples whose answer the verifier found correct",
    "rl": "prompts with a typed gold answer and how often a teacher solved them",
    "all": "every finished attempt, right, wrong or undecided (`outcome` says which)",
}


def render_card(manifest: Mapping[str, Any]) -> str:
    """README.md with the YAML header that `datasets.load_dataset(folder, view)` reads."""
    sections = [
        _header(manifest),
        f"# {manifest['name']}",
        "Problems with short, typed, checkable answers, and reasoning that leads to them, made by tracemill.",
        "## Views\n\n" + _views(manifest),
        "## Sources and yields\n\n" + _sources(manifest["sources"]),
        "## Teachers\n\n" + _teachers(manifest["teachers"]),
        "## Checks\n\n" + _checks(manifest),
        "## Funnel\n\n" + _funnel(manifest["funnel"]),
        "## How to load and reproduce it\n\n" + _usage(manifest),
    ]
    return "\n\n".join(sections) + "\n"


def _header(manifest: Mapping[str, Any]) -> str:
    rows = sum(sum(splits.values()) for splits in manifest["rows"].values())
    licences = sorted({hub_licence(name) for facts in manifest["sources"].values() for name in facts["licences"]})
    header = {
        "pretty_name": manifest["name"],
        "license": (licences[0] if len(licences) == 1 else licences) or "unknown",
        "task_categories": ["question-answering", "text-generation"],
        "tags": ["reasoning", "chain-of-thought", "verifiable-answers", "tracemill"],
        "size_categories": [next((size for limit, size in SIZES if rows < limit), "n>1M")],
        "configs": [_config(view, splits) for view, splits in manifest["rows"].items() if any(splits.values())],
    }
    return f"---\n{yaml.safe_dump(header, sort_keys=False)}---"


def _config(view: str, splits: Mapping[str, int]) -> dict[str, Any]:
    """Names the splits with rows only: one empty split in the list and `datasets` loads none of the view."""
    files = [{"split": split, "path": f"{view}/{split}-*.parquet"} for split, rows in splits.items() if rows]
    default = {"default": True} if view == "sft" else {}
    return {"config_name": view, **default, "data_files": files}


def hub_licence(name: str) -> str:
    """The hub's spelling of a licence; "other" where it has none."""
    spelled = name.strip().lower().replace(" ", "-").replace("_", "-")
    return spelled if spelled in HUB_LICENCES else "other"


def _views(manifest: Mapping[str, Any]) -> str:
    rows = [
        [f"`{view}`", VIEWS[view], splits["train"], splits["validation"], manifest["tokens"].get(view, "")]
        for view, splits in manifest["rows"].items()
    ]
    return table(["view", "holds", "train", "validation", "teacher tokens"], rows) + (
        "\n\nTrain and validation never share a problem. A split without rows has a file with its columns all the "
        "same; `datasets` loads the splits with rows."
    )


def _sources(sources: Mapping[str, Any]) -> str:
    if not sources:
        return "No rows."
    rows = []
    for source, facts in sources.items():
        problems = {view: given["problems"] for view, given in facts["views"].items()}
        solved, sampled = problems.get("sft", 0), facts["sampled_problems"]
        share = f"{solved / sampled:.1%}" if sampled else "-"
        licences, origins = ", ".join(facts["licences"]), ", ".join(facts["origins"])
        examples = facts["views"].get("sft", {}).get("rows", 0)
        rows.append([source, licences, origins, problems.get("rl", 0), sampled, solved, share, examples])
    columns = ["source", "licence", "answers by", "problems", "sampled", "solved", "yield", "SFT rows"]
    credits = [f"- {source}: {'; '.join(facts['attributions'])}" for source, facts in sources.items()]
    named = [line for line, facts in zip(credits, sources.values(), strict=True) if facts["attributions"]]
    explained = "Sampled problems have at least one attempt with a verdict; the yield is solved over sampled."
    return "\n\n".join([table(columns, rows), explained, *(["Credits:\n\n" + "\n".join(named)] if named else [])])


def _teachers(teachers: Mapping[str, Mapping[str, int]]) -> str:
    if not teachers:
        return "No attempts."
    names = sorted({name for counts in teachers.values() for name in counts})
    rows = [[name, *(counts.get(name, 0) for counts in teachers.values())] for name in names]
    return table(["teacher", *(f"rows in `{view}`" for view in teachers)], rows)


def _checks(manifest: Mapping[str, Any]) -> str:
    verifiers = [f"{one['verifier']} {one['version']} under policy `{one['policy']}`" for one in manifest["verifiers"]]
    judged = "; ".join(verifiers) or "no verifier recorded"
    types = ", ".join(f"{name} {count}" for name, count in manifest["answer_types"]["rl"].items()) or "none"
    return f"- Verdicts: {judged}\n- Answer types (RL view): {types}\n\n{_decontamination(manifest)}"


def _decontamination(manifest: Mapping[str, Any]) -> str:
    if not manifest["decontaminated"]:
        return "Not decontaminated: no node that these rows came through looked for benchmark items."
    found = [
        [
            *(one["node"], one["stage"], _options(one["options"]), one["rows_in"], one["dropped"]),
            *(", ".join(one["against"]), ", ".join(one["sources"])),
        ]
        for one in manifest["decontaminated"]
    ]
    held = [
        [one["node"], one["benchmark"], one["rows"], one["looked_for"], f"`{one['digest'][:16]}`"]
        for one in manifest["benchmarks"]
    ]
    left = ", ".join(manifest["not_decontaminated"])
    told = f"Not checked: rows read by {left} came here through none of these nodes." if left else ""
    return "\n\n".join(
        [
            table(["node", "looked by", "options", "rows in", "dropped", "against", "in rows read by"], found),
            told or "All rows came through one of these nodes.",
            table(["node", "benchmark", "rows", "looked for", "digest"], held),
        ]
    )


def _options(options: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{name} {', '.join(map(str, value)) if isinstance(value, list) else value}" for name, value in options.items()
    )


def _funnel(funnel: Sequence[Mapping[str, Any]]) -> str:
    if not funnel:
        return "Not recorded."
    counted = ("node", "stage", "rows_in", "kept", "rows_out")
    rows = [[*(step[key] for key in counted), _reasons(step["rejected"]), step["quarantined"]] for step in funnel]
    columns = ["node", "stage", "rows in", "kept", "rows out", "rejected", "quarantined"]
    return table(columns, rows)


def _reasons(rejected: Mapping[str, int]) -> str:
    ordered = sorted(rejected.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{reason} {count}" for reason, count in ordered)


def _usage(manifest: Mapping[str, Any]) -> str:
    environment = ", ".join(f"{name} {version}" for name, version in manifest["environment"].items())
    return (
        "```python\n"
        "from datasets import load_dataset\n\n"
        'examples = load_dataset("path/to/this/folder", "sft", split="train")\n'
        "```\n\n"
        "`tracemill run` with the recipe whose node names stand in the funnel makes it again; the same content has the "
        f"digest `{manifest['digest']}`. `tracemill trace` tells the life of any row by its id.\n\n"
        f"Made with {environment}."
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table; a bar in a cell is escaped."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
