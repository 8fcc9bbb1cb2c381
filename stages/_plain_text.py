"""Plain text and Markdown as the HTML it would have been, so that rules which read pages can read it."""

import html
import re
from collections.abc import Iterator

_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_FENCE = re.compile(r"^(`{3,}|~{3,})[^\n`]*\n(.*?)(?:^\1[ \t]*$\n?|\Z)", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t]*#*$")
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,200}?)(?<=\S)\1")
_PAGE = "<!DOCTYPE html><html><body>\n{}\n</body></html>"


def text_page(text: str, *, markdown: bool) -> str:
    """A page with a paragraph for each block between blank lines; lines stay lines.

    Of Markdown, headings, bold words and fenced code are understood: what labels of questions are written with.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    blocks = _markdown_blocks(text) if markdown else map(_paragraph, _BLANK.split(text))
    return _PAGE.format("\n".join(block for block in blocks if block))


def _paragraph(block: str) -> str:
    lines = [html.escape(line) for line in block.strip("\n").split("\n")]
    return f"<p>{'<br>'.join(lines)}</p>" if block.strip() else ""


def _markdown_blocks(text: str) -> Iterator[str]:
    at = 0
    for fence in _FENCE.finditer(text):
        yield from _prose(text[at : fence.start()])
        yield f"<pre>{html.escape(fence.group(2))}</pre>"
        at = fence.end()
    yield from _prose(text[at:])


def _prose(text: str) -> Iterator[str]:
    for block in _BLANK.split(text):
        lines: list[str] = []
        for line in block.split("\n"):
            heading = _HEADING.match(line)
            if heading is None:
                lines.append(line)
                continue
            yield _bold(_paragraph("\n".join(lines)))
            lines = []
            level = len(heading.group(1))
            yield _bold(f"<h{level}>{html.escape(heading.group(2))}</h{level}>")
        yield _bold(_paragraph("\n".join(lines)))


def _bold(block: str) -> str:
    return _BOLD.sub(r"<b>\2</b>", block)
