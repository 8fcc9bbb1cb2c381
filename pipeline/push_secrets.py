"""Keeps credentials out of messages: those in an address, and those that clients take from the environment."""

import os
import re
from urllib.parse import urlsplit, urlunsplit

HIDDEN = "***"
# Names of environment variables under which clients find credentials.
SECRET = re.compile(r"KEY|SECRET|TOKEN|PASSWORD|CREDENTIAL|CONNECTION_STRING", re.IGNORECASE)
# Shorter values would blot out ordinary words.
LEAST = 8


def shown(address: str) -> str:
    """The address without user, password, query and fragment."""
    parts = urlsplit(address)
    if not parts.netloc:
        return address.partition("?")[0]
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def without_secrets(text: str, address: str) -> str:
    """A client's message with every credential it may know of blotted out, on one line."""
    parts = urlsplit(address)
    secrets = {part for part in (parts.password, parts.query, parts.fragment) if part}
    secrets |= {value for name, value in os.environ.items() if SECRET.search(name) and len(value) >= LEAST}
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    text = re.sub(r"(://)[^/@\s]+@", rf"\1{HIDDEN}@", text)
    return " ".join(text.split())
