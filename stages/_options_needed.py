"""Whether a question can be asked without its options, and whether the right one then stands as its answer.

Each test refuses when in doubt: a question that is left as it is costs little, one that nobody could answer in the
expected words costs an example that teaches something wrong.
"""

import re

from stages._options_shown import Shown
from stages._questions import expected_unit
from verifier import AnswerType, infer_type
from verifier.latex import normalise, plain_text
from verifier.numbers.quantities import NUMERIC_TYPES, measures_like, unit_of
from verifier.route import matches_itself

MAX_VALUE = 80
MAX_WORDS = 3

# The options are part of the question.
_POINTING = re.compile(
    r"\b(?:which|what|one|any|some|none|all|each|two|many|either)\s+of\s+(?:the\s+|these\b|those\b|them\b|this\b)"
    r"|\bof (?:the following|these|those)\b|\bwhich\s+(?:\w+\s+){0,3}?(?:statement|option|choice|answer|alternative|"
    r"expression|equation|graph|diagram|figure|pair|set|combination|sentence|formula|example|claim|one|number|value|"
    r"fraction|decimal|point|function|polynomial|matrix|integer|time|amount|ratio)s?\b"
    r"|\b(?:the|these|those|given|listed)\s+(?:options?|choices?|alternatives?|answers?|possibilities)\b"
    r"|\bfollowing\s+(?:\w+\s+){0,2}?(?:is|are|was|were|has|have|would|will|can|could|must|best|represents?|statements?)\b"
    r"|\b(?:listed|given|shown|mentioned)\s+(?:below|above|here)\b|\bthe following\W*$"
    r"|\bfig(?:ure|\.)?\s*\d|\btable\s*\d|\b(?:in|from|of|on) the (?:figure|graph|diagram|table|picture)\b|\bas shown\b"
    r"|\bquestions?\s+\d+\s*[-–]\s*\d+|\bmagnitude and direction\b"
    r"|\b(?:statements?|assertion|reason)\s*\(?(?:1|I|2|II|A|R)\b|\bwhich (?:is|are|was|has|can|could|may|would|must)\b",
    re.IGNORECASE,
)
# The right one is right only beside the others.
_COMPARING = re.compile(
    r"\b(?:closest|nearest (?:in|to (?!the (?:nearest|whole|tenth|hundredth|integer)))|most|least|best|better|mainly|"
    r"primar(?:y|ily)|usually|typically|likely|probably|appropriate|except|excluding|not|n't|cannot|never|incorrect|"
    r"false|true|correct|odd one|other than|describes?|characteri[sz]e[sd]?|illustrates?|explains?|supports?|suggests?|"
    r"could|might|may|can be|possible|possibly|example|such as|equivalent|same as|be said|known as or|implies|imply|"
    r"compared?|happens?|effect|affect|change if|true that|conclude|inferred?|suitable|hence|can (?:he|she|they|it|you|one|we)|statement|reason|purpose|main)\b",
    re.IGNORECASE,
)
_APPROXIMATE = re.compile(
    r"\b(?:approximate(?:ly)?|about (?!an? |the )|roughly|around \d|nearly|almost|estimated?|estimation|order of magnitude)"
    r"|\b(?:as of|in) (?:19|20)\d\d\b|\bin the (?:world|United States|U\.?S\.?)|\bworldwide\b|\blife expectancy\b"
    r"|≈|\\approx|~|\\sim",
    re.IGNORECASE,
)
_PRECISION = re.compile(
    r"\b(?:to the nearest|nearest (?:whole|tenth|hundredth|thousandth|integer|cent|dollar|percent|degree)|decimal places?"
    r"|significant (?:figures?|digits?)|round(?:ed)?|correct to|to (?:one|two|three|four) (?:decimal|place))\b",
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
    r"\b(?:steam|pipes?|ducts?|nozzles?|compressors?|turbines?|boilers?|condens\w*|absorber|refriger\w*|heat[- ]transfer|"
    r"convecti\w*|Reynolds|viscosity|friction factor|psi[ag]?|Btu|enthalpy|throttl\w*|humid\w*|saturated|laminar|"
    r"turbulent|boundary layer|transformer|amplifier|transistor|diode)\b",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r"(?:^|[.?!]\s+|\n|\band\s+)(?:calculate|find|determine|compute|show|prove|explain|sketch|draw|verify)\b", re.I
)
_ASKING = re.compile(
    r"(?:^|[.,;:?!]\s|\n|\b(?:then|and|if\b.{1,200}?,)\s+)(?:(?:in|at|to|by|for|with|on|of|from|about|how|under|over|after)\s+){0,2}"
    r"(?:what|how (?:many|much|far|long|old|fast|large|big|tall|high|deep|wide|heavy|often|hot)|who|whom|whose|when|where|"
    r"which|find|calculate|compute|determine|evaluate|solve|simplify|factor|express|convert|differentiate|integrate)\b"
    r"|\b(?:what|how (?:many|much|far|long|old|fast|large|tall|high|deep))\b[^.?]*\?",
    re.IGNORECASE,
)
_NAMING = re.compile(
    r"(?:^|[.,;]\s)\s*(?:(?:in|at|to|by|for|with|on|of|from)\s+)?"
    r"(?:what (?:is|was|are|were) the (?:name|term|formula|symbol|unit|capital|chemical|SI)\b|who\b|whose\b|in what year\b|"
    r"(?:what|which) (?:element|gas|planet|acid|metal|country|city|president|organelle|vitamin|hormone|scientist|enzyme|"
    r"gland|mineral|organ|year|century|philosopher|author|particle|direction|family|compound|isotope|amendment|"
    r"theorem|law|instrument|unit|language|blood type|nerve|muscle|bone|artery)\b|in (?:what|which) direction\b)",
    re.IGNORECASE,
)
_NO_SENTENCE = re.compile(r"\(a\).*\(b\)|_{2,}|\.\.\.\s*[?.]?\s*$", re.DOTALL)
# Options that speak of the others, or of the question.
_OF_OTHERS = re.compile(
    r"\b(?:all|none|both|neither|any|some|either|two) of (?:the|these|those|them)\b|\ball (?:above|are)\b|\bnone\b|"
    r"\b(?:both|neither|either)\b|\b[A-E]\)? (?:and|or|nor) \(?[A-E]\b|\b(?:I{1,3}|IV)\b(?: only|,| and|$)|"
    r"\bonly \(?(?:[A-E]|I{1,3})\b|\bnot (?:enough|sufficient|determin|given|possible)\w*|\b(?:cannot|can't|can not)\b|"
    r"\binsufficient\b|\bno (?:correct|answer|solution)\b|\bother\b|\bdepends?\b|\bundefined\b|\bdoes not exist\b",
    re.IGNORECASE,
)
_SWAYING = re.compile(
    r"\b(?:yes|no|true|false|always|never|sometimes|increas\w*|decreas\w*|more|less|fewer|greater|smaller|larger|higher|"
    r"lower|same|unchanged|equal|constant|remain\w*|double[sd]?|halve[sd]?|triple[sd]?|quadruple[sd]?|times|twice|half|"
    r"positive|negative|valid|invalid|agree|fast\w*|slow\w*|up|down|left|right|toward|away|none|nothing|at least|at most|"
    r"between|about|approximately|over|under|above|below|than|exactly|r\d+|remainder)\b|\d:0\d(?!\d)",
    re.IGNORECASE,
)
_NEAR = re.compile(r"~|≈|\\approx|\\sim|\b(?:about|approximately|around|nearly)\b", re.IGNORECASE)
_RANGE = re.compile(r"\d\s*(?:–|to|-)\s*\d")
_TYPES = NUMERIC_TYPES | {
    AnswerType.EXPRESSION, AnswerType.EQUATION, AnswerType.TUPLE_POINT, AnswerType.COMPLEX, AnswerType.MATRIX_VECTOR,
    AnswerType.INEQUALITY_INTERVAL, AnswerType.CHEMISTRY,
}  # fmt: skip
_EXACT_SIGNS = re.compile(r"\\(?:frac|sqrt|pi|log|ln)|[a-zA-Z√π^]")


