import gzip
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.stage import Reject
from stages import _quads
from stages.extract_qa import ExtractQa
from stages.read_quads import ReadQuads
from stages.records import Document, QAPair

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
PAGE = "http://example.org/faq"


def quad(subject: str, predicate: str, value: str, page: str = PAGE) -> str:
    name = TYPE if predicate == "type" else f"<http://schema.org/{predicate}>"
    return f"{subject} {name} {value} <{page}> .\n"


def question(number: int, asked: str, told: str, page: str = PAGE) -> str:
    asks, tells = f"_:q{number}", f"_:a{number}"
    return "".join(
        (
            quad(asks, "type", "<http://schema.org/Question>", page),
            quad(asks, "name", f'"{asked}"@en-GB', page),
            quad(asks, "acceptedAnswer", tells, page),
            quad(tells, "type", "<http://schema.org/Answer>", page),
            quad(tells, "text", f'"{told}"', page),
        )
    )


def read(path: Path, **options: int) -> list[Document | Reject]:
    stage = ReadQuads(paths=[path], source="dump", **options)  # type: ignore[arg-type]
    return [row for shard in stage.shards() for row in stage.read(shard)]


def pairs(document: Document | Reject) -> list[QAPair]:
    assert isinstance(document, Document)
    found = ExtractQa().process(document)
    assert isinstance(found, list)
    return found


def test_questions_of_a_page_become_pairs_with_its_address(tmp_path: Path) -> None:
    path = tmp_path / "faq.nq.gz"
    path.write_bytes(gzip.compress((question(1, "What is 2 + 2?", "4") + question(2, "And 3?", "9")).encode()))
    (document,) = read(path)
    assert [(row.question, row.answer_text, row.url) for row in pairs(document)] == [
        ("What is 2 + 2?", "4", PAGE),
        ("And 3?", "9", PAGE),
    ]
    assert isinstance(document, Document)
    assert document.language == "en"


def test_escapes_and_markup_in_texts_are_read_and_cannot_end_the_script(tmp_path: Path) -> None:
    path = tmp_path / "faq.nq"
    path.write_text(question(1, r"Is \"\u00e9\" </script><b>bold</b>?", r"Yes,\nit's \\alpha"))
    (pair,) = pairs(*read(path))
    assert pair.question == 'Is "é" bold?'
    assert pair.answer_text.split() == ["Yes,", "it's", "\\alpha"]


def test_halves_of_a_character_are_joined_and_a_lone_one_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "faq.nq"
    path.write_text(question(1, r"Why \uD83D\uDE00?", r"So \uD83D it \U0000DE00 is"))
    (pair,) = pairs(*read(path))
    assert (pair.question, pair.answer_text) == ("Why \U0001f600?", "So \ufffd it \ufffd is")


def test_pages_without_questions_and_damaged_lines_are_rejected_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "faq.nq"
    other = quad("_:x", "type", "<http://schema.org/Person>", "http://example.org/who")
    path.write_text(other + "this is no quad\n" + question(1, "What is 2 + 2?", "4"))
    rows = read(path)
    assert sorted(row.reason for row in rows if isinstance(row, Reject)) == ["damaged", "no_question"]
    assert len(pairs(rows[-1])) == 1


def test_a_line_that_is_no_quad_does_not_split_its_page(tmp_path: Path) -> None:
    path = tmp_path / "faq.nq"
    lines = question(1, "What is 2 + 2?", "4").splitlines(keepends=True)
    path.write_text("".join(["at first\n", *lines[:3], "in it\n", *lines[3:], question(2, "And 3?", "9", f"{PAGE}2")]))
    rows = read(path, limit=2)
    rejects = [(row.reason, row.id) for row in rows if isinstance(row, Reject)]
    assert rejects == [("damaged", "00000/faq.nq:line 1"), ("damaged", "00000/faq.nq:line 5")]
    assert [[pair.answer_text for pair in pairs(row)] for row in rows if isinstance(row, Document)] == [["4"], ["9"]]


def test_rejects_of_files_of_one_name_have_ids_of_their_own(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "part.nq" for folder in ("a", "b")]
    for path in paths:
        path.parent.mkdir()
        path.write_text("no quad\n" + quad("_:x", "type", "<http://schema.org/Person>"))
    stage = ReadQuads(paths=paths, source="dump")
    ids = [row.id for shard in stage.shards() for row in stage.read(shard)]
    assert len(set(ids)) == len(ids) == 4


