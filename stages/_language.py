"""The language of a page or text: what it says itself, else what resiliparse detects.

resiliparse answers a page like fastText's lid.176 does (`docs/readers.md` has the figures) and needs no model. On a
single sentence it errs, so short texts and doubtful ones have no language here rather than a wrong one.
"""

import re

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.lang import detect_fast

_DECLARED = re.compile(r"<html\b[^>]*?\blang\s*=\s*[\"']?([a-zA-Z]{2,3})\b", re.IGNORECASE)
_CODE = re.compile(r"[a-zA-Z]{2,3}(?![a-zA-Z])")
_HEAD_CHARS = 5000
# Of a page without a statement; a page's begin says what it is written in.
_HTML_CHARS = 200_000
_TEXT_CHARS = 20_000
_MIN_CHARS = 200
# How far, in resiliparse's measure, a text is from its nearest language: near enough by itself, or near enough where
# the next language is farther by a lead. `docs/readers.md` has what this answers and how often it is right.
_NEAR = 400
_FAR = 600
_LEAD = 20


def page_language(html_lang: str | None, text: str) -> str | None:
    """A code such as "en": that of an `html lang` attribute ("en-GB", "EN_us"), else that detected in plain text."""
    declared = _CODE.match((html_lang or "").strip())
    if declared:
        return declared.group().lower()
    text = text[:_TEXT_CHARS]
    if len(text) < _MIN_CHARS:
        return None
    found = detect_fast(text, n_results=2)
    ranked = found if isinstance(found, list) else [found]
    if not ranked or ranked[0][0] == "unknown":
        return None
    code, distance = ranked[0]
    has_lead = distance <= _FAR and all(other - distance >= _LEAD for _, other in ranked[1:])
    return code if distance <= _NEAR or has_lead else None


def html_language(html: str) -> str | None:
    """As `page_language`, of a page's HTML."""
    declared = _DECLARED.search(html[:_HEAD_CHARS])
    if declared:
        return declared.group(1).lower()
    return page_language(None, extract_plain_text(html[:_HTML_CHARS], main_content=False))
