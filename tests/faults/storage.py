"""Disks that are full, read-only or broken, and folders that go."""

import errno
import os
import resource
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.faults import moments
from tests.faults.fault import Fault, at
from tests.faults.house import House
from tests.faults.signals import COPY, ROWS

DISK = {errno.ENOSPC: "the disk is full", errno.EDQUOT: "the disk quota is used up", errno.EIO: "Input/output error"}


def storage() -> Iterator[Fault]:
    places = [ROWS, "while the manifest is written", "at the first answer", "while a folder is put into place", COPY]
    for number, word in DISK.items():
        names = places if number == errno.EDQUOT else places[:3]
        kind = errno.errorcode[number]
        yield from at(kind, names, f"errno {number}", lasts=True, code=1, words=("cannot write", word))
    room = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))  # noqa: E731
    yield Fault("file size limit", "from the start", limit=room, code=1, words=("the file size limit is reached",))
    full = ("cannot write", "the disk is full", "run the same command again")
    yield Fault(
        "full disk", "while it runs", before=small_disk, after=unmount, needs_root=True, code=1, words=full,
    )  # fmt: skip
    yield Fault(
        "full /tmp", "workers of a teacher start", before=full_tmp, after=unmount_tmp, needs_root=True, ends="any",
        arguments=("--quiet", "--workers", "2"), variables={"TMPDIR": "{folder}/tmp"},
    )  # fmt: skip
    read_only = ("cannot write", "the file system is read-only")
    yield Fault(
        "read-only store", "from the start", whole=True, before=frozen_disk, after=unmount, needs_root=True, code=1,
        words=read_only,
    )  # fmt: skip
    yield from at("EROFS", [ROWS, "at exit"], f"errno {errno.EROFS}", lasts=True, code=1, words=read_only)
    yield Fault(
        "deleted scratch folder", "in a table", moments.IN_TABLE, _remove("store/scratch"), ends="any",
    )  # fmt: skip
    yield Fault(
        "deleted scratch folder", "in the build of a folder", moments.IN_BUILD, _remove("store/scratch"), code=1,
        words=("total", "No such file"),
    )  # fmt: skip


def _remove(name: str) -> str:
    """For the hook: removes what lies below the folder of the house."""
    return f"exec import os, shutil; shutil.rmtree(os.path.join(os.environ['HOUSE'], '{name}'))"


def _mount(place: Path, size: str) -> None:
    place.mkdir(exist_ok=True)
    assert os.system(f"mount -t tmpfs -o size={size} tmpfs {place}") == 0


def small_disk(house: House) -> None:
    _mount(house.store, "56k")


def roomy_disk(house: House) -> None:
    _mount(house.store, "16m")


def frozen_disk(house: House) -> None:
    """The store as it is, which cannot be written; one node of it is unfinished."""
    next(house.store.glob("artifacts/sift/*/manifest.json")).unlink()
    shutil.move(house.store, house.folder / "kept")
    roomy_disk(house)
    shutil.copytree(house.folder / "kept", house.store, dirs_exist_ok=True)
    assert os.system(f"mount -o remount,ro {house.store}") == 0


def unmount(house: House) -> None:
    """Another disk with what was on this one, and room enough."""
    shutil.rmtree(house.folder / "kept", ignore_errors=True)
    shutil.copytree(house.store, house.folder / "kept")
    assert os.system(f"umount -l {house.store}") == 0
    shutil.rmtree(house.store)
    shutil.move(house.folder / "kept", house.store)


def full_tmp(house: House) -> None:
    _mount(house.folder / "tmp", "16k")
    with (house.folder / "tmp" / "filler").open("wb", buffering=0) as filler:
        while True:
            try:
                filler.write(b"0" * 4096)
            except OSError:
                return


def unmount_tmp(house: House) -> None:
    assert os.system(f"umount -l {house.folder / 'tmp'}") == 0
