"""What the pipeline would cost at ten and a hundred million rows, and at WebInstruct's size: from measured rates.

    python -m bench.scale.cost [--rates FILE] [--check]

Reads what `bench.scale.halves --json` measured (`bench/scale/rates.json`) and writes the section of `docs/scaling.md`
between its marks. All that was not measured stands in `Assumptions`. `--check` writes nothing and fails where the
section is not what the command would write.
"""

import argparse
import json
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.scale.halves import FIRST

ROOT = Path(__file__).resolve().parents[2]
RATES, PAGE = Path(__file__).with_name("rates.json"), ROOT / "docs" / "scaling.md"
BEGIN, END = "<!-- cost: begin -->", "<!-- cost: end -->"
FIXED = ("read_benchmark", "train_tagger", "train_recall", "read_documents")  # whatever the number of rows


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """What no run on the machine at hand can tell. `answer_chars` is the mean of the forty recorded traces that are
    bundled (`configs/samples/r1_traces.jsonl.gz`), `kept_by_stopping` the share of tokens that stopping at two right
    answers left of eight samples in `bench/distillation/adaptive.py` and `index_mb` the memory of the journal for a
    million answers.
    """

    pages: int = 18_000_000
    pairs: int = 5_000_000
    problems: int = 462_000
    samples: int = 16
    page_bytes: int = 100_000
    answer_chars: int = 10_962
    chars_per_token: float = 3.2
    gpu: str = "H100 of 80 GB"
    gpus: int = 16
    tokens_per_gpu_s: float = 1_500  # a model of 32B parameters in bfloat16 on two of them, 64 answers each at once
    kept_by_stopping: float = 0.313
    index_mb: float = 50
    line_chars: int = 900  # of a journal's line beside the answer
    packed: float = 0.35  # of texts in Parquet
    cores: int = 32
    memory_gb: float = 64
    disk_gb: float = 2_000
    shard_rows: int = 20_000
    gpu_hour: float = 2.5
    core_hour: float = 0.04


@dataclass(frozen=True)
class HalfRates:
    """Of one half, as measured on `cores` cores: per row of its input, and what does not depend on it."""

    rows: int
    core_s: float
    fixed_core_s: float
    stored_bytes: float
    own_mb: float
    grown_gb: float
    input_bytes: float
    by_node: Mapping[str, float]

    @classmethod
    def of(cls, told: Mapping[str, Any], rows: int, cores: int) -> "HalfRates":
        """All cores are taken for busy all the time, so that core-seconds are an upper bound.

        The seconds of the whole are the nodes' in proportion to what their workers took.
        Bytes, and GB of memory for a million rows, without pages of mapped files, are those by which the whole input
        takes more than an eighth: models and benchmarks do not grow.
        """
        nodes = told["stages"]
        share = told["seconds"] / sum(one["seconds"] for one in nodes.values())
        fixed = sum(one["seconds"] for one in nodes.values() if one["stage"] in FIXED) * share
        rest = {name: one["seconds"] * share * cores / rows for name, one in nodes.items() if one["stage"] not in FIXED}
        return cls(
            rows=rows,
            core_s=sum(rest.values()),
            fixed_core_s=fixed * cores,
            stored_bytes=(told["store_mb"] + told["exports_mb"] - told["first_disk_mb"]) * 1e6 / (rows * (1 - FIRST)),
            own_mb=told["own_mb"],
            grown_gb=max(0.0, told["own_mb"] - told["first_own_mb"]) * 1e3 / (rows * (1 - FIRST)),
            input_bytes=told["input_mb"] * 1e6 / rows,
            by_node=rest,
        )

    def core_hours(self, rows: int, *, times: float = 1.0) -> float:
        return (self.core_s * times * rows + self.fixed_core_s) / 3600

    def memory_gb(self, rows: int) -> float:
        return self.own_mb / 1e3 + self.grown_gb * (rows - self.rows) / 1e6

    def slowest(self) -> str:
        return max(self.by_node, key=lambda name: self.by_node[name])


# Ten and a hundred million rows


