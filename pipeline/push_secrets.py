"""Keeps credentials out of messages: those in an address, and those that clients take from the environment."""

import os
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote

HIDDEN = "***"
# Names of environment variables under which clients find credentials.
SECRET = re.compile(r"KEY|SECRET|TOKEN|PASSWORD|CREDENTIAL|CONNECTION_STRING", re.IGNORECASE)
# Shorter values would blot out ordinary words.
LEAST = 8
# Of every part of a chain such as `simplecache::s3://KEY:SECRET@bucket`; a secret may hold slashes, a port is none.
USER = re.compile(r"(?<=://)(?:[^/\s]+|[^/\s:]*:(?!\d+(?:/|$))[^@\s]*)@")


def shown(address: str) -> str:
    """The address without users, passwords, query and fragment."""
    bare = USER.sub("", address).partition("?")[0]
    return bare.partition("#")[0] if "://" in address else bare


def without_secrets(text: str, address: str) -> str:
    """A client's message with every credential it may know of blotted out, on one line."""
    secrets = set(_secrets(address))
    secrets |= {value for name, value in os.environ.items() if SECRET.search(name) and len(value) >= LEAST}
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    text = USER.sub(f"{HIDDEN}@", text)
    return " ".join(text.split())


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
