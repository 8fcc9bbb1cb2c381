"""What went wrong between us and an endpoint: the server's trouble, which may pass, or this request's, or the recipe's.

nothing listens, reset, 408, 409, 425, 429, 5xx, stalled, cut off, not JSON   may pass: `PassingError`
402, 429 whose quota is used up                                               `TeacherOutageError`
401, 403, 404, 405, a redirect, another model answers                         `TeacherConfigError`
too long for the model (400, 413, 422), 429 "request too large"               `PromptTooLongError`
any other 4xx                                                                 `RequestRefusedError`
"""

import email.utils
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from teachers.errors import (
    PromptTooLongError,
    RequestRefusedError,
    TeacherConfigError,
    TeacherError,
    TeacherOutageError,
)

Kind = Literal["unreachable", "dropped", "unavailable", "rate_limited", "server_error", "broken_reply", "stalled"]
UNAVAILABLE = frozenset({408, 409, 425, 502, 503, 504})
TOO_LONG = re.compile(
    r"context[ _](length|window|size)|max_model_len|too long|too many (input )?tokens|longer than the model", re.I
)
QUOTED = 300


class PassingError(Exception):
    """A trouble that may pass. `wait_s` is what the server asked for with `Retry-After`."""

    def __init__(self, kind: Kind, said: str, wait_s: float | None = None) -> None:
        super().__init__(said)
        self.kind, self.wait_s = kind, wait_s


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer of the server that is none: `said` are its own words, without the key. `asked` names what was asked."""

    status: int
    said: str
    asked: str
    api_key_env: str | None
    retry_after: str | None = None

    def error(self) -> Exception:
        """The exception to raise."""
        told = f"{self.asked}: {self.status} {self.said}".rstrip()
        if self.status in (401, 403):
            return TeacherConfigError(f"{self.asked}: {self.status}: {_key_advice(self.api_key_env)}")
        if self.status == 402 or (self.status == 429 and "insufficient_quota" in self.said):
            return TeacherOutageError(f"{told}; what is answered is kept, run again once it is paid for")
        if self.status == 429 and "request too large" in self.said.lower():  # for the minute's tokens: never passes
            return PromptTooLongError(told)
        if self.status == 429 or self.status in UNAVAILABLE:
            kind: Kind = "rate_limited" if self.status == 429 else "unavailable"
            return PassingError(kind, told, seconds_of(self.retry_after))
        if self.status >= 500:
            return PassingError("server_error", told, seconds_of(self.retry_after))
        return self._refusal(told)

    def _refusal(self, told: str) -> TeacherError:
        if self.status in (404, 405) or 300 <= self.status < 400:
            return TeacherConfigError(
                f"{told}; wanted is a URL below which /chat/completions answers, often one that ends in /v1, "
                "and as `model` the name under which it serves the model"
            )
        if self.status == 413 or TOO_LONG.search(self.said):
            return PromptTooLongError(told)
        return RequestRefusedError(told)


def _key_advice(api_key_env: str | None) -> str:
    if api_key_env is None:
        return "it wants a key: put the name of the environment variable that holds it into `endpoint.api_key_env`"
    return f"it does not take the key in the environment variable {api_key_env}"


def seconds_of(retry_after: str | None) -> float | None:
    """`Retry-After` as seconds from now, given in seconds or as an HTTP date; None where it says neither."""
    if retry_after is None:
        return None
    if re.fullmatch(r"\d+(\.\d+)?", retry_after.strip()):
        return float(retry_after)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return None


def said_by(body: bytes, *, key: str | None) -> str:
    """The message in an error body, in one line, cut and without `key`, which some servers repeat."""
    text = body.decode(errors="replace")
    try:
        text = message_of(json.loads(text))
    except ValueError:
        text = re.sub(r"<[^>]*>", " ", text)
    return quoted(text, key=key)


def message_of(told: Any) -> str:
    """The words of `{"error": {"message": ...}}` and its relatives, with the code where that is a word."""
    error = told.get("error", told) if isinstance(told, Mapping) else told
    if not isinstance(error, Mapping):
        return str(error)
    words = error.get("message") or error.get("detail") or error
    code = error.get("code")
    return f"{code}: {words}" if isinstance(code, str) and not code.isdigit() else str(words)


def quoted(text: str, *, key: str | None) -> str:
    if key:
        text = text.replace(key, "***")
    return " ".join(text.split())[:QUOTED]
