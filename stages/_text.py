"""What two spellings of one question have in common: the normal form behind `content_key`, and its words.

The form folds what a mirror of a page changes (case, spacing, quotes, dashes, LaTeX spelling) and keeps what makes a
different problem: signs, decimal points, comparison and power signs, primes and factorials.
"""

import hashlib
import re
import unicodedata

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"
_SUPERSCRIPT_RUN = re.compile(f"[{_SUPERSCRIPTS}]+")
_TO_PLAIN = str.maketrans(_SUPERSCRIPTS, "0123456789+-")

_SAME_SIGN = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
        **dict.fromkeys("‘’‚‛′´`", "'"),
        **dict.fromkeys("“”„‟″", '"'),
        **dict.fromkeys("×·⋅∙∗✕", "*"),
        "÷": "/",
        "⁄": "/",
        "º": "°",
        "≤": " <= ",
        "≥": " >= ",
        "≠": " != ",
        "\u00ad": None,
        "\u200b": None,
        "\u2060": None,
        "\ufeff": None,
    }
)

_TEX_QUOTED = re.compile(r"``([^`']*)''")
# A run of apostrophes that is no prime. Primes stand after one letter ("f'(2)", "A'B'C'", "y' = 1", but not in "it's",
# "'a'" and "x's"), a subscript, a command of LaTeX, or a closing bracket where the formula goes on.
_LETTER = r"[^\W\d_]"
_AFTER_COMMAND = "|".join(rf"(?<=\\[a-z]{{{length}}}')" for length in range(2, 8))
_APOSTROPHE = re.compile(
    rf"""'(?<!'')(?!
        (?<={_LETTER}')(?<!{_LETTER}{_LETTER}')(?<!(?<!{_LETTER})'{_LETTER}')'*+(?!{_LETTER}{{2}}|[sdmt](?!{_LETTER})|\d)
        |(?<={_LETTER}')'*+\(
        |(?:{_AFTER_COMMAND}|(?<=\}}')|(?<=_\d')|(?<=_\ \d'))'*+(?!{_LETTER})
        |(?<=[)\]]')(?<!\\.')'*+\s?[(=+*/^\\$}}|<>-]
        |(?<=\^')|(?<=\^\{{')
    )'*+""",
    re.VERBOSE,
)
# An exclamation mark is a factorial after a number, one letter, a command or a closing bracket; `\!` is a thin space.
_FACTORIAL = re.compile(
    r"""(
        (?:(?<=[\d}])|(?<=[)\]])(?<!\\.)|(?<=[^\W\d_])(?<![^\W\d_'][^\W\d_])(?<!'[^\W\d_]))!+(?!=)
        |\\[a-z]+!+(?!=)|\\!|!=
    )|!""",
    re.VERBOSE,
)

# Each with signs one of which a text must hold for the pattern to match: looking for a sign is far cheaper.
_LATEX: tuple[tuple[tuple[str, ...], re.Pattern[str], str], ...] = tuple(
    (signs, re.compile(pattern), replacement)
    for signs, pattern, replacement in (
        (
            ("\\left", "\\right", "style", "limits", "big", "Big"),
            r"\\(?:left|right|displaystyle|textstyle|limits|nolimits|[bB]igg?[lrm]?)(?![a-zA-Z])",
            "",
        ),
        (
            ("\\text", "\\math", "\\mbox", "\\operatorname"),
            r"\\(?:text|textbf|textit|textrm|mathrm|mathbf|mathit|mbox|operatorname)\s*\{([^{}]*)\}",
            r"\1",
        ),
        (("frac",), r"\\[dtc]frac(?![a-zA-Z])", r"\\frac"),
        (("\\frac",), r"\\frac\s*([0-9])\s*([0-9])", r"\\frac{\1}{\2}"),
        (("\\circ", "\\degree"), r"\^\s*+(?:\{\s*+)?\\circ\s*+\}?|\\degree(?![a-zA-Z])", "°"),
        (("\\prime",), r"\\prime(?![a-zA-Z])\s*", "'"),
        (("^'", "^{'", "^{ '"), r"\^\s*+(?:\{\s*+)?('+)\s*+\}?", r"\1"),
        (("\\times", "\\cdot", "\\ast"), r"\\(?:times|cdot|ast)(?![a-zA-Z])", "*"),
        (("\\div",), r"\\div(?![a-zA-Z])", "/"),
        (("\\le",), r"\\(?:leq|leqslant|le)(?![a-zA-Z])", " <= "),
        (("\\ge",), r"\\(?:geq|geqslant|ge)(?![a-zA-Z])", " >= "),
        (("\\ne",), r"\\(?:neq|ne)(?![a-zA-Z])", " != "),
        (("\\quad", "\\qquad", "\\hspace"), r"\\(?:quad|qquad|hspace\{[^{}]*\})", " "),
        (("\\", "~"), r"\\[,;:!> ]|~", " "),
        (("\\",), r"\\([%$&#_])", r"\1"),
        (("\\", "$"), r"\\[\[\]()]|\$", " "),
        (("{",), r"([\^_])\s*\{\s*([^{}\s])\s*\}", r"\1\2"),
    )
)
_MARKUP = re.compile(r"[\\~${]")

_THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")  # begins with what is sought, so that the search is quick
# "(1,234)" is a point or an interval; no coordinate begins with a zero, so that "(1,050)" and "(10,000)" are numbers.
_PAIR = re.compile(r"([(\[]\s?[-+]?\d+),([1-9]\d\d\s?[)\]])")
# A sign, or what stands between signs; marks of sentences separate, but for one before "=" and a point before a digit.
_PIECE = re.compile(
    r"""[<>!]=|[-+*/=<>^_({\[|]|[)\]}](?:'|!(?!=))*"""
    r"""|(?:[^-+*/=<>^_(){}\[\]|\s"',;:!?.]+|!(?!=)|[",;:?](?==)|\.(?=\d))+'*"""
)
# A drawing does not go on over the beginning of another one, so that a text of beginnings is read once.
DRAWING = re.compile(r"\[asy\][^\[]*+(?:\[(?!/?asy\])[^\[]*+)*+\[/asy\]")
_WORD = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)?|\.\d+|<=|>=|!=|[-+*/=<>^°%'!]")


def normalise_question(text: str) -> str:
    """One spelling for all copies of a question; a different sign, number or power stays different."""
    return " ".join(_PIECE.findall(_folded(text)))


def words(text: str) -> list[str]:
    """The words, numbers and operators of the normal form; brackets, backslashes and drawings in Asymptote left out."""
    if "[asy]" in text:
        text = DRAWING.sub(" ", text)
    return _WORD.findall(_folded(text))


def drawings(text: str) -> str:
    """The Asymptote code in a text, without spaces; empty where there is none."""
    return "".join("".join(DRAWING.findall(text)).split()) if "[asy]" in text else ""


def _folded(text: str) -> str:
    """The normal form but for sentence marks and the space around signs, on which no word depends."""
    if "``" in text:
        text = _TEX_QUOTED.sub(r'"\1"', text)
    if text.isascii():
        text = text.replace("`", "'").lower()
    else:
        text = _SUPERSCRIPT_RUN.sub(lambda run: "^" + run.group().translate(_TO_PLAIN), text)
        text = unicodedata.normalize("NFKC", text.translate(_SAME_SIGN)).casefold()
    if "!" in text:
        text = _FACTORIAL.sub(r"\1 ", text)
    if "'" in text:
        text = _APOSTROPHE.sub(" ", text)
    if _MARKUP.search(text):
        for signs, pattern, replacement in _LATEX:
            for sign in signs:
                if sign in text:
                    text = pattern.sub(replacement, text)
                    break
    return _THOUSANDS.sub("", _PAIR.sub(r"\1, \2", text)) if _THOUSANDS.search(text) else text


def question_key(text: str) -> str:
    """`content_key` of a question: 128-bit digest of its normal form, in hex."""
    return digest128(normalise_question(text))


def digest128(*parts: str) -> str:
    """128-bit digest of a sequence of strings, in hex; parts cannot run into one another."""
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        state.update(len(data).to_bytes(8, "big"))
        state.update(data)
    return state.hexdigest()
