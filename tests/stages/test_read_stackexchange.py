import gzip
import tracemalloc
from pathlib import Path

import pytest

from pipeline.errors import ConfigError, ShardError
from pipeline.stage import Reject
from stages import _stack_rows, read_stackexchange
from stages.read_stackexchange import ReadStackexchange
from stages.records import StackPost
from tests.limits import bounded
from tests.stages.stack_dump import HEAD, answer, question, row, threads, write


def read(path: Path, *, limit: int | None = None) -> list[StackPost | Reject]:
    stage = ReadStackexchange(paths=[path], site="math.stackexchange.com", limit=limit)
    return [item for shard in stage.shards() for item in stage.read(shard)]


def outcomes(rows: list[StackPost | Reject]) -> list[str | int]:
    return [row.reason if isinstance(row, Reject) else row.post_id for row in rows]


def test_questions_and_answers_become_posts_of_one_thread(tmp_path: Path) -> None:
    rows = [question(4, AcceptedAnswerId=7), answer(7, 4, OwnerUserId=None, OwnerDisplayName="Ann & Bob", Score=-2)]
    asked, answered = read(write(tmp_path / "Posts.xml", rows))
    assert isinstance(asked, StackPost)
    assert isinstance(answered, StackPost)
    assert (asked.post_id, asked.question_id, asked.is_question, asked.accepted_answer_id) == (4, 4, True, 7)
    assert (asked.title, asked.tags, asked.score) == ("A question about number 4", ["algebra", "powers"], 3)
    assert asked.text == "How much is $x^4$ & why?"
    assert (asked.url, asked.removal_key) == (
        "https://math.stackexchange.com/questions/4",
        "math.stackexchange.com/questions/4",
    )
    assert answered.text == "It is 7:\na = 1\nb = 2"
    assert (answered.id, answered.question_id, answered.is_question) == (f"{asked.id}/7", 4, False)
    assert (answered.author, answered.author_id, answered.score, answered.title) == ("Ann & Bob", None, -2, None)


@pytest.mark.parametrize(
    ("created", "licence"),
    [("2010-07-20", "CC BY-SA 2.5"), ("2015-01-01", "CC BY-SA 3.0"), ("2023-01-01", "CC BY-SA 4.0")],
)
def test_old_dumps_have_the_licence_of_their_date(tmp_path: Path, created: str, licence: str) -> None:
    old = question(1, ContentLicense=None, CreationDate=f"{created}T01:02:03.000", Tags="<algebra><powers>")
    (post,) = read(write(tmp_path / "Posts.xml", [old]))
    assert isinstance(post, StackPost)
    assert (post.licence, post.tags) == (licence, ["algebra", "powers"])


def test_what_is_no_post_is_rejected_with_a_reason(tmp_path: Path) -> None:
    rows = [
        row(Id=1, PostTypeId=4, Body="<p>tag</p>", Score=0),
        question(2, DeletionDate="2020-01-01T00:00:00.000"),
        question(3, Body="<p> </p>"),
        question(4, Score="many"),
        answer(5, 0, ParentId=None),
        question(6, Id=None),
        '  <row Id="7" PostTypeId="1" Body="not closed />\n',
        '  <row Id="8" PostTypeId="1" Body="no end"\n',
        question(9),
    ]
    found = read(write(tmp_path / "Posts.xml", rows))
    reasons = ["not_qa", "deleted", "empty", "bad_row", "bad_row", "bad_row", "bad_row", "bad_row", 9]
    assert outcomes(found) == reasons
    ids = [item.id for item in found]
    assert len({*ids}) == len(ids)
    assert all(isinstance(item, StackPost) or item.id in item.detail for item in found)


def test_a_file_cut_off_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "Posts.xml", [question(1), question(2)])
    path.write_bytes(path.read_bytes()[:-40])
    assert outcomes(read(path)) == [1, "bad_row", "truncated"]
    write(path, [question(1)], tail="")
    assert outcomes(read(path)) == [1, "truncated"]
    packed = tmp_path / "Posts.xml.gz"
    packed.write_bytes(gzip.compress(path.read_bytes())[:-9])
    with pytest.raises(ShardError, match="fetch the file again"):
        read(packed)
    packed.write_bytes(gzip.compress(path.read_bytes()) + gzip.compress(b"</posts>")[:-9])
    with pytest.raises(ShardError, match="fetch the file again"):
        read(packed)


@pytest.mark.parametrize("cut", [b"", b"</pos", b"\n" * 200_000, b"<!-- -->" * 40_000])
def test_a_whole_archive_of_a_file_cut_off_is_told(tmp_path: Path, cut: bytes) -> None:
    path = write(tmp_path / "Posts.xml", [question(1)], tail="")
    packed = tmp_path / "Posts.xml.gz"
    packed.write_bytes(gzip.compress(path.read_bytes() + cut))
    assert outcomes(read(packed)) == [1, "truncated"]
    packed.write_bytes(gzip.compress(path.read_bytes() + cut + b"</posts>\n"))
    assert outcomes(read(packed)) == [1]


