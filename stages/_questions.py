"""Why a question cannot be answered alone by one short answer: what it shows, what it asks for, how often it asks."""

import re

from pipeline.stage import Reject

FIGURE = re.compile(
    r"\b(?:figures?|fig\.|tables?|diagrams?|graphs?|charts?)\s*(?:\d|above|below|shows?\b)"
    r"|\b(?:in|from|see|of|using|by)\s+(?:the|this|each|these)\s+(?:following\s+|accompanying\s+)?"
    r"(?:figure|diagram|graph|picture|image|table|chart)\b"
    r"|\b(?:shown|pictured|depicted|illustrated|drawn|plotted|labeled)\s+"
    r"(?:(?:in|on|at|from)\s+(?:the|this|figure|fig)|above|below|here|to\s+the|as\s+follows)\b"
    r"|\bas (?:shown|illustrated|pictured)\b|\bare shown\b|\[asy\]|\\includegraphics|!\[",
    re.IGNORECASE,
)
CONTEXT = re.compile(
    r"\b(?:example|exercise|section|chapter|equation|appendix|module|problem)s?\s+\(?\d"
    r"|\b(?:in|of|from) (?:this|the) (?:section|chapter|text|module|lab|activity|simulation)\b"
    r"|\bthis (?:section|chapter|module)\b|\bin example\b"
    r"|\b(?:previous|preceding|last|earlier|above|prior)\s+(?:\w+\s+)?(?:problem|exercise|question|example|part)s?\b"
    r"|\bpart \(?[a-e]\)|\brepeat (?:parts?|the|both|this|problem)\b"
    r"|\bthe (?:problem|exercise|situation|example) (?:above|described)\b"
    r"|\b(?:questions|exercises|problems) \d+\s*[-–]\s*\d+|\bunreasonable results\b|\bconstruct your own\b",
    re.IGNORECASE,
)
PROOF = re.compile(
    r"\b(?:prove|proof|verify|derive|confirm|demonstrate that|show (?:that|the|by|why|how(?! you)))\b", re.IGNORECASE
)
EXPLAIN = re.compile(
    r"\b(?:explain|discuss|describe|justify|why|comment on|sketch|draw|design|compare and contrast|"
    r"give (?:an? |some )?(?:example|reason)s?|state (?:your|the|any)|identify|list|name (?:two|three|some)|"
    r"in your own words|do you think|what are some|how (?:does|do|is|are|can|could|might|would) (?!many|much|far|long|"
    r"fast|high|large|big|often|old|deep|tall|hot|heavy|wide))\b",
    re.IGNORECASE,
)
PARTS = re.compile(r"(?<![\w)])\(?\b([a-h])\)(?=\s|$)|\(([a-h])\)|\((i{1,3}|iv)\)")
SEVERAL = re.compile(
    r"\b(?:magnitude and (?:the )?direction|direction and (?:the )?magnitude|"
    r"and (?:its |the )?(?:uncertainty|direction)|respectively"
    r"|and (?:percent|estimate|compare|determine|calculate)\b|what are the\b.*\band\b|find both|both the)\b",
    re.IGNORECASE,
)
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
OPTION_LIMITS = range(3, 6)


def has_parts(text: str) -> bool:
    """Whether `text` is divided into (a), (b), ..."""
    found = {next(group for group in match.groups() if group) for match in PARTS.finditer(text)}
    return "b" in found or "ii" in found or ("a" in found and len(found) > 1)


def screen(question: str) -> Reject | None:
    """The first reason against a question whose answer is not marked as such; None if there is none."""
    if missing := screen_missing(question):
        return missing
    if has_parts(question):
        return Reject("multi_part", "the question has lettered parts")
    for reason, pattern in (("proof", PROOF), ("explain", EXPLAIN), ("several_answers", SEVERAL)):
        if match := pattern.search(question):
            return Reject(reason, match[0])
    if question.count("?") > 1:
        return Reject("several_questions", f"{question.count('?')} question marks")
    asked = question.count("?") + len(re.findall(r"(?:^|[.?!] )(?:Calculate|Find|Determine|Compute)\b", question))
    return Reject("several_questions", "asks more than once") if asked > 1 else None


def screen_missing(question: str) -> Reject | None:
    """What the question needs and does not show."""
    if match := FIGURE.search(question):
        return Reject("figure_missing", match[0])
    if match := CONTEXT.search(question):
        return Reject("context_missing", match[0])
    return None


def with_letters(question: str, letter: str) -> str | Reject:
    """The question with its options, one a line at its end, lettered (A), (B), ...; as it is if it shows letters."""
    if re.search(r"\(\s*[bB]\s*\)|^[bB][.)]", question, re.MULTILINE):
        return question
    lines = [line.strip() for line in question.splitlines() if line.strip()]
    stems = [index for index, line in enumerate(lines) if line.endswith(("?", ":", "____", "__."))]
    last = stems[-1] if stems else 0
    options = lines[last + 1 :]
    if len(options) not in OPTION_LIMITS or ord(letter) - ord("A") >= len(options):
        return Reject("options_missing", f"{len(options)} lines of options found")
    if any(re.match(r"I{1,3}\b[.,)]?|IV\b", option) for option in options) or max(map(len, options)) > 300:
        return Reject("options_missing", "options refer to other lines")
    return "\n".join(lines[: last + 1] + [f"({chr(ord('A') + place)}) {text}" for place, text in enumerate(options)])


def expected_unit(question: str) -> str | None:
    """A unit of the dimension that the question asks for, where one phrase says it plainly."""
    asked = {match[1].lower() for match in ASKED.finditer(question)}
    return ASKED_UNITS[asked.pop()] if len(asked) == 1 else None
