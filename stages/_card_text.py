"""Markdown that shows text of strangers as text: what a source, a licence or an author is called is never markup."""

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

MAX_CHARS = 300
_MARKUP = re.compile(r"[\\`*\[\]|~$!]|(?<!\w)_|_(?!\w)|^[#+\-=>]|^\d+(?=[.)](?: |$))|(?<=:)(?=//)")
_RUNS = re.compile(r"`+")


def plain(value: Any, *, max_chars: int = MAX_CHARS) -> str:
    """One line that renders as what it says: no control or direction marks, no markup, no HTML, no links."""
    text = _one_line(str(value))
    text = text if len(text) <= max_chars else text[: max_chars - 1] + "…"
    return _MARKUP.sub(_escaped, html.escape(text, quote=False))


def _escaped(match: re.Match[str]) -> str:
    found = match[0]
    if not found:
        return "&#8203;"
    return f"{found[:-1]}{found[-1]}\\" if found.isdigit() else f"\\{found}"


def code(value: Any) -> str:
    """A code span: an id, a digest or a name of ours."""
    return "`" + _one_line(str(value)).replace("`", "'").replace("|", "\\|") + "`"


def link(url: Any) -> str:
    """An address that a reader can click, or plain text where it is not one of the web."""
    text = _one_line(str(url))
    return f"<{text}>" if re.fullmatch(r"https?://[^\s<>\"'`|\\]+", text) else plain(text)


def _one_line(text: str) -> str:
    """Controls become blanks; format characters, which may turn the direction of writing, go."""
    kinds = ((letter, unicodedata.category(letter)) for letter in text)
    return " ".join("".join(" " if kind == "Cc" else letter for letter, kind in kinds if kind not in _UNSEEN).split())


_UNSEEN = frozenset({"Cf", "Cs", "Co"})


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table of cells that are Markdown already; numbers are written with commas and set to the right."""
    cells = [list(row) for row in rows]
    numeric = [bool(cells) and all(_is_number(row[place]) for row in cells) for place in range(len(columns))]
    lines = [
        columns,
        ["---:" if right else "---" for right in numeric],
        *([_cell(cell) for cell in row] for row in cells),
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _is_number(cell: Any) -> bool:
    return cell is None or isinstance(cell, (int, float))


def _cell(cell: Any) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:,.3f}".rstrip("0").rstrip(".") if abs(cell) < 100 else f"{cell:,.0f}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def share(part: float | None, whole: float = 1) -> str:
    """A share as per cent; "-" where there is none."""
    return "-" if part is None or not whole else f"{part / whole:.1%}"


def block(text: str, language: str = "") -> str:
    """A fenced block that nothing in it can end."""
    fence = "`" * max(3, 1 + max((len(run) for run in _RUNS.findall(text)), default=0))
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def folded(summary: str, content: str) -> str:
    """Markdown that opens on a click."""
    return f"<details><summary>{html.escape(summary)}</summary>\n\n{content}\n\n</details>"


def to_yaml(value: Mapping[str, Any]) -> str:
    """YAML whose texts are one line each, so that none of them can end the block it stands in."""
    return str(yaml.safe_dump(_flat(value), sort_keys=False, allow_unicode=True, width=10_000))


def _flat(value: Any) -> Any:
    if isinstance(value, str):
        return _one_line(value)
    if isinstance(value, Mapping):
        return {_flat(key): _flat(item) for key, item in value.items()}
    return [_flat(item) for item in value] if isinstance(value, (list, tuple)) else value
