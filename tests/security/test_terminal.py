"""What rows hold neither steers a terminal nor is taken for markup, whatever command shows it."""

import contextlib
import io
from pathlib import Path

import orjson
import pytest
from rich.table import Table
from typer.testing import CliRunner

import pipeline.look as look
from pipeline.bars import LiveProgress
from pipeline.config import load_config
from pipeline.terminal import STEERING, Terminal, harmless_json
from tests.security.conftest import NODE
from tests.security.evil.rows import TEXTS
from tracemill.cli import application

APP = application()
COMMANDS = [
    ("status",),
    ("plan",),
    ("show", "src", "-n", "99"),
    ("show", "pass", "-n", "99"),
    ("rejects", "pass", "-n", "99"),
    ("quarantine", "pass", "-n", "99"),
    ("rejects", NODE, "-n", "99"),
    ("why", "pass"),
]


def said(*words: str) -> str:
    with contextlib.redirect_stderr(io.StringIO()):
        result = CliRunner().invoke(APP, list(words), color=True)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("json", [False, True])
def test_no_command_prints_what_steers(evil: Path, words: tuple[str, ...], json: bool) -> None:
    name, *more = words
    if json:
        more = [*more, "--json"]
    told = said(name, str(evil), *more)
    assert not STEERING.search(told)


def test_the_life_of_a_row_does_not_either(evil: Path) -> None:
    for row in look.rows(load_config(evil), "src", "data", 99):
        told = said("trace", str(evil), row["id"])
        assert not STEERING.search(told)


def test_markup_in_rows_is_text(evil: Path) -> None:
    assert "[/nothing]" in said("rejects", str(evil), "pass", "-n", "99")
    assert "[bold]b[/bold] [link=https://example.org]l[/link]" in said("show", str(evil), "src", "-n", "99")


def test_json_holds_the_rows_as_they_are(evil: Path) -> None:
    rows = orjson.loads(said("show", str(evil), "src", "-n", "99", "--json"))
    assert [row["question"] for row in rows] == list(TEXTS)
    assert orjson.loads(harmless_json(orjson.dumps("".join(map(chr, range(0xD800)))).decode())) == "".join(
        map(chr, range(0xD800))
    )


def test_a_terminals_own_colours_stay() -> None:
    console = Terminal(file=io.StringIO(), force_terminal=True, color_system="standard", width=60)
    table = Table("x")
    table.add_row("a\x1b[31mred\x1b[0m")
    console.print("[red]own[/red]")
    console.print(table)
    written = console.file.getvalue()  # type: ignore[attr-defined]
    assert "\x1b[31mown\x1b[0m" in written
    assert "\x1b[31mred" not in written
    assert "a\ufffd[31mred" in written


def test_an_answer_that_looks_like_markup_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    for gold in ("[/red]", "[bold]7", "[0,1)"):
        monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
        assert said("answer-type", gold)


def test_a_nodes_name_neither_steers_nor_stops_the_bars() -> None:
    stream = io.StringIO()
    stream.isatty = lambda: True  # type: ignore[method-assign]
    bars = LiveProgress(stream)
    bars.start(NODE, status="", total=3, unit="rows")
    bars.tell("note", "[/nothing] \x1b]0;owned\x07")
    counts = {"rows_in": 3, "rows_out": 3, "rejected": 0, "quarantined": 0}
    bars.finish(NODE, {"status": "ran", "seconds": 1.0, **counts})
    bars.close()
    assert "\x1b]0;owned" not in stream.getvalue()
    assert "[/bold]" in stream.getvalue()
    assert "\u202e" not in stream.getvalue()
