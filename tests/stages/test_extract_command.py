"""`tracemill extract` as a user types it: rows in a pipe, a view on a terminal, clear words where there is trouble."""

import gzip
import io
import os
import subprocess
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner, Result

import stages.commands
from pipeline.schema import schema_of
from stages._extract_run import Report
from stages._extract_view import Tally, show_page, show_tally, trouble
from stages.records import QAPair
from tests.pipeline.workshop import ENVIRONMENT, ROOT, command, failed_plainly, tracemill
from tests.stages import hostile_pages
from tests.stages.test_read_warc import response, write

APP = typer.Typer()
stages.commands.register(APP)
SAMPLE = ROOT / "configs" / "samples" / "physics.warc.gz"

SUMS = """<!DOCTYPE html><html lang="en"><head><title>Sums &amp; more</title>
<link rel="canonical" href="https://example.org/sums"></head><body><h1>Sums</h1>
<p><b>Problem.</b> What is <script type="math/tex">2+2</script>?</p><p><b>Solution.</b> It is four.</p>
<p><b>Problem.</b> What is three times three?</p><p><b>Solution.</b> It is nine.</p></body></html>"""
SKY = """<html><head><title>Sky</title><script type="application/ld+json">{"@context": "https://schema.org",
"@type": "QAPage", "mainEntity": {"@type": "Question", "name": "Why is the sky blue in the daytime?",
"text": "I always wondered about it.", "acceptedAnswer": {"@type": "Answer", "upvoteCount": 42,
"text": "Because air scatters \\u001b[31mshort waves more.", "author": {"@type": "Person", "name": "Ann"}}}}
</script></head><body><p>words</p></body></html>"""
SHEET = "Q: What is the boiling point of water?\nA: 100 degrees.\n\nQ: And that of ethanol, please?\nA: 78 degrees.\n"
QUESTIONS = {
    "sums.html": ["What is $2+2$?", "What is three times three?"],
    "sheet.txt": ["What is the boiling point of water?", "And that of ethanol, please?"],
    "sheet.md": ["What is the capital of France?"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sums.html").write_text(SUMS)
    (tmp_path / "sky.htm").write_text(SKY)
    (tmp_path / "sheet.txt").write_text(SHEET)
    (tmp_path / "sheet.md").write_text(
        "# Capitals\n\n**Question 1.** What is the capital of France?\n\n**Answer:** Paris.\n"
    )
    (tmp_path / "none.html").write_text("<p>Nothing is asked here.</p>")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    return tmp_path


def extract(*words: str | Path, given: bytes | None = None, code: int = 0) -> Result:
    result = CliRunner().invoke(APP, ["extract", *map(str, words)], input=given)
    assert result.exit_code == code, (result.output, result.exception)
    return result


def rows(*words: str | Path, given: bytes | None = None) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in extract(*words, given=given).stdout.splitlines()]


def questions(*words: str | Path, given: bytes | None = None) -> list[str]:
    return [row["question"] for row in rows(*words, given=given)]


# Rows


@pytest.mark.parametrize("name", QUESTIONS)
def test_files_of_each_kind_give_their_pairs(folder: Path, name: str) -> None:
    assert questions(folder / name) == QUESTIONS[name]


@pytest.mark.parametrize("name", QUESTIONS)
def test_packed_files_too(folder: Path, name: str) -> None:
    path = folder / f"{name}.gz"
    path.write_bytes(gzip.compress((folder / name).read_bytes()))
    assert questions(path) == QUESTIONS[name]


def test_a_folder_gives_the_pairs_of_all_its_pages_in_the_order_of_names(folder: Path) -> None:
    (folder / "a").mkdir()
    (folder / "a" / "first.xhtml").write_text(SUMS)
    found = [Path(row["path"]).name for row in rows(folder)]
    assert found == ["first.xhtml"] * 2 + ["sheet.md", "sheet.txt", "sheet.txt", "sky.htm", "sums.html", "sums.html"]


def test_rows_are_pairs_with_the_path_and_polars_reads_them(folder: Path) -> None:
    output = extract(folder, "--source", "mine", "--licence", "CC BY 4.0").stdout
    frame = pl.read_ndjson(io.StringIO(output), infer_schema_length=None)
    assert frame.columns == [*schema_of(QAPair).names, "path"]
    assert set(frame["source"]) == {"mine"}
    assert set(frame["licence"]) == {"CC BY 4.0"}
    assert set(frame["origin"]) == {"human"}
    assert set(frame.filter(pl.col("path").str.ends_with("sums.html"))["url"]) == {"https://example.org/sums"}
    assert frame["id"].n_unique() == len(frame)


def test_an_archive_gives_the_pairs_of_its_pages(folder: Path) -> None:
    path = write(folder / "a.warc.gz", response("http://a.example/", SUMS.encode()))
    assert [(row["url"], row["path"]) for row in rows(path)] == [("http://a.example/", str(path))] * 2


def test_the_sample_gives_hundreds_of_pairs_whatever_the_number_of_workers() -> None:
    found = rows(SAMPLE, "--workers", "3")
    assert len(found) > 500
    assert all(row["url"].startswith("https://openstax.org/") for row in found)
    assert {row["licence"] for row in found} == {"CC BY 4.0"}
    assert found == rows(SAMPLE)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (SUMS.encode(), "sums.html"),
        (b"\xef\xbb\xbf \n" + SUMS.encode(), "sums.html"),
        (gzip.compress(SUMS.encode()), "sums.html"),
        (SHEET.encode(), "sheet.txt"),
        (SHEET.encode("utf-16"), "sheet.txt"),
    ],
    ids=["html", "mark", "packed", "text", "utf-16"],
)
def test_standard_input_is_known_by_how_it_begins(given: bytes, wanted: str) -> None:
    assert questions("-", given=given) == QUESTIONS[wanted]


