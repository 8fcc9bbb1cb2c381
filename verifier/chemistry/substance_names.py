"""Systematic names of organic compounds, `2-methylpropan-1-ol`, in one spelling."""

import re

from verifier.latex import plain_text

_CHAIN = "(?:cyclo)?(?:meth|eth|prop|but|pent|hex|hept|oct|non|dec)"
SUFFIX = re.compile(
    r"(?:ane|ene|yne|adiene|ol|diol|triol|al|one|dione|oic acid|oate|amine|amide|benzene|toluene|phenol|aniline"
    r"|naphthalene|ether|ide|yl|nitrile|acid|ose|ate)s?$"
)
LOCANT = re.compile(r"(?:^|[\s\-(])(?:\d+(?:,\s?\d+)*|[nNoOmpRSEZ]|cis|trans|sec|tert|iso)-|-\d+(?:,\d+)*-")
INNER_LOCANT = re.compile(rf"({_CHAIN}(?:an|a|en)?e?)-(\d+(?:,\d+)*)-(?=[a-z])")
NAME = re.compile(r"[A-Za-z0-9,()\[\]' \-]{4,120}")


def is_systematic(text: str) -> bool:
    """A name with a number or prefix that says where a group sits."""
    plain = plain_text(text).strip()
    return bool(NAME.fullmatch(plain) and LOCANT.search(plain) and SUFFIX.search(plain.lower()))


def systematic(text: str) -> str:
    """One spelling: places before the chain (`2-butene`), no hyphens or blanks; R, S, E and Z stay capitals."""
    plain = re.sub(r"\s*([,\-])\s*", r"\1", plain_text(text).strip())
    plain = re.sub(r"\b(?:the\s+)?(?:compound|product|answer|alkane|alkene)\s+is\s+", "", plain)
    descriptors = re.findall(r"(?<![A-Za-z])[0-9]*[RSEZ](?![A-Za-z])", plain)
    moved = INNER_LOCANT.sub(r"\2-\1", plain.lower())
    return "".join(descriptors) + re.sub(r"[\s\-()']", "", moved)