def opens(shown: Shown, place: int) -> str | None:
    """The text of the right option as an answer, if the question can be asked without the options; else None."""
    right = _bare(shown.options[place])
    if not right or len(right) > MAX_VALUE or _OF_OTHERS.search(plain_text(right)):
        return None
    kind = infer_type(right, shown.stem)
    if not _asks_alone(shown.stem) or not _differs(shown, place):
        return None
    is_word = kind is AnswerType.WORD
    if is_word and not _is_name(shown, right):
        return None
    if not is_word and (kind not in _TYPES or not _is_value(shown, right, kind)):
        return None
    return right if matches_itself(right, kind) else None


def _bare(option: str) -> str:
    r"""Without the dollar signs around the whole, without a full stop; `\text{...}` alone is its words."""
    text = re.sub(r"^\$([^$]*)\$$", r"\1", option.strip().removesuffix(".").strip()).strip()
    text = re.sub(r"^\\(?:text|mathrm|textrm|mbox)\{([^{}]*)\}$", r"\1", text)
    text = re.sub(r"(?<!\\)\$([^$]+?)(?<!\\)\$", r"\1", text) if text.count("$") % 2 == 0 else text
    return text.strip()


def _last_sentence(stem: str) -> str:
    flat = " ".join(stem.split())
    sentences = re.split(r"(?<=[.?!])\s+(?=[A-Z(\"'$\\])", flat)
    return sentences[-1]


