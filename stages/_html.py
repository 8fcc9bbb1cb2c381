"""HTML to an lxml tree, quickly and without surprises: no network, no entities of the page's own, no scripts.

Scripts, styles and drawings are two thirds of many pages and are cut out of the source before the parser sees them;
those that hold formulas or structured data stay.
"""

import re
from typing import Any

from lxml import etree

_CUT = re.compile(r"<(?:!--|(script|style|svg)(?=[\s/>]))", re.IGNORECASE)
# The rest of a tag that closes itself, as `<svg .../>` may; that of a script or a style does not, whatever it says.
_EMPTY = re.compile(r"""(?:[^<>"']|"[^"<>]*+"|'[^'<>]*+')*+(?<=/)>""")
_KEPT_SCRIPT = re.compile(r"math/|ld\+json|text/(?:tex|latex)|application/x-(?:tex|latex)", re.IGNORECASE)
# Control characters end the parser's reading or cannot be stored.
_CONTROLS = bytes.maketrans(bytes([*range(9), 11, 12, *range(14, 32), 127]), b" " * 30)


def parse_html(html: str) -> Any | None:
    """The root element, or None where there is none."""
    return parse_markup(without_code(html))


def parse_markup(markup: str) -> Any | None:
    """The same for a source whose code is cut out already. Depth is bounded by libxml2 (2,048 levels)."""
    data = markup.encode("utf-8", "replace").translate(_CONTROLS)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_pis=True, remove_comments=True)
    try:
        return etree.fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):  # nothing but white space, or nothing but comments
        return None


def without_code(html: str) -> str:
    """The source without comments, scripts, styles and drawings; what is never closed stays for the parser."""
    pieces: list[str] = []
    kept_to = 0
    lower: str | None = None
    found = _CUT.search(html)
    while found:
        name = found.group(1)
        if name is None:
            end = html.find("-->", found.end() - 2)
            end = end + 3 if end >= 0 else -1
        elif name.lower() == "svg" and (empty := _EMPTY.match(html, found.end())):
            end = empty.end()
        else:
            end = _end_of(html, name, found.end())
            if end < 0:
                lower = lower or html.lower()
                end = _end_of(lower, name.lower(), found.end()) if len(lower) == len(html) else -1
        if end < 0:
            break
        if name is None or name.lower() != "script" or not _is_kept(html, found):
            pieces.append(html[kept_to : found.start()])
            kept_to = end
        found = _CUT.search(html, end)
    return "".join([*pieces, html[kept_to:]])


def _end_of(html: str, name: str, start: int) -> int:
    close = html.find(f"</{name}", start)
    return html.find(">", close) + 1 or -1 if close >= 0 else -1


def _is_kept(html: str, script: re.Match[str]) -> bool:
    close = html.find(">", script.end())
    return bool(_KEPT_SCRIPT.search(html, script.end(), close))
