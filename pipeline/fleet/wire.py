"""How the driver and the workers of a fleet speak: frames of pickles, once both have shown that they know the secret.

Nothing is unpickled before the other end has proved itself, in both directions: a worker runs what it is sent. The
frames themselves are neither signed nor encrypted; whoever can alter traffic between machines is kept out by the
network, as with a Dask cluster without TLS.
"""

import asyncio
import contextlib
import hashlib
import hmac
import pickle
import secrets
import struct
import traceback
from dataclasses import dataclass, field
from typing import Any, Literal

from pipeline.errors import OutageError

LENGTH = struct.Struct("!Q")
NONCE = 32
PROOF = hashlib.sha256().digest_size
# A stranger who connects and says nothing is not waited for longer; a worker proves itself in milliseconds.
HANDSHAKE_S = 30.0
READ_AHEAD = 1 << 20

Address = str | tuple[str, int]
Role = Literal["worker", "keeper"]


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a process needs to take its place: a path or (host, port) to connect to, and who it is there.

    `launch` counts the processes started for the place `post`; only the latest is let in.
    """

    address: Address
    secret: bytes = field(repr=False)
    post: int
    launch: int


# What is said. `lease` numbers are never used twice by one driver, so an answer names one request to one worker.


@dataclass(frozen=True, slots=True)
class Hello:
    role: Role
    post: int
    launch: int


@dataclass(frozen=True, slots=True)
class Setup:
    """`work` is the pickled pair of stage and context; `digest`, where given, must be the responder's."""

    work: bytes
    digest: str | None


@dataclass(frozen=True, slots=True)
class Ready:
    slots: int


@dataclass(frozen=True, slots=True)
class NotStarted:
    error: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    lease: int
    request: Any


@dataclass(frozen=True, slots=True)
class Withdrawn:
    lease: int


@dataclass(frozen=True, slots=True)
class Answered:
    lease: int
    answer: Any


@dataclass(frozen=True, slots=True)
class Failed:
    lease: int
    error: bytes


@dataclass(frozen=True, slots=True)
class Counted:
    name: str
    amount: float


@dataclass(frozen=True, slots=True)
class Beat:
    pass


@dataclass(frozen=True, slots=True)
class Enough:
    """To a keeper: its process is to be killed."""


@dataclass(frozen=True, slots=True)
class Exit:
    """How a process ended, and the last lines it wrote."""

    how: str
    said: str = ""


class RemoteError(Exception):
    """An error of a worker that does not travel itself; the message begins with its type."""


class Wire:
    """One end of a connection whose other end has proved itself."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    def send(self, message: Any) -> None:
        """Raises what pickling raises; to an end that has gone it says nothing, for `receive` tells."""
        data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
        if not self._writer.is_closing():
            self._writer.write(LENGTH.pack(len(data)) + data)

    async def receive(self) -> Any:
        """The next message. Raises `EOFError` when the other end has gone."""
        (length,) = LENGTH.unpack(await _read(self._reader, LENGTH.size))
        return pickle.loads(await _read(self._reader, length))

    def close(self) -> None:
        """After what was sent."""
        self._writer.close()

    def abort(self) -> None:
        """At once: the other end may no longer read."""
        self._writer.transport.abort()


async def admit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, secret: bytes) -> Wire | None:
    """The driver's part of the handshake; None, and the connection closed, for one that does not know the secret."""
    ours = secrets.token_bytes(NONCE)
    with contextlib.suppress(EOFError, TimeoutError):
        async with asyncio.timeout(HANDSHAKE_S):
            writer.write(ours)
            theirs = await _read(reader, NONCE)
            proof = await _read(reader, PROOF)
        if hmac.compare_digest(proof, _proof(secret, b"worker", ours, theirs)):
            writer.write(_proof(secret, b"driver", theirs, ours))
            return Wire(reader, writer)
    writer.close()
    return None


async def connect(ticket: Ticket, role: Role) -> Wire:
    """The other part. Raises `EOFError` or `OSError` where nobody listens any more or the secret is another."""
    if isinstance(ticket.address, str):
        reader, writer = await asyncio.open_unix_connection(ticket.address, limit=READ_AHEAD)
    else:
        reader, writer = await asyncio.open_connection(*ticket.address, limit=READ_AHEAD)
    try:
        ours, theirs = secrets.token_bytes(NONCE), await _read(reader, NONCE)
        writer.write(ours + _proof(ticket.secret, b"worker", theirs, ours))
        if not hmac.compare_digest(await _read(reader, PROOF), _proof(ticket.secret, b"driver", ours, theirs)):
            raise EOFError("the driver does not know the secret")
    except EOFError:
        writer.close()
        raise
    wire = Wire(reader, writer)
    wire.send(Hello(role, ticket.post, ticket.launch))
    return wire


def packed(error: Exception) -> bytes:
    """An error with the trace of this process, as bytes that are sure to open again.

    One that does not travel becomes an `OutageError` if it is one, else a `RemoteError`.
    """
    error.add_note("".join(traceback.format_exception(error)))
    text = str(error)
    with contextlib.suppress(Exception):  # whatever the constructor of that error raises
        data = pickle.dumps(error)
        if str(pickle.loads(data)) == text:
            return data
    is_outage = isinstance(error, OutageError)
    return pickle.dumps(OutageError(text) if is_outage else RemoteError(f"{type(error).__name__}: {text}"))


def unpacked(data: bytes) -> Exception:
    """The error of `packed`; one whose class is not known here becomes a `RemoteError`."""
    try:
        error: Exception = pickle.loads(data)
    except (ImportError, AttributeError) as unknown:
        return RemoteError(f"an error that is not known here: {unknown}")
    return error


async def _read(reader: asyncio.StreamReader, length: int) -> bytes:
    try:
        return await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError) as gone:
        raise EOFError("the other end has gone") from gone


def _proof(secret: bytes, role: bytes, challenge: bytes, own: bytes) -> bytes:
    return hmac.digest(secret, role + challenge + own, "sha256")