def test_standard_input_may_be_an_archive() -> None:
    found = rows("-", given=response("http://a.example/", SUMS.encode()))
    assert [(row["path"], row["url"]) for row in found] == [("-", "http://a.example/")] * 2


def test_other_encodings_are_read(tmp_path: Path) -> None:
    page = SUMS.replace("<head>", '<head><meta charset="iso-8859-1">').replace("three times", "über drei mal")
    (tmp_path / "a.html").write_bytes(page.encode("latin-1"))
    assert questions(tmp_path / "a.html")[1] == "What is über drei mal three?"


def test_rows_of_a_page_are_limited_on_request(folder: Path) -> None:
    assert len(rows(folder / "sums.html", folder / "sheet.txt", "-n", "1")) == 2
    assert rows(folder / "sums.html", "--rows", "0") == []


# Trouble


def test_pages_that_cannot_be_read_are_told_and_do_not_stop_the_rest(folder: Path) -> None:
    (folder / "cut.html.gz").write_bytes(gzip.compress(os.urandom(100) + SUMS.encode())[:-30])
    (folder / "binary.html").write_bytes(b"<p>\0\0\0")
    (folder / "large.html").write_text("<p>" + " " * 10_000_000)
    (folder / "slow.html").write_text(hostile_pages.attributes(200_000))
    (folder / "broken.warc").write_bytes(b"this is no archive")
    (folder / "locked.html").symlink_to(folder / "nowhere")
    result = extract(folder, "--page-seconds", "0.2")
    assert len(result.stdout.splitlines()) == 6
    told = {line.split(": ")[1].rpartition("/")[2]: line.split(": ", 2)[2] for line in result.stderr.splitlines()}
    assert told == {
        "binary.html": "binary: null characters: not a page or text of any encoding",
        "broken.warc": told["broken.warc"],
        "cut.html.gz": "undecodable: compressed body ends too early",
        "large.html": "oversize: more than 10,000,000 bytes",
        "locked.html": "unreadable: No such file or directory",
        "slow.html": told["slow.html"],
    }
    assert told["slow.html"].startswith("timeout: ")  # of its processor's time, or on a busy machine of the clock's
    assert "bad_record" in told["broken.warc"]


def test_nothing_but_trouble_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"\0\0\0")
    assert "binary" in extract(tmp_path, code=1).stderr


def test_no_pairs_are_no_failure_but_told(folder: Path) -> None:
    result = extract(folder / "none.html")
    assert result.stdout == ""
    assert result.stderr == "0 pairs on 0 of 1 page; --all and --stats tell why\n"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("gone.html", "gone.html does not exist"),
        ("gone", "gone does not exist"),
        ("picture.png", "picture.png is of no kind that can be read; kinds: html, htm"),
        ("posts.xml", "posts.xml holds rows, not pages; a recipe reads it by read_stackexchange"),
        ("https://example.org/a.html", "https://example.org/a.html is an address; nothing is fetched: download"),
        ("empty", "empty holds no files that can be read; kinds: html, htm"),
    ],
)
def test_a_path_that_is_none_of_ours_is_a_wrong_usage(folder: Path, name: str, problem: str) -> None:
    (folder / "empty").mkdir()
    (folder / "posts.xml").touch()
    given = name if "://" in name else folder / name
    failed_plainly(tracemill("extract", folder / "sums.html", given), 2, problem)