def _grown(back: HalfRates, nodes: int, given: Assumptions) -> list[str]:
    lines = [
        f"| rows | core-hours | on {given.cores} cores | memory | disk | files |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for rows in (10_000_000, 100_000_000):
        hours = back.core_hours(rows)
        files = 2.5 * nodes * rows / given.shard_rows  # a shard's rows, its report, and often its rejects
        lines.append(
            f"| {rows:,} | {hours:,.0f} | {_long(hours / given.cores * 3600)} | {back.memory_gb(rows):,.0f} GB"
            f" | {back.stored_bytes * rows / 1e9:,.0f} GB | {files:,.0f} |"
        )
    return lines


def breaks(back: HalfRates, given: Assumptions) -> list[tuple[int, str]]:
    """At how many rows what is used up, the first first."""
    found = [(round(given.disk_gb * 1e9 / back.stored_bytes), f"{given.disk_gb:,.0f} GB of disk")]
    if back.grown_gb:
        left_gb = given.memory_gb - back.own_mb / 1e3
        found.append((round(left_gb / back.grown_gb * 1e6) + back.rows, f"{given.memory_gb:.0f} GB of memory"))
    per_month = given.cores * 30 * 86_400 / back.core_s
    found.append((round(per_month), f"a month on {given.cores} cores"))
    return sorted(found)


# WebInstruct's size


@dataclass(frozen=True)
class Bill:
    """Core-hours by what they are spent on, GPU-hours without and with stopping, disk in GB by what takes it."""

    core_hours: Mapping[str, float]
    gpu_hours: float
    gpu_hours_stopping: float
    tokens: float
    disk_gb: Mapping[str, float]


def bill(front: HalfRates, back: HalfRates, given: Assumptions) -> Bill:
    answers = given.problems * given.samples
    tokens = answers * given.answer_chars / given.chars_per_token
    longer = given.page_bytes / front.input_bytes
    judged = back.by_node["traces"] + back.by_node["verdicts"]  # nearly every row comes as far
    front_hours = front.core_hours(given.pages, times=longer)
    back_hours = back.core_hours(given.pairs) - judged * given.pairs / 3600
    text_gb = answers * given.answer_chars / 1e9
    return Bill(
        core_hours={"pages to pairs": front_hours, "pairs to problems": back_hours, "grading": judged * answers / 3600},
        gpu_hours=tokens / given.tokens_per_gpu_s / 3600,
        gpu_hours_stopping=tokens * given.kept_by_stopping / given.tokens_per_gpu_s / 3600,
        tokens=tokens,
        disk_gb={
            "pages": front.stored_bytes * longer * given.pages / 1e9,
            "pairs": back.stored_bytes * given.pairs / 1e9,
            "journal": text_gb + answers * given.line_chars / 1e9,
            "attempts and exports": 2 * text_gb * given.packed,
        },
    )


def _told(paid: Bill, front: HalfRates, back: HalfRates, given: Assumptions) -> list[str]:
    cores, disk = sum(paid.core_hours.values()), sum(paid.disk_gb.values())
    cores_s, gpus_s = cores / given.cores * 3600, paid.gpu_hours / given.gpus * 3600
    money = {"GPU-hours": paid.gpu_hours * given.gpu_hour, "core-hours": cores * given.core_hour}
    first = max(money, key=lambda name: money[name])
    spent = "; ".join(f"{name} {hours:,.0f}" for name, hours in paid.core_hours.items())
    stored = "; ".join(f"{name} {size:,.0f} GB" for name, size in paid.disk_gb.items())
    answers = given.problems * given.samples
    return [
        "| what | amount | of which |",
        "|---|---:|---|",
        f"| core-hours | {cores:,.0f} | {spent} |",
        f"| GPU-hours | {paid.gpu_hours:,.0f} | {paid.tokens / 1e9:,.1f} billion tokens; stopping at two right answers"
        f" leaves {paid.gpu_hours_stopping:,.0f} |",
        f"| disk | {disk:,.0f} GB | {stored} |",
        f"| memory of the journal | {answers / 1e6 * given.index_mb:,.0f} MB | {answers / 1e6:.1f} million answers |",
        "",
        f"{given.gpus} GPUs take {_long(gpus_s)}, {given.cores} cores {_long(cores_s)}. **The bottleneck is the"
        f" {'teacher' if gpus_s > cores_s else 'reading of pages'}**, and what costs most are the {first}: "
        f"{money['GPU-hours']:,.0f} against {money['core-hours']:,.0f} at {given.gpu_hour:g} a GPU-hour and"
        f" {given.core_hour:g} a core-hour. Of the cores' work most is `{front.slowest()}` in the front half and"
        f" `{back.slowest()}` in the back half.",
    ]


def _long(seconds: float) -> str:
    """In the largest unit of which there are two."""
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.0f} {unit}"
    return f"{seconds:.0f} seconds"


