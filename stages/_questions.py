"""The options that a question shows, and the unit it asks for."""

import re

from stages._evidence_shown import items, labels_in

ASKED = re.compile(
    r"\b(?:at what|what is (?:the|its|their|his|her)|find (?:the|its)|calculate (?:the|its)|determine (?:the|its))\s+"
    r"(?:(?!angular|change|ratio|rate|fraction|percent)[a-z]+\s+)?"
    r"(velocity|speed|acceleration|force|wavelength|frequency|temperature)"
    r"\b(?!\s+(?:per|constant|ratio|gradient|increase|decrease|change|difference|uncertainty))",
    re.IGNORECASE,
)
ASKED_UNITS = {
    "velocity": "m/s", "speed": "m/s", "acceleration": "m/s^2", "force": "N", "wavelength": "m", "frequency": "Hz",
    "temperature": "K",
}  # fmt: skip
SPACING = re.compile(
    r"\\(?:textbf|textrm|text|mathrm|mathbf)(?![a-z])|\\q?quad(?![a-z])|\\[ ,;!]|\\d?frac(?=[{\d])|"
    r"\\(?:hspace|newline)(?:\{[^{}]*\})?"
)
OPTION_LIMITS = range(3, 6)
MAX_OPTION = 300


def with_letters(question: str, letter: str) -> str | None:
    """The question with its options, one a line at its end, lettered (A), (B), ...; as it is if it shows letters.

    None where it shows no options.
    """
    if labels_in(question):
        return question
    lines = [line.strip() for line in question.splitlines() if line.strip()]
    stems = [index for index, line in enumerate(lines) if line.endswith(("?", ":", "____", "__."))]
    last = stems[-1] if stems else 0
    options = lines[last + 1 :]
    if len(options) not in OPTION_LIMITS or ord(letter) - ord("A") >= len(options):
        return None
    if any(re.match(r"I{1,3}\b[.,)]?|IV\b", option) for option in options) or max(map(len, options)) > MAX_OPTION:
        return None
    return "\n".join(lines[: last + 1] + [f"({chr(ord('A') + place)}) {text}" for place, text in enumerate(options)])


def shows_as_option(question: str, answer: str) -> bool:
    """Whether the answer is the text of one of the lettered options."""
    plain = _plain(answer)
    return bool(plain) and any(_plain(item) == plain for item in items(question))


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", SPACING.sub(" ", text)).casefold()


def expected_unit(question: str) -> str | None:
    """A unit of the dimension that the question asks for, where one phrase says it plainly."""
    asked = {match[1].lower() for match in ASKED.finditer(question)}
    return ASKED_UNITS[asked.pop()] if len(asked) == 1 else None