def test_a_packed_file_that_breaks_off_gives_what_it_holds_and_says_so(tmp_path: Path) -> None:
    whole = gzip.compress("".join(question(n, f"What is {n} + 2?", "4", f"{PAGE}{n}") for n in range(2000)).encode())
    path = tmp_path / "faq.nq.gz"
    path.write_bytes(whole[: len(whole) // 2])
    rows = read(path)
    assert len([row for row in rows if isinstance(row, Document)]) > 10
    (damage,) = (row for row in rows if isinstance(row, Reject))
    assert damage.reason == "damaged"
    assert "breaks off" in damage.detail


def test_data_that_refers_in_circles_ends(tmp_path: Path) -> None:
    path = tmp_path / "faq.nq"
    path.write_text(question(1, "What is 2 + 2?", "4") + quad("_:a1", "parentItem", "_:q1") * 50)
    assert len(pairs(*read(path))) == 1


def test_questions_that_name_the_page_which_lists_them_keep_their_answers(tmp_path: Path) -> None:
    path = tmp_path / "faq.nq"
    numbers = range(40)
    listed = "".join(
        question(n, f"What is {n} + 2?", f"{n + 2}")
        + quad(f"_:q{n}", "isPartOf", "_:page")
        + quad(f"_:a{n}", "parentItem", f"_:q{n}")
        + quad("_:page", "mainEntity", f"_:q{n}")
        for n in numbers
    )
    path.write_text(listed + quad("_:page", "type", "<http://schema.org/WebPage>"))
    (document,) = read(path)
    assert [pair.answer_text for pair in pairs(document)] == [f"{n + 2}" for n in numbers]


def test_answers_share_an_author_who_refers_back(tmp_path: Path) -> None:
    path = tmp_path / "faq.nq"
    told = "".join(quad(f"_:a{n}", "author", "_:me") for n in (1, 2)) + quad("_:me", "name", '"Ann"')
    path.write_text(question(1, "What is 2 + 2?", "4") + question(2, "And 3?", "9") + told + quad("_:me", "is", "_:a1"))
    assert [pair.author for pair in pairs(*read(path))] == ["Ann", "Ann"]


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ("".join(quad("_:q1", "suggestedAnswer", f"_:s{n}") for n in range(5_000)), "5000 nodes"),
        (quad("_:a1", "text", f'"{"long " * 400_000}"'), "2000000 characters"),
    ],
    ids=["nodes", "characters"],
)
def test_a_page_too_large_to_be_read_whole_is_rejected_and_the_next_one_read(
    tmp_path: Path, more: str, what: str
) -> None:
    path = tmp_path / "faq.nq"
    path.write_text(question(1, "What is 2 + 2?", "4") + more + question(2, "And 3?", "9", f"{PAGE}2"))
    rejected, row = read(path)
    assert isinstance(rejected, Reject)
    assert rejected.reason == "oversize"
    assert what in rejected.detail
    assert len(pairs(row)) == 1


def test_a_limit_is_of_pages(tmp_path: Path) -> None:
    path = tmp_path / "faq.nq"
    path.write_text("".join(question(n, f"What is {n}?", "4", f"{PAGE}{n}") for n in range(5)))
    assert len(read(path, limit=2)) == 2


def test_a_limit_is_over_all_files(tmp_path: Path) -> None:
    paths = [tmp_path / "a.nq", tmp_path / "b.nq"]
    for path in paths:
        path.write_text("".join(question(n, f"What is {n}?", "4", f"{PAGE}/{path.stem}{n}") for n in range(3)))
    stage = ReadQuads(paths=paths, source="dump", limit=4)
    found = [row for shard in stage.shards() for row in stage.read(shard)]
    assert [row.url for row in found if isinstance(row, Document)] == [f"{PAGE}/{n}" for n in ("a0", "a1", "a2", "b0")]


def test_no_paths_are_refused() -> None:
    with pytest.raises(ConfigError, match="name at least one file"):
        ReadQuads(paths=[], source="dump")


@pytest.mark.parametrize("name", ["faq.nq", "faq.nq.gz"])
def test_a_line_too_long_is_told_and_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(_quads, "MAX_LINE_BYTES", 1000)
    data = (quad("_:x", "text", f'"{"x" * 5_000_000}"') + question(1, "What is 2 + 2?", "4")).encode()
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    damage, document = read(path)
    assert isinstance(damage, Reject)
    assert (damage.reason, "more than 1000 bytes in one line" in damage.detail) == ("damaged", True)
    assert [row.answer_text for row in pairs(document)] == ["4"]
