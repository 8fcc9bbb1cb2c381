"""One spelling for text that means the same: unicode to LaTeX, wrappers off, splitting at the top level."""

import re
import unicodedata
from functools import lru_cache

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ", "0123456789+-ni", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₙₓ", "0123456789+-nx", strict=True))
FRACTIONS = {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5)}
FRACTIONS |= {"⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8), "⅐": (1, 7)}
FRACTIONS |= {"⅑": (1, 9), "⅒": (1, 10)}
SYMBOLS = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "⁄": "/", "∕": "/", "÷": "/", "∗": "*",
    "×": r"\times ", "✕": r"\times ", "·": r"\cdot ", "⋅": r"\cdot ", "∙": r"\cdot ", "•": r"\cdot ",
    "√": r"\sqrt ", "∞": r"\infty ", "≤": r"\le ", "⩽": r"\le ", "≥": r"\ge ", "⩾": r"\ge ", "≠": r"\neq ",
    "±": r"\pm ", "°": r"^\circ ", "º": r"^\circ ", "∪": r"\cup ", "∩": r"\cap ", "∈": r"\in ", "∅": r"\emptyset ",
    "≈": r"\approx ", "≅": r"\approx ", "≃": r"\approx ", "→": r"\to ", "⟶": r"\to ", "⇌": r"\rightleftharpoons ",
    "⇒": r"\to ", "⟹": r"\to ", "↔": r"\leftrightarrow ", "⇔": r"\leftrightarrow ", "⊕": r"\oplus ",
    "∀": r"\forall ", "∃": r"\exists ", "≡": r"\equiv ",
    "∠": r"\angle ", "∑": r"\sum ", "∏": r"\prod ", "∫": r"\int ", "∂": r"\partial ", "∇": r"\nabla ", "ℓ": r"\ell ",
    "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil ", "‖": r"\| ", "ħ": r"\hbar ",
    "∧": r"\land ", "∨": r"\lor ", "¬": r"\neg ", "⟨": r"\langle ", "⟩": r"\rangle ", "′": "'", "’": "'", "‘": "'",
    "“": '"', "”": '"', "Ω": r"\Omega ", "µ": r"\mu ", "℃": r"^\circ C", "ℝ": r"\mathbb{R}",
    "|": "|", "∣": "|", "，": ",", "。": ".", "：": ":",
}  # fmt: skip
_GREEK_LETTERS = "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨ"
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi "
    "psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi"
)
GREEK = {letter: f"\\{name} " for letter, name in zip(_GREEK_LETTERS, _GREEK_NAMES.split(), strict=True)}
CHARACTERS = str.maketrans(SYMBOLS | GREEK | {c: f"\\frac{{{a}}}{{{b}}}" for c, (a, b) in FRACTIONS.items()})
RUN_UP = re.compile(f"[{''.join(SUPERSCRIPTS)}]+")
RUN_DOWN = re.compile(f"[{''.join(SUBSCRIPTS)}]+")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
ACCENT = re.compile(r"\\([\"'`])\s*(?:\{\s*([a-zA-Z])\s*\}|([a-zA-Z]))")
COMBINING = dict(zip("\"'`", "\u0308\u0301\u0300", strict=True))
# What changes the looks of an answer, not its value.
DECORATION = re.compile(
    r"\\(?:[hv]space\*?|[hv]?phantom|color|textcolor|colorbox|bbox|label|tag|rlap|llap|scalebox|rule\s*\{[^{}]*\})\s*"
    r"(?:\[[^\[\]{}]*\])?\s*\{(?:[^{}]|\{[^{}]*\})*\}"
    r"|\\(?:textstyle|scriptstyle|tiny|small|normalsize|large|Large|LARGE|huge|Huge|nonumber|notag|boldmath|strut"
    r"|bf|it|sf|tt|em)(?![a-zA-Z])|\\kern-?[\d.]+[a-z]{2}|\\(?:left|right)\s*\."
)
# A tilde after a blank, a sign or nothing is no tie: it means "not" or "about".
SPACING = re.compile(
    r"(?<!\\)\\[,;:!> ]|\\(?:quad|qquad|thinspace|enspace|space)(?![a-zA-Z])|(?<=[^\s(\[{,|&=<>+*/^_-])~"
)
GROUPING = re.compile(r"(?<=\d)(?:\{,\}|\\,|\\!,|,\\!|\u2009|\u202f|\u00a0)(?=\d{3}(?!\d))")
HTML_FONT = re.compile(r"<(b|strong|i|em|u|p|span|code|mark)>([^<>]*)</\1>")
HTML_SCRIPT = re.compile(r"<(sub|sup)>([^<>]*)</\1>")
# What stands over an arrow says under which conditions it goes.
LONG_ARROW = r"\\xrightarrow(?![a-zA-Z])\s*(?:\[[^\[\]]*\])?\s*\{(?:[^{}]|\{[^{}]*\})*\}"
REWRITES = [
    (re.compile(LONG_ARROW), r"\\to "),
    (re.compile(r"\\(?:[dtcs]|nice)frac(?![a-zA-Z])"), r"\\frac"),
    (re.compile(r"\{([^{}]*)\\over(?![a-zA-Z])([^{}]*)\}"), r"\\frac{\1}{\2}"),
    (re.compile(r"\\(?:left|right|middle|bigl?|bigr?|Bigl?|Bigr?|displaystyle|limits|rm|mathstrut)(?![a-zA-Z])"), ""),
    (re.compile(r"\\(?:leqslant|leqq?)(?![a-zA-Z])"), r"\\le"),
    (re.compile(r"\\(?:geqslant|geqq?)(?![a-zA-Z])"), r"\\ge"),
    (re.compile(r"\\ne(?![a-zA-Z])|\\not\s*="), r"\\neq"),
    (re.compile(r"\\(?:varnothing|empty)(?![a-zA-Z])"), r"\\emptyset"),
    (re.compile(r"\\(?:rightarrow|longrightarrow|xrightarrow|implies|Rightarrow)(?![a-zA-Z])"), r"\\to"),
    (re.compile(r"\\(?:degree|degrees)(?![a-zA-Z])"), r"^\\circ"),
    (re.compile(r"\^\s*\{\s*\\circ\s*\}"), r"^\\circ"),
    (re.compile(r"\\(?:lt)(?![a-zA-Z])"), "<"),
    (re.compile(r"\\(?:gt)(?![a-zA-Z])"), ">"),
    (re.compile(r"\\(?:lvert|rvert|vert|mid)(?![a-zA-Z])"), "|"),
    (re.compile(r"\\(?:lbrace)(?![a-zA-Z])"), r"\\{"),
    (re.compile(r"\\(?:rbrace)(?![a-zA-Z])"), r"\\}"),
    (re.compile(r"\\(?:ldots|cdots)(?![a-zA-Z])|…|\.\.\."), r"\\dots"),
    (re.compile(r"\\varepsilon(?![a-zA-Z])"), r"\\epsilon"),
    (re.compile(r"\\varphi(?![a-zA-Z])"), r"\\phi"),
    (re.compile(r"\\var(theta|rho|sigma|kappa)(?![a-zA-Z])"), r"\\\1"),
    (re.compile(r"\\operatorname\*?\s*\{(a(?:rc?)?)?(sin|cos|tan|cot|sec|csc)(h?)\}"), r"\\\1\2\3 "),
    (re.compile(r"\\operatorname\*?\s*\{(ln|log|exp|max|min|gcd|det)\}"), r"\\\1 "),
    (re.compile(r"\\math(?:rm|it)\s*\{([ei])\}|\\mathbf\s*\{(e)\}"), r"\1\2"),
    (re.compile(r"\\mathring\s*(?:A(?![a-zA-Z])|\{\s*(?:A|\\(?:text|mathrm)\s*\{\s*A\s*\})\s*\})"), "Å"),
    (re.compile(r"\\(?:text)?euro(?![a-zA-Z])"), "€"),
    (re.compile(r"\\(?:pounds|textsterling)(?![a-zA-Z])"), "£"),
]
FONTS = re.compile(
    r"\\(?:text|textbf|textit|textrm|textnormal|textsf|texttt|mathrm|mathbf|mathit|mathsf|mathtt|mathcal|mathscr"
    r"|boldsymbol|bm|operatorname|emph|mbox|hbox|ce|underline|unicode)\*?\s*\{([^{}]*)\}"
)
# Without a blank, `\cdot\text{K}` would become a command of another name.
BEFORE_FONT = re.compile(r"(\\[a-zA-Z]+)(?=\\(?:text|math|bold|operatorname|mbox)[a-z]*\*?\s*\{[a-zA-Z])")
SIUNITX = re.compile(r"\\(?:SI|qty)\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
SI_PREFIX = re.compile(r"\\(pico|nano|micro|milli|centi|deci|kilo|mega|giga|tera)\s*\\(?=[a-z])")
PLUS_MINUS = re.compile(r"\\(?:pm|mp)(?![a-zA-Z])")
DELIMITERS = [
    ("$$", "$$"),
    ("$", "$"),
    (r"\(", r"\)"),
    (r"\[", r"\]"),
    ("**", "**"),
    ("`", "`"),
    ("__", "__"),
    ("*", "*"),
]
WHOLE_FONT = re.compile(
    r"\\(?:text|textbf|textrm|textsf|textnormal|textit|mathrm|mathbf|mathsf|mathit|boldsymbol|bm|emph|underline|boxed|fbox|mbox"
    r"|hbox|ensuremath|mathbin|mathord|displaystyle)\s*(?=\{)"
)
LAST_STOP = re.compile(r"(?<!\.)\.$|(?<!\\)\\$")
ANSWER_LABEL = re.compile(r"^(?:the\s+)?(?:final\s+)?answer\s*(?:is|:|=)\s*:?", re.IGNORECASE)
OPENING, CLOSING = "([{", ")]}"


# A letter by itself with a mark on it is a symbol, not a letter of a word: `ŷ = 3.2 + 1.5x`.
MARKED = re.compile("(?<![^\\W\\d_])([A-Za-z])([\u0302\u0304\u0305\u20d7])(?![^\\W\\d_\u0300-\u036f])")
MARKS = {"\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u20d7": "vec"}


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Unicode, spacing and size commands in one spelling; meaning, case and fonts stay. Idempotent."""
    text = INVISIBLE.sub("", GROUPING.sub(",", text))
    if "\\" in text:
        text = ACCENT.sub(lambda m: (m[2] or m[3]) + COMBINING[m[1]], DECORATION.sub(" ", text))
    if "</" in text:
        text = HTML_SCRIPT.sub(lambda m: f"{'_' if m[1] == 'sub' else '^'}{{{m[2]}}}", text)
        text = HTML_FONT.sub(r"\2", text)
    if not text.isascii():
        text = MARKED.sub(lambda m: rf"\{MARKS[m[2]]}{{{m[1]}}}", unicodedata.normalize("NFD", text))
    text = RUN_UP.sub(lambda m: "^{" + "".join(SUPERSCRIPTS[c] for c in m[0]) + "}", text)
    text = RUN_DOWN.sub(lambda m: "_{" + "".join(SUBSCRIPTS[c] for c in m[0]) + "}", text)
    text = unicodedata.normalize("NFKC", text.translate(CHARACTERS)).translate(CHARACTERS)
    text = SPACING.sub(" ", re.sub(r"\s+", " ", text))
    for pattern, replacement in REWRITES:
        text = pattern.sub(replacement, text)
    text = SIUNITX.sub(_si_in_words, text) if "\\SI" in text or "\\qty" in text else text
    return re.sub(r"\s+", " ", text).strip()


def _si_in_words(match: re.Match[str]) -> str:
    r"""`\SI{5}{\kilo\meter\per\second}` as `5 kilometer per second`."""
    unit = SI_PREFIX.sub(r"\1", match[2])
    return match[1] + " " + re.sub(r"\\([a-zA-Z]+)", r" \1 ", unit)


def has_two_signs(text: str) -> bool:
    return PLUS_MINUS.search(text) is not None


def plain_text(text: str) -> str:
    r"""`text` without font commands: `\text{cm}` becomes `cm`."""
    if "\\" not in text:
        return text
    text = BEFORE_FONT.sub(r"\1 ", text)
    for _ in range(4):
        shorter = FONTS.sub(r"\1", text)
        if shorter == text:
            return text
        text = shorter
    return text


def braced(text: str, start: int) -> tuple[str, int] | None:
    """The content of the brace group that opens at or after `start` (blanks only between) and the index after it."""
    while start < len(text) and text[start] == " ":
        start += 1
    if start >= len(text) or text[start] != "{":
        return None
    depth = 0
    index = start
    while index < len(text):
        char = text[index]
        if char == "\\":
            index += 2
            continue
        depth += (char == "{") - (char == "}")
        if depth == 0:
            return text[start + 1 : index], index + 1
        index += 1
    return None


@lru_cache(maxsize=8192)
def unwrap(text: str) -> str:
    """`text` without delimiters, emphasis, a leading label ("Answer:") and a final full stop."""
    previous = None
    while previous != text:
        previous = text
        text = text.strip().rstrip(";").strip()
        text = ANSWER_LABEL.sub("", LAST_STOP.sub("", text)).strip()
        for left, right in DELIMITERS:
            inner = text[len(left) : len(text) - len(right)]
            if len(text) > len(left) + len(right) and text.startswith(left) and text.endswith(right):
                text = text if left in inner or right in inner else inner
        text = _without_font(text)
    return text


def _without_font(text: str) -> str:
    match = WHOLE_FONT.match(text)
    group = braced(text, match.end()) if match else None
    return group[0] if group and group[1] == len(text) else text


def split_top(text: str, pattern: str) -> list[str]:
    """`text` cut where the regular expression matches outside of brackets; blank parts stay, blanks around go."""
    separator = re.compile(pattern)
    parts, depth, start, index = [], 0, 0, 0
    while index < len(text):
        match = separator.match(text, index) if depth == 0 else None
        if match and match.end() > index:
            parts.append(text[start:index].strip())
            start = index = match.end()
            continue
        if text.startswith("\\", index) and text[index + 1 : index + 2] not in OPENING + CLOSING:
            index += 1
        elif text[index] in OPENING:
            depth += 1
        elif text[index] in CLOSING:
            depth = max(0, depth - 1)
        index += 1
    parts.append(text[start:].strip())
    return parts


def is_enclosed(text: str) -> bool:
    """Whether the bracket that opens `text` is closed by its last character."""
    if len(text) < 2 or text[0] not in OPENING or text[-1] not in CLOSING:
        return False
    depth = 0
    for index, char in enumerate(text):
        depth += (char in OPENING) - (char in CLOSING)
        if depth == 0:
            return index == len(text) - 1
    return False
