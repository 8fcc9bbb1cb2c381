"""The journal: what it keeps, what damage costs, how small it stays."""

import asyncio
import json
import random
import tracemalloc
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import StoreError
from pipeline.journal import Journal, request_key
from pipeline.places import Places
from tests.limits import SOON_S


def key(number: int) -> str:
    return request_key("model", {"number": number})


def bought(root: Path, *numbers: int) -> Path:
    """Answers to these questions, in a file of their own."""

    async def buy() -> Path:
        journal = Journal(root, "model")
        puts = [journal.put(key(n), {"number": n}, {"text": f"answer {n}"}) for n in numbers]
        await asyncio.gather(*puts)
        await journal.close()
        return journal.paths[-1]

    return asyncio.run(buy())


def answers(root: Path, *numbers: int) -> list[Any]:
    journal = Journal(root, "model")
    return [(journal.get(key(n)) or {}).get("text") for n in numbers]


def test_a_line_tells_what_was_asked_and_what_was_answered(tmp_path: Path) -> None:
    path = bought(tmp_path, 7)
    line = {"key": key(7), "request": {"number": 7}, "answer": {"text": "answer 7"}}
    assert {**json.loads(path.read_bytes()), "crc": None} == {**line, "crc": None}


def test_an_answer_that_is_not_what_was_written_is_asked_for_again(tmp_path: Path) -> None:
    path = bought(tmp_path, 7)
    path.write_bytes(path.read_bytes().replace(b"answer 7", b"answer 6"))
    assert answers(tmp_path, 7) == [None]


def test_every_answer_is_found_again(tmp_path: Path) -> None:
    bought(tmp_path, *range(3000))
    assert answers(tmp_path, *range(3000)) == [f"answer {n}" for n in range(3000)]
    assert answers(tmp_path, 3000) == [None]
    assert len(Journal(tmp_path, "model")) == 3000
    assert len(Journal(tmp_path, "another")) == 0


def test_lines_that_do_not_tell_what_was_asked_are_read_as_well(tmp_path: Path) -> None:
    path = bought(tmp_path, 1)
    path.write_text(json.dumps({"key": key(2), "answer": {"text": "old"}}) + "\n")
    assert answers(tmp_path, 1, 2) == [None, "old"]


def test_lines_of_another_writer_are_read_however_they_begin(tmp_path: Path) -> None:
    path = bought(tmp_path, 1)
    path.write_text(json.dumps({"answer": {"text": "turned"}, "key": key(2)}) + "\n")
    assert answers(tmp_path, 2) == ["turned"]


@pytest.mark.parametrize("damage", [b"\x00" * 40, b"}\n{", b"\n", b""])
def test_a_damaged_line_costs_only_itself(tmp_path: Path, damage: bytes) -> None:
    path = bought(tmp_path, 1, 2, 3)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1][:80] + damage + lines[1][100:]
    path.write_bytes(b"".join(lines))
    assert answers(tmp_path, 1, 2, 3) == ["answer 1", None, "answer 3"]
    bought(tmp_path, 2)
    assert answers(tmp_path, 1, 2, 3) == ["answer 1", "answer 2", "answer 3"]


def test_a_line_torn_anywhere_is_dropped(tmp_path: Path) -> None:
    path = bought(tmp_path, 1, 2)
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    for length in range(first, len(whole)):
        path.write_bytes(whole[:length])
        assert answers(tmp_path, 1, 2) == ["answer 1", None]


def test_two_processes_may_write_at_once(tmp_path: Path) -> None:
    async def both() -> None:
        one, two = Journal(tmp_path, "model"), Journal(tmp_path, "model")
        for n in range(20):
            await (one, two)[n % 2].put(key(n), {}, {"text": f"answer {n}"})
        await one.close()
        await two.close()

    asyncio.run(both())
    assert answers(tmp_path, *range(20)) == [f"answer {n}" for n in range(20)]


