"""One file that asks for nothing else: markup, style, scripts, KaTeX with its fonts, and the data as JSON.

What rows hold is not trusted. It travels as JSON in which no tag can be spelt and reaches the page as text alone; the
policy of the page allows these scripts and styles by their digests, and neither the network nor anything else.
"""

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

ROOM = Path(__file__).parent
SCRIPTS = (
    "elements",
    "data",
    "maths",
    "state",
    "charts",
    "overview",
    "distributions",
    "lives",
    "filters",
    "browser",
    "main",
)
ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
UNSAFE = re.compile("[<>&\u2028\u2029]")
_MADE_OF = re.compile(r'<meta name=made-of content="([^"]*)">')
_HEAD = 1 << 20  # within which it stands, in bytes


def page(title: str, data: bytes, *, made_of: Mapping[str, str]) -> str:
    """`made_of` are the artifacts it tells of, by node; `told_of` reads them again."""
    styles = (_katex_style(), _read("page/page.css"))
    scripts = (_read("katex/katex.min.js"), "\n".join(_read(f"page/{name}.js") for name in SCRIPTS))
    parts = [
        "<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n",
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(scripts, styles)}">\n',
        "<meta name=viewport content='width=device-width, initial-scale=1'>\n",
        "<meta name=referrer content=no-referrer>\n",
        f'<meta name=made-of content="{html.escape(json.dumps(made_of))}">\n',
        f"<title>{html.escape(title)}</title>\n",
        f"<!-- KaTeX draws the formulas:\n{_read('katex/LICENSE')}-->\n",
        *(f"<style>{style}</style>\n" for style in styles),
        "</head>\n<body>\n",
        _read("page/page.html"),
        f'<script type="application/json" id="data">{as_script(data)}</script>\n',
        *(f"<script>{script}</script>\n" for script in scripts),
        "</body>\n</html>\n",
    ]
    return "".join(parts)


def told_of(path: Path) -> dict[str, str]:
    """The artifacts that a page tells of, by node; none where it does not say."""
    with path.open("rb") as file:
        found = _MADE_OF.search(file.read(_HEAD).decode(errors="replace"))
    try:
        return dict(json.loads(html.unescape(found[1]))) if found else {}
    except ValueError:
        return {}


def as_script(data: bytes) -> str:
    """JSON in which nothing can end or begin an element, and which means the same."""
    return UNSAFE.sub(lambda match: ESCAPES[match[0]], data.decode())


def _policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    def allowed(texts: Sequence[str]) -> str:
        return " ".join(
            f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts
        )

    return (
        f"default-src 'none'; script-src {allowed(scripts)}; style-src {allowed(styles)}; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def _read(name: str) -> str:
    return (ROOM / name).read_text(encoding="utf-8")


@cache
def _katex_style() -> str:
    """KaTeX's style sheet with its fonts in it, of each the one format that every browser of today reads."""

    def inlined(match: re.Match[str]) -> str:
        font = base64.b64encode((ROOM / "katex" / match[1]).read_bytes()).decode()
        return f'src:url(data:font/woff2;base64,{font}) format("woff2")'

    return re.sub(r'src:url\(([^)]+\.woff2)\) format\("woff2"\)[^;}]*', inlined, _read("katex/katex.min.css"))
