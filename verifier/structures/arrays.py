r"""Vectors and matrices in every notation as rows of texts: environments, brackets, unit vectors, scalar multiples.

All notations are first written with brackets (`\begin{pmatrix}1&2\\3&4\end{pmatrix}` as `[[1,2],[3,4]]`), so that one
reader serves them all. Cells stay texts; sums and multiples are written out, not computed.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from verifier.formulas.expressions import parse
from verifier.formulas.tree import TooLargeError, UnparsableError
from verifier.latex import is_enclosed, split_top
from verifier.structures.unit_vectors import PRODUCT, UNITS, components, marked, summands

GRID = re.compile(
    r"\\begin\{([pbB]?matrix|array|smallmatrix|[pb]smallmatrix)\*?\}(?:\[[a-z]\])?(?:\{[lcr| ]*\})?"
    r"((?:(?!\\begin|\\end).)*)\\end\{\1\*?\}",
    re.DOTALL,
)
ROW = r"\\\\(?:\[[^\]]*\])?|\\cr(?![a-zA-Z])"
FENCE = re.compile(r"[(\[]\s*(\[\[.*\]\])\s*[)\]]", re.DOTALL)
TRANSPOSE_MARK = re.compile(
    r"\s*(?:\^\s*(?:\{\s*)?(?:\\top|\\intercal|\\(?:mathrm|mathsf|text)\s*\{\s*T\s*\}|T)\s*\}?|')$"
)
DIAGONAL = re.compile(r"\\?(?:operatorname|text|mathrm)?\s*\{?diag\}?\s*(?=[(\[{\\])")
IDENTITY = re.compile(r"(?:\\(?:mathbf|mathbb|mathrm|text)\s*\{?)?\s*[IE]\s*\}?(?:_\{?(\d)(?:\s*\\times\s*\d)?\}?)?")
ZERO = re.compile(
    r"(?:\\(?:mathbf|vec|boldsymbol|overrightarrow|mathrm)\s*\{?)?\s*[0O]\s*\}?(?:_\{?(\d)\s*\\times\s*(\d)\}?)?"
)
CELL = re.compile(r"[-+]?[\w./\\{}]+")
MAX_CELLS = 64


@dataclass(frozen=True, slots=True)
class Array:
    """Rows of cells. `flat`: written as a list, which may stand for a row or a column; `plane`: by i and j alone."""

    rows: tuple[tuple[str, ...], ...]
    flat: bool = False
    plane: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(row) for row in self.rows)

    @property
    def cells(self) -> tuple[str, ...]:
        return tuple(cell for row in self.rows for cell in row)

    @property
    def is_vector(self) -> bool:
        return len(self.rows) == 1 or all(len(row) == 1 for row in self.rows)

    def transposed(self) -> "Array":
        if self.flat or len(set(self.shape)) > 1:
            return self
        return Array(tuple(zip(*self.rows, strict=True)))

    def each(self, change: Callable[[str], str]) -> "Array":
        return Array(tuple(tuple(map(change, row)) for row in self.rows), self.flat, self.plane)


@lru_cache(maxsize=2048)
def read_array(text: str) -> Array | None:
    """The array that `text` spells, None if it is none. Bare lists are none."""
    found = _value(bracketed(text), 0)
    return found if found and len(found.cells) <= MAX_CELLS else None


def bracketed(text: str) -> str:
    """`text` with brackets for environments and angles, and marks for unit vectors."""
    for _ in range(3):
        text = GRID.sub(lambda match: _rows_in_brackets(match[2]), text)
    text = FENCE.sub(r"\1", text)
    if re.match(r"\\?\{\s*\\?\{", text):
        text = re.sub(r"\\?\{", "[", re.sub(r"\\?\}", "]", text))
    text = re.sub(r"\\langle\s*(.*?)\s*\\rangle", r"(\1)", text)
    if text.startswith("<") and text.endswith(">"):
        text = f"({text[1:-1]})"
    return marked(text).strip()


def _rows_in_brackets(body: str) -> str:
    rows = [row.strip() for row in re.split(ROW, re.sub(r"\\hline", "", body))]
    return "[" + ",".join(f"[{','.join(cell.strip() for cell in row.split('&'))}]" for row in rows if row) + "]"


def _value(text: str, level: int) -> Array | None:
    text = text.strip()
    if level > 6 or not text:
        return None
    if len(terms := summands(text)) > 1:
        return _in_units(terms) or _added([_value(term.removeprefix("+"), level + 1) for term in terms])
    if mark := TRANSPOSE_MARK.search(text):
        inner = _value(text[: mark.start()], level + 1)
        return _turned(inner) if inner else None
    if diagonal := DIAGONAL.match(text):
        return _diagonal(text[diagonal.end() :])
    if is_enclosed(text):
        return _enclosed(text, level)
    return _in_units(terms) or _multiple(text, level)


def _enclosed(text: str, level: int) -> Array | None:
    inner = text[1:-1].strip()
    if text[0] == "[" and (rows := _rows(inner)):
        return Array(tuple(map(tuple, rows)))
    parts = split_top(inner, r"\s*[,;]\s*")
    if len(parts) > 1 and all(parts):
        nested = any(is_enclosed(part) and _value(part, level + 1) for part in parts)
        return None if nested else Array((tuple(parts),), flat=True)
    parts = inner.split()
    if text[0] == "[" and len(parts) > 1 and all(CELL.fullmatch(part) for part in parts):
        return Array((tuple(parts),), flat=True)
    return _value(inner, level + 1)


def _rows(inner: str) -> list[list[str]] | None:
    """The rows inside of `[[1,2],[3,4]]`, `[1 2; 3 4]` or `[1, 2; 3, 4]`."""
    lines = split_top(inner, r"\s*,\s*")
    if all(is_enclosed(line) and line[0] in "[(" for line in lines):
        return [split_top(line[1:-1], r"\s*,\s*") for line in lines]
    lines = [line for line in split_top(inner, r"\s*;\s*") if line]
    if len(lines) > 1:
        rows = [split_top(line, r"\s*,\s*|\s+") for line in lines]
        return rows if len({len(row) for row in rows}) == 1 else None
    return None


def _in_units(terms: Sequence[str]) -> Array | None:
    parts = components(terms)
    if parts is None:
        return None
    plane = UNITS[2] not in parts
    names = UNITS[:2] if plane else UNITS
    return Array((tuple(parts.get(name, "0") for name in names),), flat=True, plane=plane)


def _added(arrays: Sequence[Array | None]) -> Array | None:
    known = [array for array in arrays if array is not None]
    if len(known) < len(arrays) or len({array.shape for array in known}) > 1:
        return None
    columns = zip(*(array.cells for array in known), strict=True)
    return _refilled(known[0], ["+".join(f"({cell})" for cell in cells) for cells in columns])


def _refilled(array: Array, cells: Sequence[str]) -> Array:
    rest = iter(cells)
    return Array(tuple(tuple(next(rest) for _ in row) for row in array.rows), array.flat, array.plane)


def _turned(array: Array) -> Array:
    """A list marked as transposed is a column."""
    return Array(tuple((cell,) for cell in array.cells)) if array.flat else array.transposed()


def _diagonal(text: str) -> Array | None:
    if not is_enclosed(text.removeprefix("\\")):
        return None
    cells = split_top(text.removeprefix("\\")[1:-1].rstrip("\\"), r"\s*,\s*")
    size = len(cells)
    if size > 8:
        return None
    return Array(tuple(tuple(cells[row] if row == column else "0" for column in range(size)) for row in range(size)))


def _multiple(text: str, level: int) -> Array | None:
    r"""`\frac12 [..]`, `-[..]`, `[..]/2`, `\frac{(..)}{2}`; a capital letter in front is a name, no factor."""
    if fraction := _fraction(text):
        inner = _value(fraction[0], level + 1)
        return inner.each(lambda cell: f"({cell})/({fraction[1]})") if inner else None
    over = split_top(text, r"/")
    if len(over) == 2 and is_enclosed(over[0]):
        inner = _value(over[0], level + 1)
        return inner.each(lambda cell: f"({cell})/({over[1]})") if inner else None
    start = _last_bracket(text)
    factor = PRODUCT.sub("", text[:start]).strip() if start else ""
    inner = _value(text[start:], level + 1) if _is_factor(factor) else None
    if inner is None or factor == "+":
        return inner
    return inner.each(lambda cell: f"-({cell})" if factor == "-" else f"({factor})*({cell})")


def _is_factor(text: str) -> bool:
    try:
        parse(text if text not in ("+", "-") else "1")
    except (UnparsableError, TooLargeError):
        return False
    return not text[-1].isupper()


def _fraction(text: str) -> tuple[str, str] | None:
    match = re.match(r"\\frac\s*\{", text)
    if match is None:
        return None
    cut = _closing(text, match.end() - 1)
    rest = text[cut + 1 :].strip()
    return (text[match.end() : cut], rest[1:-1]) if is_enclosed(rest) and rest[0] == "{" else None


def _closing(text: str, start: int) -> int:
    depth = 0
    for index in range(start, len(text)):
        depth += (text[index] in "([{") - (text[index] in ")]}")
        if depth == 0:
            return index
    return len(text) - 1


def _last_bracket(text: str) -> int:
    """Where the bracket that the last character closes was opened, 0 if none was."""
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        depth += (text[index] in ")]") - (text[index] in "([")
        if depth == 0:
            return index if text[index] in "([" else 0
    return 0


def identity(size: int) -> Array:
    return Array(tuple(tuple("1" if row == column else "0" for column in range(size)) for row in range(size)))
