"""Whether the right option is a value or a name that the open question would be answered with, as it is written."""

import re

from stages._options_shown import Shown
from stages._questions import expected_unit
from verifier import AnswerType
from verifier.latex import normalise, plain_text
from verifier.numbers.quantities import NUMERIC_TYPES, measures_like, unit_of

MAX_WORDS = 3
# So many digits behind a decimal point are a measurement; fewer may be a rounding of the options' own.
FINE_DIGITS = 3

_APPROXIMATE = re.compile(
    r"\b(?:approximate(?:ly)?|about (?!an? |the )|roughly|around \d|nearly|almost|estimated?|estimation|"
    r"order of magnitude)"
    r"|\b(?:as of|in) (?:19|20)\d\d\b|\bin the (?:world|United States|U\.?S\.?)|\bworldwide\b|\blife expectancy\b"
    r"|≈|\\approx|~|\\sim",
    re.IGNORECASE,
)
_PRECISION = re.compile(
    r"\b(?:to the nearest|nearest (?:whole|tenth|hundredth|thousandth|integer|cent|dollar|percent|degree)"
    r"|decimal places?|significant (?:figures?|digits?)|round(?:ed)?|correct to|"
    r"to (?:one|two|three|four) (?:decimal|place))\b",
    re.IGNORECASE,
)
# A whole number here was rounded, or hangs on the value that was taken for a constant.
_ROUNDED = re.compile(
    r"\b(?:gravit\w*|falls?|falling|dropped|drops from|thrown|throws?|weighs?|weight|free[- ]fall|projectile|launched|"
    r"circ(?:le|ular|umference)\w*|spher\w*|cylind\w*|cones?|conical|wheels?|radius|diameter|wavelength|photons?|electrons?|protons?|"
    r"frequency|compound(?:ed)?|half-life|decay\w*|population|molecul\w*|moles?|gas|pressure|temperature|boil\w*|entropy|"
    r"sound|light|energy|joules?|power|volts?|charge|field|force|slope of|angle of|incline\w*|orbit\w*|earth|"
    r"discount(?:ed)? rate|present value|yield|normal(?:ly)? distribut\w*|standard deviation|sample|confidence)\b",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"\d\.\d|\d\s*(?:\\(?:text|mathrm)\{\s*)?(?:m/s|kg|g|N|J|k?W|m?A|k?V|\\?Omega|Ω|[kMG]?Hz|K|k?Pa|mol|atm|s|eV|nm|[μµ]\w|mL|L)"
    r"(?![A-Za-z])"
)
_COUNTING = re.compile(r"\bhow (?:many|much|long|old|far)\b|\bnumber\b|\bvalue\b", re.IGNORECASE)
# A value of tables, charts and assumptions: the options were its tolerance.
_TABULATED = re.compile(
    r"\b(?:steam|pipes?|ducts?|nozzles?|compressors?|turbines?|boilers?|condens\w*|absorber|refriger\w*|"
    r"heat[- ]transfer|convecti\w*|Reynolds|viscosity|friction factor|psi[ag]?|Btu|enthalpy|throttl\w*|humid\w*|"
    r"saturated|laminar|turbulent|boundary layer|transformer|amplifier|transistor|diode)\b",
    re.IGNORECASE,
)
_NAMING = re.compile(
    r"(?:^|[.,;]\s)\s*(?:(?:in|at|to|by|for|with|on|of|from)\s+)?"
    r"(?:what (?:is|was|are|were) the (?:name|term|formula|symbol|unit|capital|chemical|SI)\b|who\b|whose\b|"
    r"in what year\b|"
    r"(?:what|which) (?:element|gas|planet|acid|metal|country|city|president|organelle|vitamin|hormone|scientist|"
    r"enzyme|gland|mineral|organ|year|century|philosopher|author|particle|direction|family|compound|isotope|amendment|"
    r"theorem|law|instrument|unit|language|blood type|nerve|muscle|bone|artery)\b|in (?:what|which) direction\b)",
    re.IGNORECASE,
)
_SWAYING = re.compile(
    r"\b(?:yes|no|true|false|always|never|sometimes|increas\w*|decreas\w*|more|less|fewer|greater|smaller|larger|"
    r"higher|lower|same|unchanged|equal|constant|remain\w*|double[sd]?|halve[sd]?|triple[sd]?|quadruple[sd]?|times|twice|half|"
    r"positive|negative|valid|invalid|agree|fast\w*|slow\w*|up|down|left|right|toward|away|none|nothing|at least|"
    r"at most|between|about|approximately|over|under|above|below|than|exactly|r\d+|"
    r"remainder)\b|\d:0\d(?!\d)",
    re.IGNORECASE,
)
_ZERO = re.compile(r"zero|0(?:\s*[^\d.]*)?", re.IGNORECASE)
_NEAR = re.compile(r"~|≈|\\approx|\\sim|\b(?:about|approximately|around|nearly)\b", re.IGNORECASE)
_RANGE = re.compile(r"\d\s*(?:–|to|-)\s*\d")
_TYPES = NUMERIC_TYPES | {
    AnswerType.EXPRESSION, AnswerType.EQUATION, AnswerType.TUPLE_POINT, AnswerType.COMPLEX, AnswerType.MATRIX_VECTOR,
    AnswerType.INEQUALITY_INTERVAL, AnswerType.CHEMISTRY,
}  # fmt: skip