def _asks_alone(stem: str) -> bool:
    asked = _last_sentence(stem)
    if _POINTING.search(stem) or _COMPARING.search(asked) or _NO_SENTENCE.search(stem) or stem.count("?") > 1:
        return False
    if len(_ORDERS.findall(stem)) + stem.count("?") > 1:
        return False
    ends = re.search(r"[?]\W*$", stem) or (re.search(r"[.:$)\d\w]\s*$", stem) and _opens_with_order(asked))
    return bool(ends) and bool(_ASKING.search(asked)) and len(stem.split()) >= 4


def _opens_with_order(sentence: str) -> bool:
    return bool(
        re.match(
            r"(?:(?:if|given|let|when|for)\b.{1,300}?,\s*(?:then\s+)?)?(?:find|calculate|compute|determine|evaluate|solve|"
            r"simplify|factor|express|convert|differentiate|integrate|what|how)\b",
            sentence,
            re.IGNORECASE,
        )
    ) and not re.search(r"\b(?:is|are|was|equals?|be|to|of|by|=)\s*:?\s*$", sentence)


def _differs(shown: Shown, place: int) -> bool:
    """No other option says the same, and none but a filler speaks of the others."""
    texts = [re.sub(r"\s", "", _bare(option)).casefold() for option in shown.options]
    if texts.count(texts[place]) > 1:
        return False
    return not any(
        re.search(
            r"\b(?:all|both|neither|either)\b|\b[A-E]\)? (?:and|or) \(?[A-E]\b", plain_text(option), re.IGNORECASE
        )
        for option in shown.options
    )


def _is_name(shown: Shown, right: str) -> bool:
    """A short name among short names, where the question asks for a name."""
    options = [_bare(option) for option in shown.options]
    words = [option.split() for option in options]
    if any(len(each) > MAX_WORDS for each in words) or any(_SWAYING.search(option) for option in options):
        return False
    if any(re.search(r"[\d$\\=/,;()]|\band\b|\bor\b", option) for option in options):
        return False
    told = re.search(rf"\b{re.escape(right)}\b", shown.stem, re.IGNORECASE)
    return not told and bool(_NAMING.search(_last_sentence(shown.stem)))


def _is_value(shown: Shown, right: str, kind: AnswerType) -> bool:
    """A value that whoever answers the open question would reach as it stands here."""
    words = re.sub(r"\\[a-zA-Z]+|\$", " ", plain_text(normalise(right)))
    if _NEAR.search(right) or _SWAYING.search(words) or len(re.findall(r"[A-Za-z]{3,}", words)) > MAX_WORDS:
        return False
    if kind is not AnswerType.INEQUALITY_INTERVAL and kind in NUMERIC_TYPES and _RANGE.search(right):
        return False
    if not re.search(r"\d", right) and kind in NUMERIC_TYPES and not _COUNTING.search(shown.stem):
        return False
    if not _measures(right, expected_unit(shown.stem)):
        return False
    if kind not in NUMERIC_TYPES:
        if kind is AnswerType.EXPRESSION and re.search(r"[A-Za-z]{3,}", words):
            return False
        return not _APPROXIMATE.search(shown.stem)
    if _TABULATED.search(shown.stem):
        return False
    if _PRECISION.search(shown.stem):
        return True
    return not _APPROXIMATE.search(shown.stem) and (_is_fine(right) or not _is_coarse(shown))


def _measures(right: str, expected: str | None) -> bool:
    """Whether the value can be of the kind that the question plainly asks for; one without a unit can."""
    return expected is None or unit_of(right) is None or measures_like(right, expected)


def _is_fine(right: str) -> bool:
    """Written with a decimal point and three digits at least, or exact: whoever rounds to it agrees with it."""
    number = re.search(r"\d[\d,]*\.\d+|\.\d+", right)
    if number and not number[0].endswith(".0"):
        return len(re.sub(r"\D", "", number[0]).lstrip("0")) >= 3
    return re.search(r"\\(?:frac|sqrt|pi)|\d\s*/\s*\d|√|π", right) is not None


def _is_coarse(shown: Shown) -> bool:
    """Whether the values shown may be rounded: by what the question is about, or by decimals that it gives."""
    return any(pattern.search(shown.stem) for pattern in (_ROUNDED, _MEASURED))