def _largest(half: Mapping[str, Any]) -> str:
    """The node that takes most memory."""
    nodes = half["stages"]
    return max(nodes, key=lambda name: nodes[name]["own_mb"] or 0.0)


def _times(half: Mapping[str, Any]) -> float:
    """Store and exports as a multiple of the input."""
    return float((half["store_mb"] + half["exports_mb"]) / half["input_mb"])


def section(told: Mapping[str, Any], given: Assumptions) -> str:
    """The text between the marks."""
    front = HalfRates.of(told["front"], told["pages"], told["cores"])
    back = HalfRates.of(told["back"], told["rows"], told["cores"])
    nodes = sum(one["stage"] not in FIXED for one in told["back"]["stages"].values())
    ends = breaks(back, given)
    return "\n".join(
        wrapped(line)
        for line in [
            *_measured(told, front, back),
            "",
            "### Ten and a hundred million rows through the back half",
            "",
            *_grown(back, nodes, given),
            "",
            "First ends " + ", then ".join(f"{what} ({rows / 1e6:,.0f} million rows)" for rows, what in ends) + ". "
            "Rows go through row stages in constant memory, and tables are sorted in parts of 128 MB; what grows with"
            " the rows are the ids by which tables are joined and what is decided by, most in"
            f" `{_largest(told['back'])}`: {back.grown_gb:.1f} GB for a million rows.",
            "",
            f"### WebInstruct's size: {given.pages / 1e6:.0f} million pages, {given.pairs / 1e6:.0f} million pairs,"
            f" {given.problems:,} prompts with {given.samples} answers each",
            "",
            *_told(bill(front, back, given), front, back, given),
            "",
            _assumed(given),
        ]
    )


def _measured(told: Mapping[str, Any], front: HalfRates, back: HalfRates) -> list[str]:
    return [
        f"Measured with {told['rows']:,} rows of {back.input_bytes:,.0f} bytes and {told['pages']:,} pages of"
        f" {front.input_bytes / 1e3:,.0f} KB on {told['cores']} cores by `python -m bench.scale.halves`, with"
        " `keep: results`; the rest is arithmetic.",
        "",
        f"The back half took {_long(told['back']['seconds'])}, at most {told['back']['own_mb']:,.0f} MB of memory"
        f" (over an eighth of the rows {told['back']['first_own_mb']:,.0f}) and {_times(told['back']):.1f} times the"
        f" input on disk; the front half {_long(told['front']['seconds'])},"
        f" {told['front']['own_mb']:,.0f} MB ({told['front']['first_own_mb']:,.0f}) and"
        f" {_times(told['front']):.1f} times its pages unpacked. With the pages of mapped files, which the system takes"
        f" back where memory is short, {told['back']['peak_mb']:,.0f} MB and {told['front']['peak_mb']:,.0f} MB were"
        f" resident. A second run of the back half, with nothing to do,"
        f" took {told['back']['noop_s']:.1f} s, `tracemill plan` {told['back']['plan_s']:.1f} s.",
    ]


def _assumed(given: Assumptions) -> str:
    return (
        f"Assumed, not measured: pages of {given.page_bytes / 1e3:.0f} KB, whose stages take time by their length;"
        f" {given.answer_chars / given.chars_per_token:,.0f} tokens an answer ({given.answer_chars:,} characters,"
        f" as the bundled R1 traces have, at {given.chars_per_token:g} a token); {given.tokens_per_gpu_s:,.0f}"
        f" tokens a second of each {given.gpu} with a teacher of 32B parameters; grading as long as that of the"
        " scripted teacher's short answers. `Assumptions` in `bench/scale/cost.py` holds them all: put in your own and"
        " run `python -m bench.scale.cost`."
    )


def wrapped(line: str) -> str:
    """Prose as the page has it, of 120 characters a line; headings and tables as they are."""
    return line if line.startswith(("|", "#")) else textwrap.fill(line, 120, break_on_hyphens=False)


def page_with(text: str, page: str) -> str:
    """The page with the section exchanged; raises `ValueError` where a mark is missing."""
    before, _, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE} has no section between {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{text}\n{END}{after}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rates", type=Path, default=RATES)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    page = PAGE.read_text("utf-8")
    made = page_with(section(json.loads(options.rates.read_text()), Assumptions()), page)
    if options.check:
        sys.exit(None if made == page else f"{PAGE} is out of date: python -m bench.scale.cost")
    PAGE.write_text(made, "utf-8")


if __name__ == "__main__":
    main()
