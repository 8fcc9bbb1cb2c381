"""Addresses that fsspec knows: opened without old listings, waited for, and their failures told plainly.

What a server says for good is an error of the operating system, as a local path raises it: there is no such file, or
access is denied. What it may say otherwise tomorrow is tried again, slower each time, and is an `OutageError` at last.
None of these names a credential.
"""

import errno
import http.client
import re
import socket
import ssl
import sys
import time
from collections.abc import Callable, Container, Iterator
from enum import Enum
from typing import Any, TypeVar

from pipeline.errors import ConfigError, OutageError
from pipeline.redaction import USER, shown, without_secrets

T = TypeVar("T")

# The wait doubles each time: together two minutes.
RETRIES = 7
FIRST_WAIT_S = 1.0
MAX_WAIT_S = 60.0
# Of many files: a question takes a journey and no work.
ASKED_AT_ONCE = 16

# They have no folders; to make one there is to make a bucket, which nobody asked for.
OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oss", "ocifs"})
WEB = frozenset({"http", "https"})

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
# 409 is no "there is one already", which is 412: S3 says so of writes that met, and asks for another try.
_GONE, _DENIED, _PASSING = {404, 410}, {401, 403, 407}, {408, 409, 425, 429}
_BUSY = {errno.EBUSY, errno.EREMOTEIO, errno.EIO, errno.EAGAIN, errno.EPIPE, errno.ETIMEDOUT, errno.ECONNRESET}
_BUSY |= {errno.ECONNREFUSED, errno.ECONNABORTED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN}
# Of botocore's own errors those that the network makes; the rest are of the settings.
_OF_THE_NETWORK = {"HTTPClientError", "ResponseParserError", "IncompleteReadError", "FlexibleChecksumError"}


def is_address(text: str) -> bool:
    """Whether it names something elsewhere: `s3://...`, `https://...`, but no `file://...`."""
    return scheme_of(text) != "file"


def scheme_of(address: str) -> str:
    found = _SCHEME.match(address)
    return found[1].lower() if found else "file"


def check_address(address: str) -> None:
    """Raises `ConfigError` where it holds a user or a password, names no bucket, or fsspec cannot open such a thing."""
    if USER.search(address):
        raise ConfigError(
            f"{shown(address)}: an address holds no user and no password here; clients find them elsewhere (AWS_*, ...)"
        )
    if "::" in address:
        raise ConfigError(f"{shown(address)}: chains of file systems (::) are not read; name the file itself")
    if scheme_of(address) in OBJECT_STORES and not address.partition("://")[2].strip("/"):
        raise ConfigError(f"{shown(address)} names no bucket")
    opened(address)


def opened(address: str, **options: Any) -> tuple[Any, str]:
    """The file system of an address and the path in it. fsspec keeps one for each kind and process."""
    import fsspec

    scheme = scheme_of(address)
    given: dict[str, Any] = {"use_listings_cache": False} if scheme in OBJECT_STORES | WEB else {}
    if scheme in WEB:
        # Bytes as they lie there: what is packed on the way only would come unpacked, and its size be another.
        given["client_kwargs"] = {"auto_decompress": False, "headers": {"Accept-Encoding": "identity"}}
    try:
        if scheme in WEB:
            import aiohttp

            # A big file takes its time; a server that says nothing for a minute is not waited for.
            given["client_kwargs"]["timeout"] = aiohttp.ClientTimeout(sock_connect=30, sock_read=60)
        system, path = fsspec.core.url_to_fs(address, **given | options)
    except ImportError as error:
        raise ConfigError(f"{shown(address)}: {without_secrets(str(error), address)}{_extra(scheme)}") from None
    except (ValueError, TypeError, NotImplementedError) as error:
        said = without_secrets(str(error), address) or type(error).__name__
        raise ConfigError(f"{shown(address)} cannot be used as an address: {said}") from None
    return system, str(path)


def _extra(scheme: str) -> str:
    return "; pip install 'tracemill[s3]'" if scheme in ("s3", "s3a") else ""


# Failures


class Trouble(Enum):
    """What a failure says of the thing asked for."""

    GONE = "does not exist"
    DENIED = "access denied"
    THERE = "exists already"
    REFUSED = "refused"
    PASSING = "try again"


FINAL = frozenset(Trouble) - {Trouble.PASSING}


