"""A unit name as pint knows it: symbols with prefixes in their exact case, words and plurals in any case."""

from functools import lru_cache
from typing import NamedTuple

from verifier.units.table import (
    LOOSE,
    METRIC_WORDS,
    OWN_BASES,
    PLAIN,
    PREFIX_WORDS,
    PREFIXED_ONLY,
    PREFIXES,
    SELDOM,
    SYMBOLS,
    WORDS,
)

MAX_NAME = 24
MAX_RUN = 8


class Name(NamedTuple):
    """`prefix` and `base` together are a name in pint's registry, or `base` alone is one of `OWN_BASES`."""

    prefix: str
    base: str


@lru_cache(maxsize=4096)
def resolve(name: str, *, loose: bool = False) -> Name | None:
    """The unit called `name`; None if none is. `loose` prefers the second meaning of a name that has two."""
    if len(name) > MAX_NAME:
        return None
    if loose and (name in LOOSE or (name.lower().removesuffix("s") in LOOSE and len(name) > 2)):
        return Name("", LOOSE.get(name) or LOOSE[name.lower().removesuffix("s")])
    return symbol(name) or _word(name.lower())


def symbol(name: str) -> Name | None:
    if name in PLAIN:
        return Name("", PLAIN[name])
    if name in SYMBOLS:
        return Name("", SYMBOLS[name])
    for length in (2, 1):
        prefix, rest = name[:length], name[length:]
        if prefix in PREFIXES and (rest in SYMBOLS or rest in PREFIXED_ONLY) and rest in SELDOM.get(prefix, {rest}):
            return Name(PREFIXES[prefix], SYMBOLS.get(rest) or PREFIXED_ONLY[rest])
    return None


def _word(name: str) -> Name | None:
    """A word in the singular or plural; at least three letters, so that no symbol is read against its case."""
    for singular in (name, name.removesuffix("s"), name.removesuffix("es")):
        if len(singular) < 2:
            continue
        if base := WORDS.get(singular) or METRIC_WORDS.get(singular):
            return Name("", base)
        if singular in OWN_BASES:
            return Name("", singular)
        for prefix in PREFIX_WORDS:
            if singular.startswith(prefix) and (base := METRIC_WORDS.get(singular.removeprefix(prefix))):
                return Name(prefix, base)
    return None


@lru_cache(maxsize=1024)
def split_run(run: str) -> tuple[Name, ...] | None:
    """Symbols that were written without blanks, `Jkg` or `ms`, in the fewest pieces; None where they cannot be cut."""
    if len(run) > MAX_RUN:
        return None
    best: tuple[Name, ...] | None = None
    for cut in range(1, len(run)):
        first, rest = symbol(run[:cut]), run[cut:]
        if first is None:
            continue
        tail = symbol(rest)
        others = (tail,) if tail else split_run(rest)
        if others and (best is None or len(others) + 1 < len(best)):
            best = (first, *others)
    return best