def test_bodies_made_to_be_slow_are_bounded(tmp_path: Path) -> None:
    slow = f"<p {' '.join(f'a{n}' for n in range(25_000))}>words</p>"
    path = write(tmp_path / "Posts.xml", [question(1, Body=slow), question(2, Body=slow * 3), question(3)])
    with bounded():
        assert outcomes(read(path)) == [1, "oversize", 3]


def test_an_address_that_is_none_costs_no_other_post(tmp_path: Path) -> None:
    odd = question(2, Body='<p>See <img src="http://[x/latex.php?a"> here</p>')
    assert outcomes(read(write(tmp_path / "Posts.xml", [question(1), odd, question(3)]))) == [1, 2, 3]


@pytest.mark.parametrize("step", [1, 7, 100, 1000])
def test_many_shards_read_what_one_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    path = write(tmp_path / "Posts.xml", threads(3 if step < 100 else 40))
    whole = read(path)
    assert sum(isinstance(item, StackPost) for item in whole) == len(whole) - 1
    monkeypatch.setattr(read_stackexchange, "SHARD_BYTES", step)
    assert len(ReadStackexchange(paths=[path], site="a.b").shards()) > 5
    assert read(path) == whole


def test_a_gzipped_file_and_other_layouts_read_the_same(tmp_path: Path) -> None:
    rows = [*threads(10)]
    whole = [item for item in read(write(tmp_path / "Posts.xml", rows)) if isinstance(item, StackPost)]
    packed = tmp_path / "Posts.xml.gz"
    packed.write_bytes(gzip.compress((tmp_path / "Posts.xml").read_bytes()))
    one_line = write(tmp_path / "one.xml", (text.strip() for text in rows), head="\ufeff<posts>")
    spread = write(tmp_path / "spread.xml", (text.replace('" ', '"\n   ') for text in rows))
    for path in (packed, one_line, spread):
        assert [item for item in read(path) if isinstance(item, StackPost)] == whole
    assert len(ReadStackexchange(paths=[packed], site="a.b").shards()) == 1


def test_limit_counts_posts_over_all_files(tmp_path: Path) -> None:
    one = write(tmp_path / "a.xml", [question(1), row(Id=2, PostTypeId=4, Score=0), question(3)])
    two = write(tmp_path / "b.xml", [question(4), question(5)])
    stage = ReadStackexchange(paths=[one, two], site="a.b", limit=3)
    (shard,) = stage.shards()
    assert outcomes([*stage.read(shard)]) == [1, "not_qa", 3, 4]


BOMB = (
    '<?xml version="1.0"?>\n<!DOCTYPE posts [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {x} "{f"&{y};" * 10}">' for x, y in zip("bcdefghij", "abcdefghi", strict=True))
    + '<!ENTITY passwd SYSTEM "file:///etc/passwd">]>\n<posts>\n'
)


def test_entities_mean_nothing(tmp_path: Path) -> None:
    rows = [
        '  <row Id="1" PostTypeId="1" Score="1" Body="&j;" />\n',
        '  <row Id="2" PostTypeId="1" Score="1" Body="&passwd;" />\n',
        question(3, Body="<p>&j; &passwd;</p>"),
    ]
    found = read(write(tmp_path / "Posts.xml", rows, head=BOMB))
    assert outcomes(found) == ["bad_row", "bad_row", 3]
    assert isinstance(found[2], StackPost)
    assert found[2].text == "&j; &passwd;"


def test_a_row_of_any_size_takes_bounded_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_stack_rows, "MAX_ROW_BYTES", 100_000)
    rows = [question(1), question(2, Body="x" * 50_000_000), question(3)]
    path = write(tmp_path / "Posts.xml", rows)
    del rows
    tracemalloc.start()
    found = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert outcomes(found) == [1, "oversize", 3]
    assert peak < 4_000_000


def test_characters_that_xml_does_not_allow_become_spaces(tmp_path: Path) -> None:
    path = tmp_path / "Posts.xml"
    body = b'  <row Id="1" PostTypeId="1" Score="1" Body="a\x00b&#x1F;c&#0;d&#xB;e&#31;f\xff&#233;&#x1F600;g" />\n'
    path.write_bytes(HEAD.encode() + body + b"</posts>")
    (post,) = read(path)
    assert isinstance(post, StackPost)
    assert post.text == "a b c d e f\ufffdé\U0001f600g"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("Posts.7z", b"7z\xbc\xaf\x27\x1c" + bytes(99), "unpack it: 7z e Posts.7z Posts.xml"),
        ("Posts.xml", b'{"a": 1}\n' * 99, "is no Posts.xml"),
        ("Posts.xml", b"", "is no Posts.xml"),
    ],
)
def test_other_files_are_told(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        read(tmp_path / name)


def test_missing_files_and_hosts_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        read(tmp_path / "nowhere.xml")
    with pytest.raises(ConfigError, match="no host"):
        ReadStackexchange(paths=[tmp_path], site="https://math.stackexchange.com/")
