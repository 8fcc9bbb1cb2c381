"""Keeps credentials out of all that is printed or written: those in an address, those that clients take from the
environment, and what looks like one wherever it stands.
"""

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

HIDDEN = "***"
# Names of environment variables under which clients find credentials.
SECRET = re.compile(
    r"KEY|SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|(?:^|_)PASS(?:_|$)|CREDENTIAL|CONNECTION_STRING", re.IGNORECASE
)
# Shorter values would blot out ordinary words.
LEAST = 8
# Of every part of a chain such as `simplecache::s3://KEY:SECRET@bucket`; a secret may hold slashes, a port is none.
USER = re.compile(r"(?<=://)(?:[^/\s]{1,2000}|[^/\s:]{0,500}:(?!\d+(?:/|$))[^@\s]{0,2000})@")
# As headers, queries of signed addresses and the services themselves spell them.
SHAPES = (
    re.compile(r"(?i)(authorization[\"']?\s*[:=]\s*[\"']?(?:bearer|basic|token)?\s*)[\w.~+/=-]{8,}"),
    re.compile(r"(?i)\b(bearer\s+|api[_-]?key[\"']?\s*[:=]\s*[\"']?)[\w.~+/=-]{20,}"),
    re.compile(r"(?i)([?&;][\w.%-]{0,40}(?:sig|signature|token|key|secret|password|credential)=)[^&;#\s\"'<>]{4,}"),
    re.compile(r"()\b(?:hf_[A-Za-z0-9]{20,}|(?:AKIA|ASIA)[A-Z0-9]{16}|sk-[\w-]{20,}|gh[pousr]_[A-Za-z0-9]{30,})"),
)


def shown(address: str) -> str:
    """The address without users, passwords, query and fragment."""
    bare = USER.sub("", address).partition("?")[0]
    return bare.partition("#")[0] if "://" in address else bare


def without_secrets(text: str, address: str) -> str:
    """A client's message with every credential it may know of blotted out, on one line."""
    for secret in sorted(set(_secrets(address)), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return " ".join(redacted(text).split())


def redacted(text: str) -> str:
    """A text of any origin, its lines as they were, without what the environment calls a secret or looks like one."""
    found = {value for name, value in os.environ.items() if SECRET.search(name) and len(value) >= LEAST}
    for secret in sorted(found, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    text = USER.sub(f"{HIDDEN}@", text)
    for shape in SHAPES:
        text = shape.sub(rf"\1{HIDDEN}", text)
    return text


def without_secrets_in(value: Any) -> Any:
    """The same for every text in a value as JSON has them."""
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, Mapping):
        return {key: without_secrets_in(item) for key, item in value.items()}
    return [without_secrets_in(item) for item in value] if isinstance(value, (list, tuple)) else value


def _secrets(address: str) -> Iterator[str]:
    """What an address holds beside the place, as it stands there and as a client decodes it."""
    for match in USER.finditer(address):
        user, _, password = match[0][:-1].partition(":")
        yield from {one for one in (password, unquote(password)) if one}
        if len(user) >= LEAST:
            yield user
    if "://" not in address:
        return
    for signed in (address.partition("?")[2], address.partition("#")[2]):
        yield from {signed, *(value for _, value in parse_qsl(signed) if len(value) >= LEAST)} - {""}