@pytest.mark.parametrize("name", ["a.html", "a.txt", "a.warc", "a.warc.gz"])
def test_an_empty_file_is_told_and_is_no_failure(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    result = extract(tmp_path / name)
    assert result.stdout == ""
    assert result.stderr.startswith(f"extract: {tmp_path / name}: empty_file: ")


def test_help_names_every_kind_that_is_read() -> None:
    shown = extract("--help").stdout
    for kind in ("html", "shtml", "markdown", "wet", ".gz", ".zst"):
        assert kind in shown


def test_all_tells_pages_without_pairs_as_lines(folder: Path) -> None:
    (folder / "binary.html").write_bytes(b"\0\0\0")
    path = write(folder / "a.warc.gz", response("http://a.example/", b"<p>Nothing is asked here.</p>"))
    found = [row for row in rows(folder, "--all") if "question" not in row]
    assert [(row["path"], row["url"], row["reason"]) for row in found] == [
        (str(path), "http://a.example/", "no_qa"),
        (str(folder / "binary.html"), "", "binary"),
        (str(folder / "none.html"), "", "no_qa"),
    ]
    assert all(set(row) == {"path", "url", "reason", "detail"} for row in found)
    assert all("question" in row for row in rows(folder))


def test_pages_without_an_address_have_keys_of_their_own(folder: Path) -> None:
    keys = {Path(row["path"]).name: row["removal_key"] for row in rows(folder, "--source", "mine")}
    assert keys["sums.html"] == "example.org/sums"
    assert keys["sky.htm"] == f"mine{folder / 'sky.htm'}"
    assert len(set(keys.values())) == len(keys)


def test_entities_in_the_address_of_a_page_are_read(tmp_path: Path) -> None:
    page = SUMS.replace("https://example.org/sums", "https://example.org/forum.php?mod=view&amp;tid=38733&#38;page=1")
    (tmp_path / "a.html").write_text(page)
    assert {row["url"] for row in rows(tmp_path)} == {"https://example.org/forum.php?mod=view&tid=38733&page=1"}


def test_the_address_of_a_page_is_what_its_head_states_and_no_comment_or_script(tmp_path: Path) -> None:
    link = '<link rel="canonical" href="https://example.org/sums">'
    for name, head in {
        "comment": f"<!-- {link} -->",
        "script": f"<script>var a = '{link}'</script>",
        "shared": '<meta property="og:url" content="https://example.org/shared">',
        "relative": '<link rel="canonical" href="/sums">',
    }.items():
        (tmp_path / f"{name}.html").write_text(SUMS.replace(link, head))
    found = {Path(row["path"]).stem: row["url"] for row in rows(tmp_path)}
    assert found == {"comment": "", "relative": "", "script": "", "shared": "https://example.org/shared"}


def test_a_reader_that_leaves_is_no_trouble() -> None:
    piped = f"set -o pipefail; {' '.join(command('extract', SAMPLE))} | head -n 1"
    done = subprocess.run(["bash", "-c", piped], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert orjson.loads(done.stdout)["question"]
    assert done.stderr == ""


def test_a_full_disk_is_one_line(folder: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command("extract", folder, "-q"), cwd=ROOT, env=ENVIRONMENT, stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 1
    assert done.stderr.startswith("error: the output cannot be written (No space left on device)")
    assert len(done.stderr.splitlines()) == 1


# Figures


def test_stats_count_formulas_pairs_and_reasons(folder: Path) -> None:
    (folder / "binary.html").write_bytes(b"\0\0\0")
    lines = [" ".join(line.split()) for line in extract(folder, "--stats").stderr.splitlines()]
    assert "pages 6 4 with pairs" in lines
    assert "formulas 1 0 lost (0.0%)" in lines
    assert "pairs 6" in lines
    assert "json_ld 1 17%" in lines
    assert lines[-3:] == ["pages without pairs 2", "binary 1", "no_qa 1"]


# The view


def report(**changes: Any) -> Report:
    pair = {
        "question": "Why?", "answer_text": "So.", "extractor": "thread", "score": 0.7, "licence": "CC BY-SA 4.0",
        "attribution": None, "author": "Ann", "votes": 3, "is_accepted": True, "signals": ["pii_email"],
        "question_span": {"start": 1, "end": 5}, "answer_span": {"start": 7, "end": 10},
    }  # fmt: skip
    pairs = [pair | change for change in changes.pop("pairs", [{}])]
    facts = {"title": "A title", "url": "https://a.example/", "language": "en", "num_formulas": 4}
    return Report("a.html", **(facts | {"num_formulas_lost": 1, "pairs": pairs} | changes))


def seen(of: Report, *, rows: int = 10, full: bool = False, colour: bool = False) -> str:
    console = Console(file=io.StringIO(), width=80, force_terminal=colour, highlight=False)
    show_page(console, of, rows=rows, full=full)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_page_is_seen_with_its_facts_and_pairs() -> None:
    lines = seen(report()).splitlines()
    assert lines[0].startswith("A title ──")
    assert lines[1] == "https://a.example/ · a.html · en · CC BY-SA 4.0 · 4 formulas, 1 lost · 1 pair"
    assert lines[2].startswith("╭─ 1 thread 0.70 ──")
    assert [line.strip("│ ") for line in lines[3:6:2]] == ["Why?", "So."]
    assert lines[6].endswith("─ accepted · 3 votes · by Ann · pii_email · 1–5 → 7–10 ─╯")
    assert {len(line) for line in lines if line} <= {80, len(lines[1])}


def test_many_pairs_and_long_texts_are_cut_short() -> None:
    text = "many words " * 200
    found = seen(report(pairs=[{"answer_text": text}] * 3), rows=2)
    assert " ".join(found.split()).count("(2,200 characters; --full │ │ shows all)") == 2
    assert "… 1 more; --rows 3 shows all" in found
    assert seen(report(pairs=[{"answer_text": text}]), full=True).count("many") == 200


def test_a_page_without_pairs_says_why() -> None:
    found = seen(report(pairs=[], reason="no_qa", detail="no rule applies"))
    assert "no pairs: no_qa: no rule applies" in found


@pytest.mark.parametrize("sign", ["\x1b[31m", "\x9b31m", "\x07", "\u202e", "\r"])
def test_a_page_cannot_speak_to_the_terminal(sign: str) -> None:
    text = f"a{sign}b"
    hostile = report(title=text, url=text, pairs=[{"question": text, "answer_text": text, "author": text}])
    unread = report(title=text, pairs=[], reason="bad", detail=text)
    spoken = seen(hostile, colour=True) + seen(unread, colour=True) + trouble(unread)
    assert f"a{sign}b" not in spoken
    assert "[red]x" in seen(report(title="[red]x"))


def test_the_table_adds_up() -> None:
    tally = Tally()
    for one in (report(), report(pairs=[{}, {"extractor": "faq"}]), report(pairs=[], reason="no_qa")):
        tally.add(one)
    console = Console(file=io.StringIO(), width=80)
    show_tally(console, tally)
    assert isinstance(console.file, io.StringIO)
    lines = [" ".join(line.split()) for line in console.file.getvalue().splitlines()]
    assert lines == [
        "pages 3 2 with pairs", "formulas 12 3 lost (25.0%)", "pairs 3", "thread 2 67%", "faq 1 33%",
        "pages without pairs 1", "no_qa 1",
    ]  # fmt: skip
    assert tally.line() == "3 pairs on 2 of 3 pages, 12 formulas, 3 lost"


def on_terminal(*words: str | Path) -> str:
    """What the command writes to a terminal of 100 columns."""
    ours, theirs = os.openpty()
    environment = ENVIRONMENT | {"COLUMNS": "100", "TERM": "xterm"}
    started = subprocess.Popen(command("extract", *words), cwd=ROOT, env=environment, stdout=theirs, stderr=theirs)
    os.close(theirs)
    pieces = []
    with open(ours, "rb", buffering=0) as terminal:  # noqa: PTH123  # a descriptor
        try:
            while piece := terminal.read(65_536):
                pieces.append(piece)
        except OSError:  # how a terminal ends
            pass
    assert started.wait(60) == 0
    return b"".join(pieces).decode()


def test_a_terminal_shows_the_view_and_a_line_at_the_end(folder: Path) -> None:
    shown = on_terminal(folder, "-n", "1")
    for word in ("Sums & more", "What is $2+2$?", "… 1 more; --rows 2 shows all", "╭─", "sky blue"):
        assert word in shown
    assert "three times three" not in shown
    assert "\x1b[31mshort" not in shown
    assert "6 pairs on 4 of 5 pages, 1 formula" in shown
    assert "none.html" not in shown
    assert "no pairs: no_qa" in on_terminal(folder, "--all", "-n", "0")
    assert orjson.loads(on_terminal(folder / "sheet.md", "--json").strip())["answer_text"] == "Paris."


def test_long_work_shows_a_bar_unless_told_not_to(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number}.html").write_text(SUMS + "<!-- " + " " * 100_000 + "-->")
    assert "%" in on_terminal(tmp_path, "-n", "0")
    assert "%" not in on_terminal(tmp_path, "-n", "0", "--quiet")
