"""The pairs of pages on a terminal: a heading a page, a panel a pair, and a table of what became of all."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from pipeline.terminal import harmless
from stages._extract_run import Report

QUESTION_CHARS, ANSWER_CHARS, LINE_CHARS = 600, 1200, 200
_SCORE_GOOD, _SCORE_FAIR = 0.8, 0.5


@dataclass
class Tally:
    """What became of the pages so far."""

    pages: int = 0
    with_pairs: int = 0
    pairs: int = 0
    formulas: int = 0
    lost: int = 0
    extractors: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, report: Report) -> None:
        self.pages += 1
        self.with_pairs += bool(report.pairs)
        self.pairs += len(report.pairs)
        self.formulas += report.num_formulas
        self.lost += report.num_formulas_lost
        self.extractors.update(pair["extractor"] for pair in report.pairs)
        if report.reason:
            self.reasons[report.reason] += 1

    def line(self) -> str:
        """One line for all of it."""
        words = f"{_count(self.pairs, 'pair')} on {self.with_pairs:,} of {_count(self.pages, 'page')}"
        return f"{words}, {_formulas(self.formulas, self.lost)}" if self.formulas else words


def show_page(console: Console, report: Report, *, rows: int, full: bool) -> None:
    """The heading, the first `rows` pairs, and how many more there are."""
    heading = report.title or report.url or report.path
    console.print(Rule(Text(_line(heading), style="bold"), align="left"))
    if facts := [fact for fact in _facts(report) if fact != _line(heading)]:
        console.print(Text(" · ".join(facts), style="dim"))
    if report.reason:
        why = f"{report.reason}: {report.detail}" if report.detail else report.reason
        console.print(Text(f"no pairs: {_line(why)}", style="yellow"))
    for number, pair in enumerate(report.pairs[:rows], start=1):
        console.print(_panel(number, pair, full=full))
    if len(report.pairs) > rows:
        console.print(Text(f"… {len(report.pairs) - rows:,} more; --rows {len(report.pairs)} shows all", style="dim"))
    console.print()


def show_tally(console: Console, tally: Tally) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(style="dim")
    for name, count, note in _tally_rows(tally):
        table.add_row(harmless(name), f"{count:,}", note)
    console.print(table)


def _tally_rows(tally: Tally) -> Iterator[tuple[str, int, str]]:
    yield "pages", tally.pages, f"{tally.with_pairs:,} with pairs"
    yield "formulas", tally.formulas, f"{tally.lost:,} lost ({tally.lost / max(tally.formulas, 1):.1%})"
    yield "pairs", tally.pairs, ""
    for name, count in tally.extractors.most_common():
        yield f"  {name}", count, f"{count / tally.pairs:.0%}"
    yield "pages without pairs", sum(tally.reasons.values()), ""
    for name, count in tally.reasons.most_common():
        yield f"  {name}", count, ""


def trouble(report: Report) -> str:
    """One line for a page that could not be read."""
    place = f"{report.path} ({report.url})" if report.url else report.path
    return f"extract: {_line(place)}: {report.reason}: {_line(report.detail)}"


def _facts(report: Report) -> list[str]:
    """What is known of the page itself; the licence is that of its first pair."""
    first: Mapping[str, Any] = report.pairs[0] if report.pairs else {}
    facts = [report.url, report.path, report.language, first.get("licence"), first.get("attribution")]
    counts = [_formulas(report.num_formulas, report.num_formulas_lost)] if report.num_formulas else []
    counts += [_count(len(report.pairs), "pair")] if report.pairs else []
    return [*(_line(fact) for fact in facts if fact), *counts]


def _panel(number: int, pair: Mapping[str, Any], *, full: bool) -> Panel:
    score = pair["score"]
    colour = "green" if score >= _SCORE_GOOD else "yellow" if score >= _SCORE_FAIR else "red"
    title = Text.assemble((f"{number} ", "bold"), _line(pair["extractor"]), " ", (f"{score:.2f}", colour))
    body: list[RenderableType] = [
        _passage(pair["question"], QUESTION_CHARS, full=full, style="bold"),
        Rule(style="dim"),
        _passage(pair["answer_text"], ANSWER_CHARS, full=full),
    ]
    return Panel(
        Group(*body),
        title=title,
        title_align="left",
        subtitle=Text(" · ".join(_traits(pair)), style="dim"),
        subtitle_align="right",
        border_style=colour,
    )


def _traits(pair: Mapping[str, Any]) -> Iterator[str]:
    """What the site says of the answer, and where question and answer stand in the page's text."""
    if pair["is_accepted"]:
        yield "accepted"
    if pair["votes"] is not None:
        yield _count(pair["votes"], "vote")
    if pair["author"]:
        yield f"by {_line(pair['author'])}"
    yield from map(_line, pair["signals"])
    spans = [pair["question_span"], pair["answer_span"]]
    if any(spans):
        yield " → ".join(f"{span['start']}–{span['end']}" if span else "?" for span in spans)


def _passage(text: str, most: int, *, full: bool, style: str = "") -> Text:
    shown = Text(harmless(text if full else text[:most]), style=style)
    if len(text) > most and not full:
        shown.append(f"… ({len(text):,} characters; --full shows all)", style="dim")
    return shown


def _line(text: str) -> str:
    """On one line, and not for ever."""
    text = harmless(" ".join(text.split()))
    return text if len(text) <= LINE_CHARS else f"{text[:LINE_CHARS]}…"


def _formulas(total: int, lost: int) -> str:
    return _count(total, "formula") + (f", {lost:,} lost" if lost else "")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if abs(number) == 1 else f"{number:,} {noun}s"