def bare_option(option: str) -> str:
    r"""Without the dollar signs around the whole, without a full stop; `\text{...}` alone is its words."""
    text = re.sub(r"^\$([^$]*)\$$", r"\1", option.strip().removesuffix(".").strip()).strip()
    text = re.sub(r"^\\(?:text|mathrm|textrm|mbox)\{([^{}]*)\}$", r"\1", text)
    text = re.sub(r"(?<!\\)\$([^$]+?)(?<!\\)\$", r"\1", text) if text.count("$") % 2 == 0 else text
    return text.strip()


def is_name(shown: Shown, right: str, asked: str) -> bool:
    """A short name among short names, where the question asks for a name."""
    options = [bare_option(option) for option in shown.options]
    words = [option.split() for option in options]
    if any(len(each) > MAX_WORDS for each in words) or any(_SWAYING.search(option) for option in options):
        return False
    if any(re.search(r"[\d$\\=/,;()]|\band\b|\bor\b", option) for option in options):
        return False
    told = re.search(rf"\b{re.escape(right)}\b", shown.stem, re.IGNORECASE)
    return bool(_NAMING.search(asked)) and (not told or "direction" in asked)


def is_value(shown: Shown, right: str, kind: AnswerType) -> bool:
    """A value that whoever answers the open question would reach as it stands here."""
    if kind not in _TYPES or not _is_single(right, kind) or not _measures(right, expected_unit(shown.stem)):
        return False
    if _APPROXIMATE.search(shown.stem) and not (kind in NUMERIC_TYPES and _PRECISION.search(shown.stem)):
        return False
    if kind not in NUMERIC_TYPES:
        return kind is not AnswerType.EXPRESSION or not re.search(r"[A-Za-z]{3,}", _words(right))
    counts = re.search(r"\d", right if "%" not in right else shown.stem) or _ZERO.fullmatch(right)
    if not counts and not _COUNTING.search(shown.stem):
        return False
    if _TABULATED.search(shown.stem):
        return False
    return bool(_PRECISION.search(shown.stem)) or _is_fine(right) or not _is_coarse(shown)


def _words(right: str) -> str:
    return re.sub(r"\\[a-zA-Z]+|\$", " ", plain_text(normalise(right)))


def _is_single(right: str, kind: AnswerType) -> bool:
    """One value, said without words that compare or sway."""
    words = _words(right)
    if _NEAR.search(right) or _SWAYING.search(words) or len(re.findall(r"[A-Za-z]{3,}", words)) > MAX_WORDS:
        return False
    is_range = re.search(r"\d\s+to\s+\d", right) or (kind in NUMERIC_TYPES and _RANGE.search(right))
    return right.count("=") <= 1 and not is_range


def _measures(right: str, expected: str | None) -> bool:
    """Whether the value can be of the kind that the question plainly asks for; one without a unit can."""
    return expected is None or unit_of(right) is None or measures_like(right, expected)


def _is_fine(right: str) -> bool:
    """Written with a decimal point and three digits at least, or exact: whoever rounds to it agrees with it."""
    if _ZERO.fullmatch(right):
        return True
    number = re.search(r"\d[\d,]*\.\d+|\.\d+", right)
    if number and not number[0].endswith(".0"):
        return len(re.sub(r"\D", "", number[0]).lstrip("0")) >= FINE_DIGITS
    return re.search(r"\\(?:frac|sqrt|pi)|\d\s*/\s*\d|√|π", right) is not None


def _is_coarse(shown: Shown) -> bool:
    """Whether the values shown may be rounded: by what the question is about, or by decimals that it gives."""
    return any(pattern.search(shown.stem) for pattern in (_ROUNDED, _MEASURED))
