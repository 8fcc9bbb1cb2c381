"""What kind of text a piece of an answer is: a value, a formula, a quantity in words, prose; and its lines."""

import re
from functools import lru_cache

from verifier.latex import normalise, plain_text
from verifier.numbers.quantities import NUMERIC_TYPES, numeric_type
from verifier.types import AnswerType

EQUALS = r"\\approx|≈|\\simeq|(?<![<>!\\:])=|\\Rightarrow|\\to(?![a-z])|→"
TABLE = re.compile(
    r"\\(?:begin|end)\{(?:[a-z]*matrix|aligned|align\*?|gathered|split|eqnarray\*?)\}|"
    r"\\begin\{array\}\s*(?:\{[^{}]*\})?|"
    r"\\end\{array\}"
)
MATRIX = re.compile(r"\\begin\{(?:[pbvBV]matrix|cases)\}|(?:\\left\s*\\?[\[({|]|[\[(])\s*\\begin\{(?:array|matrix)\}")
ENVIRONMENT = re.compile(
    r"\\(?:begin|end)\{[a-zA-Z*]+\}(?:\s*\{[lcr|@ ]*\})?|\\(?:left|right|displaystyle|quad|qquad)(?![a-z])"
)
DISPLAYS = re.compile(r"\\[\[\]]|\$\$")
# As converters set powers of ten and units: `7 \mathrm{10^7} \mathrm{~km}`.
UPRIGHT_POWER = re.compile(r"\\(?:mathrm|text)\s?\{\s?(10\s?\^(?:\{[^{}]{1,8}\}|-?\d+))\s?\}")
TILDE_IN_UNIT = re.compile(r"\\(mathrm|text)\s?\{~\s?")
HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
MATHS = re.compile(
    r"\$\$([^$]+)\$\$|\A\s*\$([^$]+)\$\s*\.?\Z|\$(?!\s)([^$]+)(?<!\s)\$|\$([^$]*[\\^_=][^$]*)\$|"
    r"\\\(((?:[^\\]|\\(?!\())+?)\\\)|\\\[((?:[^\\]|\\(?!\[))+?)\\\]"
)
WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}")
# Words that stand in formulas: names of functions, and what joins formulas and their conditions.
_FUNCTIONS = (
    "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log exp sqrt max min gcd lcm mod det dim ker inf sup "
    "lim"
)
_JOINING = (
    "and for all any where with arbitrary integer integers real number numbers positive constant constants otherwise "
    "undefined the are set even odd nonnegative rational"
)
IN_FORMULAS = frozenset(f"{_FUNCTIONS} {_JOINING}".split())
NUMBER = re.compile(r"[-+−–~≈]?[$€£]?\s?\d[\d,]*(?:[.,]\d+)?")
QUANTITY = re.compile(
    r"(?:about |approximately |approx\.? |roughly |nearly |around |~\s?)?[-+−–]?\s?[$€£]?\s?\d[\d,. ]*"
    r"(?:\s?(?:[×x*]|\\times)\s?10\s?\^?\s?[{(]?[-−–+]?\d+[)}]?)?\s?(?P<unit>[^\d\n][^\n]{0,60})?"
)
MAX_VALUE = 160
MAX_SENTENCE = 200
MAX_UNIT_WORDS = 4
MAX_FORMULA = 400


def squeezed(text: str) -> str:
    """No blank lines and no two blanks in a row: patterns that allow for blanks then take no time over long runs."""
    return "\n".join(line for raw in text.splitlines() if (line := " ".join(raw.split())))


def clean(text: str) -> str:
    """Without marks around formulas, trailing punctuation and spaces; a dollar sign of money stays."""
    if "$" in text or "\\(" in text or "\\[" in text:
        text = MATHS.sub(lambda match: f" {next(filter(None, match.groups()))} ", text)
    if "{" in text:
        text = TILDE_IN_UNIT.sub(r"\\\1{", UPRIGHT_POWER.sub(r"\1", text))
    if "10" in text:
        text = re.sub(r"(?<=\d)\s{1,4}(?=10\s?\^)", r" \\times ", text)
    text = re.sub(r"\s+", " ", text).strip().rstrip("$").removeprefix("$$")
    return text.strip().removesuffix(".").removesuffix(",").removesuffix(";").removesuffix(r"\\").strip()


def count_words(text: str) -> int:
    """Of scripts without spaces two characters count as a word."""
    return len(plain_text(text).split()) + len(HAN.findall(text)) // 2


def is_value(text: str) -> bool:
    return len(text) <= MAX_VALUE and _kind(text) in NUMERIC_TYPES


@lru_cache(maxsize=4096)
def _kind(text: str) -> AnswerType | None:
    if not text or re.search(r"\\pm\b|±|\b(?:to|or|and|otherwise|if|where)\b", plain_text(normalise(text))):
        return None
    return numeric_type(normalise(text))


def is_formula(text: str) -> bool:
    """Whether the text is one formula or a list of them, its joining words aside."""
    if not text or len(text) > MAX_FORMULA:
        return False
    words = [word.lower() for word in WORD.findall(plain_text(ENVIRONMENT.sub(" ", text)))]
    symbols = re.search(r"[\d\\^_=+*/<>{}\[\]()|-]|^\\?[A-Za-z]$", text)
    return symbols is not None and all(word in IN_FORMULAS for word in words)


def is_quantity(text: str) -> bool:
    """A number and at most a few words of a unit, known to the verifier or not: "67.4 watts", "-2.23 cal deg^-1"."""
    match = QUANTITY.fullmatch(plain_text(normalise(text)))
    if match is None:
        return False
    unit = match["unit"] or ""
    return len(unit.split()) <= MAX_UNIT_WORDS and not re.search(
        r"[,;:=?±]|\b(?:or|and|to|in|if|for|at|is)\b|\\pm", unit
    )


def lines_of(text: str) -> list[str]:
    """The lines that hold anything, rows of tables of equations among them; a matrix that is an answer stays whole."""
    if r"\begin{" not in text:
        return [line for part in text.splitlines() if (line := clean(part))]
    if MATRIX.search(text) and is_formula(whole := clean(text)):
        return [whole]
    pieces = (
        piece
        for part in TABLE.sub("", DISPLAYS.sub("\n", text)).splitlines()
        for piece in re.split(r"\\\\(?:\[[^\]]{0,8}\])?", part)
    )
    return [line for piece in pieces if (line := clean(_cells(piece)))]


def _cells(row: str) -> str:
    """A row of a table as one line, its cells bare of the braces that group them."""
    cells = [re.sub(r"^\{(.*)\}$", r"\1", cell.strip()) for cell in re.split(r"(?<!\\)&", row)]
    return " ".join(cell for cell in cells if cell)


def only_value(sentence: str) -> str | None:
    """The one value that a short sentence states: "The Bears lost 105 yards." It takes its unit where that ends it."""
    if len(sentence) > MAX_SENTENCE or re.search(r"[.!?:;]\s", sentence):
        return None
    numbers = list(NUMBER.finditer(sentence))
    if len(numbers) != 1 or re.search(r"[=^_\\]", sentence[: numbers[0].start()]):
        return None
    rest = sentence[numbers[0].start() :].strip()
    if re.match(r"\s*(?:to|or|and|and up|-|–)\s", sentence[numbers[0].end() :]):
        return None
    if is_value(rest):
        return rest
    end = re.match(r"\s?(?:\\?%|\^\{?\\circ\}?|°[CF]?)", sentence[numbers[0].end() :])
    value = numbers[0][0].strip() + (end[0] if end else "")
    return value if is_value(value) else None
