"""The wire between driver and workers: whoever does not know the secret has nothing unpickled and learns nothing."""

import asyncio
import hmac
import pickle
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.fleet.local import LocalLauncher
from pipeline.fleet.wire import LENGTH, NONCE, PROOF, Hello, Ticket, Wire, admit, connect
from tests.security.test_files import Bomb

SECRET = b"s" * 32
Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def met(folder: Path, speak: Speak) -> list[Wire | None]:
    """What a driver at a socket makes of one who speaks to it; a wire is one that was let in."""
    found: list[Wire | None] = []

    async def both() -> None:
        async def driver(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            found.append(await admit(reader, writer, SECRET))

        server = await asyncio.start_unix_server(driver, folder / "driver")
        reader, writer = await asyncio.open_unix_connection(folder / "driver")
        await speak(reader, writer)
        writer.close()
        for _ in range(200):
            if found:
                break
            await asyncio.sleep(0.01)
        server.close()

    asyncio.run(both())
    return found


@pytest.mark.parametrize("kind", ["pickle", "reflection", "noise", "nothing", "a length without end"])
def test_a_stranger_is_not_let_in_and_has_nothing_unpickled(tmp_path: Path, kind: str) -> None:
    mark = tmp_path / "ran"
    bomb = pickle.dumps(Bomb(mark))

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonce = await reader.readexactly(NONCE)
        said = {
            "pickle": LENGTH.pack(len(bomb)) + bomb + bytes(NONCE + PROOF),
            "reflection": nonce + nonce,
            "noise": bytes(range(256)) * 4,
            "nothing": b"",
            "a length without end": LENGTH.pack(2**63) + bytes(NONCE + PROOF),
        }
        writer.write(said[kind])
        if kind != "nothing":
            assert await reader.read() == b""  # nothing was told, and the connection is closed
        writer.close()

    assert met(tmp_path, speak) == [None]
    assert not mark.exists()


def test_what_one_worker_said_lets_nobody_in_a_second_time(tmp_path: Path) -> None:
    """Each meeting has a nonce of its own, so a proof that was overheard is worth nothing."""
    heard: list[bytes] = []

    async def overheard(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await reader.readexactly(NONCE), bytes(NONCE)
        heard.append(ours + hmac.digest(SECRET, b"worker" + theirs + ours, "sha256"))
        writer.write(heard[0])
        assert len(await reader.readexactly(PROOF)) == PROOF

    (first,) = met(tmp_path, overheard)
    assert first is not None

    async def replay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(NONCE)
        writer.write(heard[0])
        assert await reader.read() == b""

    (tmp_path / "again").mkdir()
    assert met(tmp_path / "again", replay) == [None]


@pytest.mark.parametrize("answer", [b"", bytes(PROOF), "its own"])
def test_a_worker_tells_a_driver_without_the_secret_nothing_and_runs_nothing_of_it(tmp_path: Path, answer: Any) -> None:
    """A false driver may even send the worker's own proof back."""
    mark = tmp_path / "ran"
    said = bytearray()

    async def both() -> None:
        async def false_driver(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(bytes(NONCE))
            got = await reader.readexactly(NONCE + PROOF)
            said.extend(got)
            bomb = pickle.dumps(Bomb(mark))
            writer.write((got[NONCE:] if answer == "its own" else answer) + LENGTH.pack(len(bomb)) + bomb)
            said.extend(await reader.read())
            writer.close()

        server = await asyncio.start_unix_server(false_driver, tmp_path / "driver")
        with pytest.raises(EOFError):
            await connect(Ticket(str(tmp_path / "driver"), SECRET, 0, 1), "worker")
        server.close()

    asyncio.run(both())
    assert len(said) == NONCE + PROOF  # no hello, which would say who it is
    assert not mark.exists()


def test_both_who_know_the_secret_meet(tmp_path: Path) -> None:
    greeted: list[Any] = []

    async def both() -> None:
        async def driver(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            wire = await admit(reader, writer, SECRET)
            assert wire is not None
            greeted.append(await wire.receive())
            wire.close()

        server = await asyncio.start_unix_server(driver, tmp_path / "driver")
        wire = await connect(Ticket(str(tmp_path / "driver"), SECRET, 3, 1), "worker")
        with pytest.raises(EOFError):
            await wire.receive()
        server.close()

    asyncio.run(both())
    assert greeted == [Hello("worker", 3, 1)]


def test_the_socket_lies_where_only_its_user_can_enter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    async def opened() -> tuple[int, str]:
        async def nobody(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        launcher = LocalLauncher(workers=1, gpus=0)
        try:
            path = str(await launcher.open(nobody))
            return stat.S_IMODE(Path(path).parent.stat().st_mode), path
        finally:
            await launcher.close()

    mode, path = asyncio.run(opened())
    assert mode == 0o700
    assert not Path(path).exists()


def test_a_secret_is_not_shown() -> None:
    assert "s" * 32 not in repr(Ticket("socket", SECRET, 0, 1))
