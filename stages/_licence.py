"""What a page itself says about its licence and its owner."""

import re
from dataclasses import dataclass

from stages._html import parse_html

_CC = re.compile(
    r"creativecommons\.org/(?:licenses/([a-z-]+)/(\d\.\d)|publicdomain/(zero|mark)/(\d\.\d))", re.IGNORECASE
)
_LICENCE_META = {"dcterms.license", "dcterms.rights.license", "dc.license", "dc.rights.license", "license"}
_OWNER_META = {"dcterms.rightsholder", "dc.rightsholder", "copyright-holder"}
# Statements stand in the head; beyond this many characters nobody looks for them.
_HEAD_CHARS = 100_000


@dataclass(frozen=True)
class Statement:
    licence: str | None
    attribution: str | None


def page_statement(html: str) -> Statement:
    """The licence from `<link rel="license">` or a Dublin Core `<meta>`, the owner from `dcterms.rightsHolder`."""
    head = html[:_HEAD_CHARS]
    # Most pages say nothing: one search is cheaper than a parse.
    if not re.search(r"licen[sc]e|rightsholder", head, re.IGNORECASE):
        return Statement(None, None)
    root = parse_html(head.partition("<body")[0])
    if root is None:
        return Statement(None, None)
    metas = {(node.get("name") or "").lower(): node.get("content") or "" for node in root.iter("meta")}
    links = [
        node.get("href") or "" for node in root.iter("link") if "license" in (node.get("rel") or "").lower().split()
    ]
    licences = links + [metas[name] for name in sorted(_LICENCE_META & metas.keys())]
    owners = [metas[name] for name in sorted(_OWNER_META & metas.keys())]
    return Statement(
        licence=next((licence_name(text) for text in licences if text.strip()), None),
        attribution=next((text.strip() for text in owners if text.strip()), None),
    )


def licence_name(text: str) -> str:
    """A Creative Commons address as the licence's short name; any other text as it is."""
    found = _CC.search(text)
    if not found:
        return text.strip()
    kind, version, public, public_version = found.groups()
    if public:
        return f"CC0 {public_version}" if public.lower() == "zero" else "Public Domain Mark"
    return f"CC {kind.upper()} {version}"
