"""Files of a finished store that are not what was written, and files that are gone.

What was made from them is removed first, so that they are read again.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq

from tests.faults.fault import Fault
from tests.faults.house import House

Harm = Callable[[Path], None]


def flip(path: Path) -> None:
    """One bit in the last bytes of the first column, whatever they hold."""
    column = pq.ParquetFile(path).metadata.row_group(0).column(0)
    start = column.dictionary_page_offset or column.data_page_offset
    _flip_at(path, start + column.total_compressed_size - 3)


def _flip_at(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)


def flip_middle(path: Path) -> None:
    _flip_at(path, path.stat().st_size // 2)


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size * 2 // 3)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def delete(path: Path) -> None:
    path.unlink()


def zeros(path: Path) -> None:
    """As some file systems leave the end of a file after a loss of power."""
    path.write_bytes(path.read_bytes() + b"\0" * 4096)


def garble(path: Path) -> None:
    """Bytes of something else in the midst of it, in place of what stood there."""
    data = path.read_bytes()
    middle = len(data) // 2
    path.write_bytes(data[:middle] + b'\xff\x00{"key":\n\n"' + data[middle + 40 :])


def another_digit(path: Path) -> None:
    """JSON still, with another digest."""
    facts = json.loads(path.read_text())
    facts["digest"] = facts["digest"][:-1] + ("0" if facts["digest"][-1] != "0" else "1")
    path.write_text(json.dumps(facts))


def other_answers(path: Path) -> None:
    """Lines as they should be, with other answers."""
    path.write_bytes(path.read_bytes().replace(b'#0"', b'#7"'))


HARMS = {
    "flipped bit": flip,
    "truncated": truncate,
    "emptied": empty,
    "deleted": delete,
}


def harm(house: House, where: str, how: Harm, *, gone: tuple[str, ...]) -> None:
    for name in gone:
        for path in house.store.glob(f"artifacts/{name}"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    paths = sorted(house.folder.glob(where))
    assert paths, where
    for path in paths:
        how(path)


def damaged(kind: str, moment: str, where: str, how: Harm, *gone: str, **more: object) -> Fault:
    before = partial(harm, where=where, how=how, gone=gone)
    return Fault(kind, moment, before=before, whole=True, **more)  # type: ignore[arg-type]


def damages() -> Iterator[Fault]:
    yield from shards()
    yield from reports()
    yield from small_files()
    yield from journals()
    yield from exports()


def shards() -> Iterator[Fault]:
    store = "store/artifacts"
    readers = {
        "read by rows": (f"{store}/behave/*/data/00001.parquet", "troubled"),
        "read by a stream": (f"{store}/troubled_batch/*/data/00001.parquet", "inquire"),
        "read by a table": (f"{store}/inquire/*/data/00001.parquet", "sift"),
        "read by a folder": (f"{store}/sift/*/data/00000.parquet", "total"),
    }
    for moment, (where, gone) in readers.items():
        name = where.rpartition("/")[2]
        for kind, how in HARMS.items():
            if kind != "flipped bit" and moment == "read by a stream":
                continue
            words = (name, "missing" if how is delete else "damaged", "and run again")
            yield damaged(f"shard, {kind}", moment, where, how, gone, code=1, words=words)


def reports() -> Iterator[Fault]:
    manifest, report = "store/artifacts/behave/*/manifest.json", "store/artifacts/behave/*/shards/00001.json"
    for kind, how in {"another digest": another_digit, "truncated": truncate, "emptied": empty}.items():
        words = ("manifest.json is damaged", "remove it and run again")
        yield damaged(f"manifest, {kind}", "of a whole store", manifest, how, code=1, words=words)
        words = ("00001.json is damaged", "this shard alone is made anew")
        yield damaged(f"report, {kind}", "of a whole store", report, how, "troubled", code=1, words=words)
        yield damaged(f"report, {kind}", "of half a node", report, how, "behave/*/manifest.json", code=1, words=words)
    yield damaged("manifest, deleted", "of a whole store", manifest, delete, ends="goes on")
    yield damaged("report, deleted", "of a whole store", report, delete, "troubled", ends="goes on")
    yield damaged("report, deleted", "of half a node", report, delete, "behave/*/manifest.json", ends="goes on")


def small_files() -> Iterator[Fault]:
    """What is kept beside results; half a node is one without its manifest."""
    half = "behave/*/manifest.json"
    fingerprint, layout = "store/artifacts/behave/*/fingerprint.json", "store/artifacts/behave/*/layout"
    words = ("fingerprint.json is damaged", "and run again")
    yield damaged("fingerprint, emptied", "of half a node", fingerprint, empty, half, code=1, words=words)
    yield damaged("fingerprint, deleted", "of half a node", fingerprint, delete, half, ends="goes on")
    yield damaged("layout, truncated", "of half a node", layout, truncate, half, ends="goes on")
    for name, kind in (("digests.json", "digests of inputs"), ("code.json", "parsed modules")):
        for harmed, how in (("emptied", empty), ("garbage", garble)):
            yield damaged(f"{kind}, {harmed}", "of a whole store", f"store/{name}", how, half, ends="goes on")
    yield damaged("run record, emptied", "of a whole store", "store/runs/*/run.json", empty, half, ends="goes on")
    folder = "store/artifacts/total/*/folder/sum.txt"
    words = ("total", "damaged", "and run again")
    yield damaged("folder, flipped bit", "read by an export", folder, flip_middle, "publish", code=1, words=words)
    yield damaged("folder, deleted file", "read by an export", folder, delete, "publish", code=1, words=words)


def journals() -> Iterator[Fault]:
    for kind, how in {
        "truncated": truncate,
        "garbage in the midst": garble,
        "other answers": other_answers,
        "zeros at its end": zeros,
        "emptied": empty,
        "deleted": delete,
    }.items():
        where = "store/journal/*/*.jsonl"
        yield damaged(f"journal, {kind}", "before it is read", where, how, "inquire", ends="goes on")


def exports() -> Iterator[Fault]:
    version = "store-exports/toys/v0001"
    words = ("toys@v0001", "remove", "and run again")
    for kind, how in (("flipped bit", flip_middle), ("truncated", truncate), ("deleted", delete)):
        yield damaged(f"export, {kind}", "of a whole version", f"{version}/ids.txt", how, code=1, words=words)
    for kind, how in (("emptied", empty), ("deleted", delete)):
        words = ("manifest.json is", "remove")
        yield damaged(f"export manifest, {kind}", "of a whole version", f"{version}/manifest.json", how, code=1,
                      words=words)  # fmt: skip
    yield damaged("`latest`, deleted", "of a whole version", "store-exports/toys/latest", delete, ends="goes on")
