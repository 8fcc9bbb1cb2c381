r"""One plain spelling for unit texts: LaTeX, unicode, dots, names of several words."""

import re

from verifier.latex import normalise, plain_text

UPRIGHT = re.compile(r"\\(?:text|textrm|mathrm|rm|mbox|operatorname|si|unit)(?![a-zA-Z])")
FRACTION = re.compile(r"\\frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
# Adjacent font groups are separate names: `\text{m}\text{s}^{-1}` is no millisecond.
ADJACENT = re.compile(r"\}\s*(?=\\(?:text|textrm|mathrm|mbox)(?![a-zA-Z]))")
TEMPERATURE = re.compile(
    r"(?:\^\\circ|\\degree|\bdegs?\.?|\bdegrees?)\s*(?P<scale>[CFK])(?![a-zA-Z])"
    r"|(?:(?:\^\\circ|\bdegs?\.?|\bdegrees?)\s*)?(?P<word>[Cc]elsius|[Cc]entigrade|[Ff]ahrenheit|[Kk]elvins?)\b"
)
SCALES = {"c": "°C", "f": "°F", "k": "K"}
DOT_PRODUCT = re.compile(r"(?<=[a-zA-Z])\.(?=[a-zA-Z])")
COMMANDS = [
    (re.compile(r"\\(?:mu|micro)(?![a-zA-Z])\s*"), "μ"),
    (re.compile(r"\\(?:Omega|ohm)(?![a-zA-Z])"), "Ω"),
    (re.compile(r"\\(?:AA|angstrom)(?![a-zA-Z])"), "Å"),
    (re.compile(r"\\ell(?![a-zA-Z])"), "L"),
    (re.compile(r"\\(?:cdot|times)(?![a-zA-Z])"), "*"),
    (re.compile(r"\\div(?![a-zA-Z])"), "/"),
    (re.compile(r"\\%"), "%"),
    (re.compile(r"\*\*"), "^"),
]
FONT_NAME = re.compile(r"\\(?:text|textrm|mathrm|rm|mbox|operatorname)(?![a-zA-Z])")
REWRITES = [
    (re.compile(r"\b(kilo|mega|giga|milli|micro|nano|centi)-(?=[a-z])"), r"\1"),
    (re.compile(r"\^\s*\\circ"), "°"),
    (re.compile(r"\b(mm|cm|in)\s+Hg\b"), r"\1Hg"),
    (re.compile(r"\b([Ll]ight|[Aa]stronomical|[Nn]autical|[Ff]luid|[Mm]etric|[Bb]asis)[ -](years?|units?|miles?"
                r"|ounces?|tons?|points?)\b"), r"\1\2"),
    (re.compile(r"\bfl\.?\s*oz\b\.?"), "fluidounce"),
    (re.compile(r"\b[Aa]tomic mass units?\b"), "u"),
    (re.compile(r"\belectron[ -]volts?\b"), "electronvolt"),
    (re.compile(r"\bparts per (m|b|tr)illion\b"), r"partsper\1illion"),
    (re.compile(r"\b(minute|second)s? of arc\b"), r"arc\1"),
    (re.compile(r"\b(?:bpm|BPM)\b"), "beats/min"),
    (re.compile(r"\bmi(?:les)? per gal(?:lon)?\b|\bmpg\b"), "mi/gal"),
    (re.compile(r"(?<=[a-zA-Z])\.(?=\s|$|[/)\]^*])"), ""),
]  # fmt: skip


def is_upright(text: str) -> bool:
    """Whether the text is set as a unit is, not as a variable."""
    return UPRIGHT.search(text) is not None


def spelled(text: str) -> str:
    text = normalise(text)
    for pattern, replacement in COMMANDS:
        text = pattern.sub(replacement, text)
    text = FONT_NAME.sub("", plain_text(ADJACENT.sub("} ", text)))
    text = TEMPERATURE.sub(lambda match: SCALES[(match["scale"] or match["word"])[0].lower()], text)
    for pattern, replacement in REWRITES:
        text = pattern.sub(replacement, text)
    text = FRACTION.sub(r"(\1)/(\2)", text)
    text = DOT_PRODUCT.sub("*", text)
    return re.sub(r"\s+", " ", text.replace("$", "")).strip(" ,;~\\").removesuffix(".")
