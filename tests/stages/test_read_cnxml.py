import gzip
import re
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.stage import Reject
from stages.extract_qa import ExtractQa
from stages.read_cnxml import ReadCnxml
from stages.records import Document, QAPair

MODULE = """<document xmlns="http://cnx.rice.edu/cnxml" xmlns:m="http://www.w3.org/1998/Math/MathML">
<title>Roots</title><content>
<figure id="f1"><media/></figure>
<exercise id="e1"><problem id="p1"><para id="a">Look at <link target-id="f1"/>. Simplify
<m:math><m:msup><m:mi>x</m:mi><m:mn>2</m:mn></m:msup></m:math> at 3.</para></problem>
<solution id="s1"><para id="b">9</para></solution></exercise>
<para id="c">Make one up.</para>
</content></document>"""


def read(*paths: Path, limit: int | None = None) -> list[Document | Reject]:
    stage = ReadCnxml(paths=list(paths), source="algebra", base_url="https://example.org/book/", limit=limit)
    return [row for shard in stage.shards() for row in stage.read(shard)]


def exercises(row: Document | Reject) -> list[QAPair]:
    assert isinstance(row, Document)
    found = ExtractQa().process(row)
    assert isinstance(found, list)
    return [pair for pair in found if pair.extractor == "exercise"]


def test_exercises_come_with_formulas_and_named_figures(tmp_path: Path) -> None:
    path = tmp_path / "m1.cnxml.gz"
    path.write_bytes(gzip.compress(MODULE.encode()))
    (pair,) = exercises(*read(path))
    assert " ".join(pair.question.split()) == "Look at Figure 1. Simplify $x^{2}$ at 3."
    assert (pair.answer_text, pair.url) == ("9", "https://example.org/book/m1")


def test_links_that_name_no_element_and_elements_without_an_id_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "m1.cnxml"
    links = '<link url="http://x.org/"/>, <link document="m9"/> and <link target-id="e2"/>.'
    body = MODULE.replace(' id="e1"', "").replace("Make one up.", f'See {links}<exercise id="e2"/>')
    path.write_text(body.replace('<figure id="f1">', "<figure><caption>A root</caption></figure><figure>"))
    (row,) = read(path)
    assert isinstance(row, Document)
    assert row.html is not None
    words = " ".join(re.sub("<[^>]*>", "", row.html).split())
    assert "See this section, this section and Exercise 2." in words
    assert "Figure A root" in words


def test_modules_in_folders_are_named_by_their_folder(tmp_path: Path) -> None:
    path = tmp_path / "m7" / "index.cnxml"
    path.parent.mkdir()
    path.write_text(MODULE)
    (row,) = read(path)
    assert isinstance(row, Document)
    assert row.url == "https://example.org/book/m7"


@pytest.mark.parametrize(
    "body",
    [
        b"<document",
        b"<document xmlns='http://cnx.rice.edu/cnxml'/>",
        b"\x1f\x8b broken",
        b"",
    ],
    ids=["no end", "no content", "not packed", "empty"],
)
def test_a_damaged_module_is_rejected_and_the_next_one_read(tmp_path: Path, body: bytes) -> None:
    bad, good = tmp_path / "a.cnxml.gz", tmp_path / "b.cnxml"
    bad.write_bytes(body if body.startswith(b"\x1f") else gzip.compress(body))
    good.write_text(MODULE)
    rejected, row = read(bad, good)
    assert isinstance(rejected, Reject)
    assert rejected.reason == "damaged"
    assert "a.cnxml.gz" in rejected.detail
    assert len(exercises(row)) == 1


def test_packed_data_with_flipped_bytes_is_rejected_and_the_next_module_read(tmp_path: Path) -> None:
    bad, good = tmp_path / "a.cnxml.gz", tmp_path / "b.cnxml"
    good.write_text(MODULE)
    packed = bytearray(gzip.compress(MODULE.encode()))
    for middle in range(12, len(packed) - 10, 7):
        broken = packed[:middle] + bytes(byte ^ 0xFF for byte in packed[middle : middle + 2]) + packed[middle + 2 :]
        bad.write_bytes(broken)
        rows = read(bad, good)
        assert [getattr(row, "reason", "read") for row in rows] == ["damaged", "read"]


def test_elements_nested_hundreds_deep_are_rejected_and_the_next_module_read(tmp_path: Path) -> None:
    bad, good = tmp_path / "a.cnxml", tmp_path / "b.cnxml"
    good.write_text(MODULE)
    bad.write_text(MODULE.replace("Make one up.", "<emphasis>" * 250 + "deep" + "</emphasis>" * 250))
    assert [getattr(row, "reason", "read") for row in read(bad, good)] == ["damaged", "read"]


def test_trouble_of_the_machine_is_not_written_down_as_damage(tmp_path: Path) -> None:
    folder = tmp_path / "dir.cnxml"
    folder.mkdir()
    with pytest.raises(IsADirectoryError):
        read(folder)
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "gone.cnxml")


def test_rejects_are_named_by_module_and_place_in_paths_and_a_repeated_module_is_one(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "index.cnxml" for folder in ("m1", "m2", "m2")]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.write_text(MODULE if "m2" in str(path) else "<document")
    rows = read(paths[0], *paths)
    rejected = [(row.reason, row.id) for row in rows if isinstance(row, Reject)]
    assert rejected == [("damaged", "00000/m1"), ("damaged", "00001/m1"), ("duplicate_record", "00003/m2")]
    assert len(rows) == 4


def test_entities_are_not_expanded_and_odd_names_are_harmless(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    path = tmp_path / "a.cnxml"
    path.write_text(
        f'<!DOCTYPE document [<!ENTITY x SYSTEM "file://{secret}">]>'
        + MODULE.replace("Make one up.", "&x; <fill>A</fill><into/><child/>")
    )
    (row,) = read(path)
    assert isinstance(row, Document)
    assert "hidden" not in (row.html or "")


@pytest.mark.parametrize(
    "odd", ["<?cnx.eoc class='x'?>", "&x;", "<!-- said -->"], ids=["instruction", "entity", "comment"]
)
@pytest.mark.parametrize("inside", ['<exercise id="e1">', '<problem id="p1">', "<m:math>", "<m:msup>", "<m:mi>"])
def test_what_is_no_element_is_left_out_wherever_it_stands(tmp_path: Path, odd: str, inside: str) -> None:
    path = tmp_path / "a.cnxml"
    path.write_text('<!DOCTYPE document [<!ENTITY x "hidden">]>' + MODULE.replace(inside, inside + odd))
    (pair,) = exercises(*read(path))
    assert " ".join(pair.question.split()) == "Look at Figure 1. Simplify $x^{2}$ at 3."


def test_a_limit_counts_modules_and_no_paths_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.cnxml"
    path.write_text(MODULE)
    assert len(read(path, path, limit=1)) == 1
    with pytest.raises(ConfigError, match="name the modules"):
        read()
