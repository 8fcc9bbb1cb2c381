"""One spelling for TeX that says the same: what the benchmarks of extraction compare.

White space, delimiters, braces round single characters, braces that group nothing, sizes and spacing are no part of a
formula. What is multiplied how (`\\cdot`, `\\times`) and every letter, sign and argument are.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

TOKEN = re.compile(r"\\[A-Za-z]+|\\[\s\S]|[^\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
# Delimiters, sizes, styles and spaces.
SILENT = frozenset(
    [r"\(", r"\)", r"\[", r"\]", "$", r"\left", r"\right", r"\displaystyle", r"\textstyle", r"\limits", r"\nolimits",
     r"\,", r"\;", r"\:", r"\!", r"\>", "\\ ", "\\\n", "~", r"\quad", r"\qquad", r"\thinspace", r"\enspace"]
)  # fmt: skip
SAME: Mapping[str, str] = {
    r"\dfrac": r"\frac", r"\tfrac": r"\frac", r"\leq": r"\le", r"\geq": r"\ge", r"\neq": r"\ne",
    r"\rightarrow": r"\to", r"\ldots": r"\dots", r"\lbrace": r"\{", r"\rbrace": r"\}", r"\vert": "|",
    "−": "-", "∗": "*", "…": r"\dots", "±": r"\pm", "×": r"\times", "·": r"\cdot", "⋅": r"\cdot", "≤": r"\le",
    "≥": r"\ge", "≠": r"\ne", "→": r"\to", "∞": r"\infty", "∑": r"\sum", "∫": r"\int", "∏": r"\prod", "∼": r"\sim",
    "∈": r"\in", "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ϵ": r"\epsilon",
    "ε": r"\varepsilon", "ζ": r"\zeta", "η": r"\eta", "θ": r"\theta", "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu",
    "ν": r"\nu", "ξ": r"\xi", "π": r"\pi", "ρ": r"\rho", "σ": r"\sigma", "τ": r"\tau", "ϕ": r"\phi",
    "φ": r"\varphi", "χ": r"\chi", "ψ": r"\psi", "ω": r"\omega", "Γ": r"\Gamma", "Δ": r"\Delta", "Θ": r"\Theta",
    "Λ": r"\Lambda", "Π": r"\Pi", "Σ": r"\Sigma", "Φ": r"\Phi", "Ψ": r"\Psi", "Ω": r"\Omega",
}  # fmt: skip
DELIMITED = re.compile(
    r"(?<!\\)\\\[(?P<display>.+?)\\\]|(?<!\\)\\\((?P<inline>.+?)\\\)|"
    r"(?P<environment>\\begin\{(?P<name>[a-z]+\*?)\}.+?\\end\{(?P=name)\})"
    r"|\[tex\](?P<tag>.+?)\[/tex\]|\[math\](?P<other>.+?)\[/math\]",
    re.DOTALL | re.IGNORECASE,
)
DOLLARS = re.compile(r"\${1,2}")
STYLED = r"{\displaystyle"


def normalised(text: str) -> str:
    """The one spelling. A command ends in a space, so that `\\in t` is not found in `\\int`."""
    tokens = [SAME.get(token, token) for token in TOKEN.findall(text) if token not in SILENT]
    return "".join(f"{token} " if _is_command(token) else token for token in _without_idle_braces(tokens))


def formula_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """What stands between delimiters: start, end, content. Spans may nest and overlap.

    Between dollars every two neighbours are a span, so that a price before a formula does not shift the pairs. The
    alternative texts of MediaWiki have no delimiters but a group that begins with `\\displaystyle`.
    """
    for found in DELIMITED.finditer(text):
        kind = found.lastgroup or "environment"
        yield found.start(), found.end(), found[kind]
        if kind != "environment":
            shift = found.start(kind)
            yield from ((start + shift, end + shift, content) for start, end, content in formula_spans(found[kind]))
    marks = list(DOLLARS.finditer(text))
    for opening, closing in pairwise(marks):
        if opening.group() == closing.group():
            yield opening.start(), closing.end(), text[opening.end() : closing.start()]
    yield from ((start, end, text[start:end]) for start, end in styled_groups(text))


def styled_groups(text: str) -> Iterator[tuple[int, int]]:
    start = text.find(STYLED)
    while start >= 0:
        end = _group_end(text, start)
        yield start, end
        start = text.find(STYLED, end)


def _is_command(token: str) -> bool:
    return token[0] == "\\" and token[1:].isalpha()


def _without_idle_braces(tokens: list[str]) -> list[str]:
    """Drops braces round one token or none, and those that no command, power or index before them needs."""
    kept: list[str] = []
    opened: list[tuple[int, bool]] = []
    for at, token in enumerate(tokens):
        if token == "{":
            opened.append((len(kept), _is_argument(tokens, at)))
        if token != "}" or not opened:
            kept.append(token)
            continue
        start, argument = opened.pop()
        raised = tokens[at + 1 : at + 2] in (["^"], ["_"])
        if len(kept) - start <= 2 or not (argument or raised):
            del kept[start]
        else:
            kept.append(token)
    return kept


def _is_argument(tokens: list[str], at: int) -> bool:
    before = tokens[max(at - 2, 0) : at]
    return bool(before) and (before[-1] in "^_}]" or any(_is_command(token) for token in before))


def _group_end(text: str, start: int) -> int:
    depth = 0
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if not depth:
            return at + 1
    return len(text)