def failures() -> tuple[type[Exception], ...]:
    """What clients of storage raise beside errors of the system; those that are not loaded raise nothing."""
    names = {
        "botocore.exceptions": ("BotoCoreError", "ClientError"),
        "aiohttp": ("ClientError",),
        "httpx": ("HTTPError",),
        "httpx2": ("HTTPError",),
        "gcsfs.retry": ("HttpError",),
        "google.auth.exceptions": ("GoogleAuthError",),
        "azure.core.exceptions": ("AzureError",),
    }
    loaded = [(sys.modules[module], classes) for module, classes in names.items() if module in sys.modules]
    found = (getattr(module, one) for module, classes in loaded for one in classes if hasattr(module, one))
    return (OSError, NotImplementedError, http.client.HTTPException, *found)


def trouble_of(error: BaseException) -> Trouble:
    """By the status a server gave, where there is one: clients wrap it, and call "not found" what was an outage."""
    chain = [*_chain(error)]
    if isinstance(error, FileExistsError):
        return Trouble.THERE
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in chain):
        return Trouble.REFUSED
    for one in reversed(chain):
        status = _status(one)
        if status is not None:
            return _by_status(status)
    return _by_type(chain[-1])


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _status(error: BaseException) -> int | None:
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        found: Any = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    else:
        # The `code` of aiohttp's errors is not the server's.
        own = getattr(error, "code", None) if type(error).__module__.startswith("gcsfs") else None
        found = getattr(error, "status", None) or getattr(error, "status_code", None) or own
    return found if isinstance(found, int) and 400 <= found < 600 else None


def _by_status(status: int) -> Trouble:
    if status in _GONE:
        return Trouble.GONE
    if status in _DENIED:
        return Trouble.DENIED
    if status == 412:
        return Trouble.THERE
    return Trouble.PASSING if status in _PASSING or (status >= 500 and status != 501) else Trouble.REFUSED


def _by_type(error: BaseException) -> Trouble:
    if isinstance(error, (FileNotFoundError, NotADirectoryError, IsADirectoryError)):
        return Trouble.GONE
    if isinstance(error, PermissionError) or "Credential" in type(error).__name__:
        return Trouble.DENIED
    if isinstance(error, (TimeoutError, ConnectionError, http.client.HTTPException)):
        return Trouble.PASSING
    if isinstance(error, socket.gaierror):
        return Trouble.PASSING if error.errno == socket.EAI_AGAIN else Trouble.REFUSED
    if isinstance(error, OSError) and error.errno is not None:
        return Trouble.PASSING if error.errno in _BUSY else Trouble.REFUSED
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if type(error).__module__.startswith("botocore.") and not kinds & _OF_THE_NETWORK:
        return Trouble.REFUSED
    return Trouble.REFUSED if isinstance(error, (NotImplementedError, ValueError)) else Trouble.PASSING


def patiently(call: Callable[[], T], address: str, *, final: Container[Trouble] = FINAL) -> T:
    """The result of a call that reaches for an address; what is not `final` is tried again.

    Raises `FileNotFoundError`, `PermissionError` or `FileExistsError`, another `OSError` for what is refused for good,
    and `OutageError` after two minutes of trying.
    """
    for number in range(RETRIES + 1):
        try:
            return call()
        except failures() as error:
            trouble = trouble_of(error)
            if trouble in final:
                raise _plain(trouble, error, address) from None
            said = _said(error, address)
            wait = max(min(FIRST_WAIT_S * 2**number, MAX_WAIT_S), _asked_wait(error))
        if number < RETRIES:
            time.sleep(wait)
    raise OutageError(
        f"{shown(address)}: {RETRIES + 1} tries failed, the last with {said}; run again later, what is finished is kept"
    )


def _plain(trouble: Trouble, error: BaseException, address: str) -> OSError:
    place = shown(address)
    if trouble is Trouble.GONE:
        return FileNotFoundError(errno.ENOENT, "does not exist", place)
    if trouble is Trouble.DENIED:
        why = f"access denied ({_said(error, address)}); give credentials where its client finds them (AWS_*, ...)"
        return PermissionError(errno.EACCES, why, place)
    if trouble is Trouble.THERE:
        return FileExistsError(errno.EEXIST, "exists already", place)
    return OSError(errno.EINVAL, f"refused ({_said(error, address)})", place)


def _said(error: BaseException, address: str) -> str:
    """The clients' "not found" may stand for an outage; what is behind it tells more."""
    status = next((one for one in map(_status, _chain(error)) if one), None)
    told = next((one for one in _chain(error) if not isinstance(one, FileNotFoundError)), error)
    text = without_secrets(str(told), address)
    return f"{type(told).__name__}: {text}" if status is None else f"{status}: {text}"


def _asked_wait(error: BaseException) -> float:
    """What the server asks for in `Retry-After`, in seconds; dates are left to the doubling."""
    headers = getattr(error, "headers", None) or {}
    asked = str(headers.get("Retry-After", ""))
    return min(float(asked), MAX_WAIT_S) if asked.isdecimal() else 0.0
