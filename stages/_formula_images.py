"""Formulas that a page shows as images: their TeX is the alternative text, or stands in the address."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from stages._formula_tex import DELIMITED, Formula, cleaned

_TEX_CLASS = re.compile(
    r"(?:^|[\s_-])(?:tex|latex\w*|mwe-math-fallback-image-\w+|ql-img-\w+-formula|math\w*|formula|equation)(?:$|[\s_-])"
)
_TEX_ADDRESS = re.compile(
    r"latex\.php|latex\.codecogs|/(?:gif|png|svg|pdf|emf|swf)(?:\.image)?\.latex|math(?:tex|ml|render)?\.cgi|mimetex"
    r"|cht=tx|/media/math/render|equation\?tex=|/latex/|tex2img|texrender|eq\.latex|latexrender",
    re.IGNORECASE,
)
_LOOKS_LIKE_TEX = re.compile(r"[\\^_{}=+]|^\$.*\$$|^\W*[A-Za-z]\W*$")
_WORDS = re.compile(r"[A-Za-z ]{3,}")
_QUERY_NAMES = ("latex", "chl", "tex", "formula", "eq", "math")


def image_formula(element: Any) -> Formula | None:
    """The TeX of an image's address or alternative text, where class or address say that it shows a formula."""
    source = element.get("src") or element.get("data-src") or ""
    is_served = bool(_TEX_ADDRESS.search(source))
    alt = (element.get("alt") or "").strip()
    is_classed = bool(_TEX_CLASS.search(element.get("class") or "")) or element.get("eeimg") is not None
    is_block = "block" in (element.get("class") or "") or "displaymath" in (element.get("class") or "")
    if not (is_served or is_classed or DELIMITED.match(alt)):
        return None
    if _LOOKS_LIKE_TEX.search(alt) or (is_classed and alt and not _WORDS.fullmatch(alt)):
        delimited = DELIMITED.match(alt)
        return Formula(cleaned(alt), is_block or bool(delimited and delimited.group(1) in ("$$", r"\[")))
    if is_served:
        return Formula(cleaned(_tex_of_address(source)), is_block)
    return None


def _tex_of_address(address: str) -> str:
    """Empty where the address is none."""
    try:
        parts = urlsplit(address)
    except ValueError:  # "http://[x/latex.php?a"
        return ""
    query = parse_qs(parts.query) if "=" in parts.query else {}
    named = next((query[name][0] for name in _QUERY_NAMES if name in query), None)
    if named is not None and not parts.query.startswith("\\"):
        return unescape(named.replace("&space;", " "))
    # codecogs and mimetex take the whole query as TeX; a plus sign stands for itself there.
    return unescape(unquote(parts.query.partition("&bg=")[0]).replace("&space;", " "))
