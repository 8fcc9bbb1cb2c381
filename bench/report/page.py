"""The page of all figures: what each says, its value, what it is to reach, and what its part printed."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from bench.report.parts import PARTS

ABOUT = {
    "verify": ("Verification", "verifier.md"),
    "extract": ("From pages to pairs", "extraction.md"),
    "hygiene": ("What may be learned from", "quality.md"),
    "distil": ("Distillation", "scaling.md"),
    "datasets": ("Data sets", "datasets.md"),
    "trainer": ("The trainer", "training.md"),
    "scale": ("Scale and faults", "scaling.md"),
}
HEAD = """\
# Benchmarks

Written by `make bench` from one run; do not edit. Peers run in the same process or beside ours within the same part, so
ratios hold where absolute figures depend on the machine. Speed-ups are their seconds over ours. "On less data" marks
parts that run with `--quick` here, because their full size does not fit into half an hour; figures of the full sizes,
and what stands behind them, are on the page of [measurements](measurements.md).
"""


def figures() -> dict[str, dict[str, dict[str, Any]]]:
    """What each figure says and is to reach, by benchmark and name."""
    text = Path(__file__).with_name("figures.yaml").read_text(encoding="utf-8")
    described: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(text)
    return described


def page(kept: Mapping[str, Any]) -> str:
    blocks = [HEAD, _versions(kept["versions"])]
    for bench, described in figures().items():
        parts = [kept["parts"][part.label] for part in PARTS if part.bench == bench and part.label in kept["parts"]]
        title, where = ABOUT[bench]
        blocks.append("\n".join([f"## {title}\n", f"More on [its page]({where}).\n", *_bench(parts, described)]))
    return "\n".join(blocks)


def _versions(found: Mapping[str, str]) -> str:
    rows = [f"| {name} | {version} |" for name, version in found.items()]
    return "\n".join(["| measured with | |", "|---|---|", *rows, ""])


def _bench(parts: list[dict[str, Any]], described: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield "| figure | value | to reach | |"
    yield "|---|---:|---:|---|"
    for part in parts:
        yield from (_row(name, part, described[name]) for name in described if name in part["figures"])
    yield ""
    for part in parts:
        yield from _told(part)


def _row(name: str, part: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    value = part["figures"][name]
    less = ", on less data" if part["label"].endswith("--quick") else ""
    return f"| {about['says']} (`{name}`{less}) | {shown(value)} | {_aim(about)} | {_verdict(value, about)} |"


def shown(value: float) -> str:
    """Three significant digits, whole numbers whole."""
    if float(value).is_integer() or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 0.001 else f"{value:.1g}"


def _aim(about: Mapping[str, Any]) -> str:
    if "least" in about:
        return f"at least {shown(about['least'])}"
    return f"at most {shown(about['most'])}" if "most" in about else ""


def _verdict(value: float, about: Mapping[str, Any]) -> str:
    is_short = value < about.get("least", value) or value > about.get("most", value)
    return "**short**" if is_short else ""


def _told(part: Mapping[str, Any]) -> Iterator[str]:
    if part["error"] == "left out":
        yield f"`{part['label']}` did not fit into the time.\n"
        return
    failed = f" **It failed: {part['error']}.**" if part["error"] else ""
    yield f"`{part['label']}`, {part['date']}, {part['seconds']} s.{failed}\n"
    if part["said"]:
        yield f"```text\n{part['said']}\n```\n"