def test_an_answer_is_read_back_while_others_are_written(tmp_path: Path) -> None:
    async def grow() -> None:
        journal = Journal(tmp_path, "model")
        for n in range(50):
            await journal.put(key(n), {}, {"text": "x" * 3000 + str(n)})
            for back in (n, n // 2):
                found = journal.get(key(back))
                assert found is not None
                assert found["text"].endswith(f"x{back}")
        await journal.close()

    asyncio.run(grow())


def test_lines_that_arrive_together_share_a_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs: list[int] = []
    monkeypatch.setattr("os.fdatasync", syncs.append)
    bought(tmp_path, *range(500))
    assert len(syncs) <= 3


def test_many_files_are_read_without_holding_all_of_them_open(tmp_path: Path) -> None:
    async def write() -> None:
        for n in range(100):
            journal = Journal(tmp_path, "model")
            await journal.put(key(n), {}, {"text": f"answer {n}"})
            await journal.close()

    asyncio.run(write())
    journal = Journal(tmp_path, "model")
    for n in [*range(100), *range(100)]:
        found = journal.get(key(n))
        assert found is not None
        assert found["text"] == f"answer {n}"
    assert len(journal.readers) <= 64


def test_a_full_disk_fails_those_who_wait_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fill() -> list[Any]:
        journal = Journal(tmp_path, "model")
        await journal.put(key(0), {}, {"text": "answer 0"})
        with monkeypatch.context() as full:
            full.setattr("os.fdatasync", _no_space)
            failed = await asyncio.gather(
                *(journal.put(key(n), {}, {"text": f"answer {n}"}) for n in (1, 2)), return_exceptions=True
            )
        await journal.put(key(3), {}, {"text": "answer 3"})
        assert journal.get(key(3)) == {"text": "answer 3"}
        await journal.close()
        return failed

    failed = asyncio.run(fill())
    assert [type(error) for error in failed] == [StoreError, StoreError]
    assert "the disk is full; free space and run the same command again" in str(failed[0])
    # The lines were written before the disk was full, so the next run even finds them.
    assert answers(tmp_path, 0, 1, 2, 3) == ["answer 0", "answer 1", "answer 2", "answer 3"]


class Detached(FileIO):
    """A file of a network disk that went away: what it could not keep it tells again when it is closed."""

    def write(self, _: Any) -> int:
        raise OSError(5, "Input/output error")

    def close(self) -> None:
        if not self.closed:
            super().close()
            raise OSError(5, "Input/output error")


def test_a_disk_that_fails_twice_lets_nobody_wait_for_ever(tmp_path: Path) -> None:
    async def fill() -> None:
        journal = Journal(tmp_path, "model")
        await journal.put(key(0), {}, {"text": "answer 0"})
        assert journal.stream is not None
        journal.stream.close()
        journal.stream = Detached(tmp_path / "gone", "wb")
        with pytest.raises(StoreError, match="Input/output error"):
            await asyncio.wait_for(journal.put(key(1), {}, {"text": "answer 1"}), SOON_S)
        await journal.put(key(2), {}, {"text": "answer 2"})
        await journal.close()

    asyncio.run(fill())
    assert answers(tmp_path, 0, 1, 2) == ["answer 0", None, "answer 2"]


def _no_space(_: int) -> None:
    raise OSError(28, "No space left on device")


def test_what_vanished_from_the_disk_is_the_stores_trouble(tmp_path: Path) -> None:
    path = bought(tmp_path, 1)
    journal = Journal(tmp_path, "model")
    path.unlink()
    with pytest.raises(StoreError, match=r"cannot read .*: No such file or directory"):
        journal.get(key(1))


# Places


def test_places_are_found_by_digest_and_may_be_several() -> None:
    draw = random.Random(3)
    digests = [draw.randbytes(32) for _ in range(5000)]
    places = Places()
    for number, digest in enumerate([*digests, *digests[:10]]):
        places.add(digest, number)
    assert len(places) == 5010
    assert [list(places.of(digest)) for digest in digests[10:]] == [[n] for n in range(10, 5000)]
    assert [list(places.of(digest)) for digest in digests[:10]] == [[n, 5000 + n] for n in range(10)]
    assert list(places.of(draw.randbytes(32))) == []


def test_digests_with_one_beginning_are_candidates_of_each_other() -> None:
    places = Places()
    places.add(b"same....one", 1)
    places.add(b"same....two", 2)
    assert list(places.of(b"same....two")) == [1, 2]


def test_a_place_takes_few_bytes() -> None:
    draw = random.Random(5)
    tracemalloc.start()
    places = Places()
    for number in range(50_000):
        places.add(draw.randbytes(32), number)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size / 50_000 < 50
