"""What entries of a blocklist mean: the comparable form of each, and those that say nothing."""

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from stages._removal import ascii_host, removal_key

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?")


class EntryError(ValueError):
    """An entry that says nothing; the message says why and what to write instead."""


def page_of(url: str) -> str:
    """The address as `removal_key` spells it; the text itself where it is no address."""
    return removal_key(url, source="")


def sites_of(url: str) -> Iterator[str]:
    """The host of an address and the domains above it, longest first: never a part of a label."""
    try:
        host = urlsplit(url.strip()).hostname or ""
    except ValueError:
        return
    host = ascii_host(host.rstrip("."))
    while host:
        yield host
        host = "" if _is_ip(host) else host.partition(".")[2]


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _url_forms(entry: str) -> frozenset[str]:
    _check_word(entry, "an address")
    page = page_of(entry if "://" in entry else f"//{entry}")
    host = page.partition("/")[0].partition("?")[0].partition(":")[0]
    if "." not in host or "://" in page:
        raise EntryError("is no address; write https://host/path")
    return frozenset({page})


def _domain_forms(entry: str) -> frozenset[str]:
    _check_word(entry, "a domain")
    host = ascii_host(entry.removeprefix("*").removeprefix(".").removesuffix("."))
    if _is_ip(host):
        return frozenset({host})
    if not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise EntryError("is no domain; write example.org, without scheme, port and path")
    if "." not in host and not entry.startswith((".", "*.")):
        raise EntryError(f"would block every site below it; write .{host} if that is meant")
    return frozenset({host})


def _id_forms(entry: str) -> frozenset[str]:
    _check_word(entry, "an id")
    if not all(entry.split("/")):
        raise EntryError("is no id: a part between slashes is empty")
    return frozenset({entry})


def _removal_key_forms(entry: str) -> frozenset[str]:
    """The key as it is (it may be the name of a source) and, where it may be an address, that one's key."""
    return frozenset({entry, page_of(entry if "://" in entry else f"//{entry}")})


def _check_word(entry: str, what: str) -> None:
    if len(entry.split()) != 1:
        raise EntryError(f"is more than {what}; write one a line")


FORMS: Mapping[str, Callable[[str], frozenset[str]]] = {
    "url": _url_forms,
    "domain": _domain_forms,
    "id": _id_forms,
    "removal_key": _removal_key_forms,
}
