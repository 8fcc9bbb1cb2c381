"""Reads a judge's reply: strict about where a verdict stands, tolerant about how it is dressed."""

import re

from verifier.judge.types import Ruling

DRESS = r"""[\s*_`"'“”<({\[$\\#>|~-]"""
CONNECTIVE = r"(?:so|thus|hence|therefore|overall|finally|in conclusion|my|the|final)[\s,:*]+"
LEAD = rf"(?:^|(?<=[.!?])){DRESS}*(?:{CONNECTIVE}){{0,3}}"
LABEL = re.compile(rf"{LEAD}(?:judge?ment|verdict)[\s*_`\"']*(?:[:：=–—-]|is\b[\s:]*|$)", re.IGNORECASE)
WORD = r"(?P<word>incorrect|wrong|not[ _-]?correct|not[ _-]?found|correct)(?!_?[A-Za-z0-9]|-[A-Za-z])"
OPENING = rf"(?:{DRESS}|boxed\b|text(?:bf|rm)?\b|mathbf\b|mathrm\b)*"
VERDICT = re.compile(OPENING + WORD, re.IGNORECASE)
BARE = re.compile(rf"""{OPENING}{WORD}[\s*_`"'”>)}}\]$.!|~]*""", re.IGNORECASE)
BOXED = re.compile(
    rf"\\boxed\s*\{{\s*(?:\\(?:text|textbf|mathrm)\s*\{{)?\s*{WORD}\s*\}}?\s*\}}[\s.$*)]*$", re.IGNORECASE
)
ANY = re.compile(rf"(?<![A-Za-z]){WORD}", re.IGNORECASE)
HEDGE = re.compile(
    r"\?|\b(?:but|except|however|partial(?:ly)?|partly|if|unless|although|though|almost|nearly|maybe|perhaps"
    r"|probably|possibly|not|or|only|half)\b",
    re.IGNORECASE,
)
MAX_REPLY = 20_000


def parse_reply(reply: str) -> Ruling | None:
    """The last verdict; None where there is none, where it hedges, and where something after it or beside it differs.

    A verdict stands after the label `Judgement` (or `Verdict`) at the start of a line or sentence, or, in a reply
    without any label, alone in the last line or in a box that ends it. What a model thought before `</think>` is not
    its reply, and thoughts that never end hold none.
    """
    said = reply[-MAX_REPLY:].rpartition("</think>")[2]
    if "<think>" in said:
        return None
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    labelled = [index for index, line in enumerate(lines) if LABEL.search(line)]
    if labelled:
        return _after_label(lines[labelled[-1] :])
    return _unlabelled(lines[-1]) if lines else None


def _after_label(lines: list[str]) -> Ruling | None:
    """`lines` begin with the labelled one; a label without a word points to the line below it."""
    label = list(LABEL.finditer(lines[0]))[-1]
    rest = lines[0][label.end() :]
    if not re.search(r"\w", rest) and len(lines) > 1:
        rest = lines[1]
    verdict = VERDICT.match(rest)
    if verdict is None or HEDGE.search(rest, verdict.end()):
        return None
    return _agreed(_ruling(verdict["word"]), " ".join(lines))


def _unlabelled(line: str) -> Ruling | None:
    verdict = BARE.fullmatch(line) or BOXED.search(line)
    return _agreed(_ruling(verdict["word"]), line) if verdict else None


def _agreed(ruling: Ruling, text: str) -> Ruling | None:
    return ruling if {_ruling(match["word"]) for match in ANY.finditer(text)} == {ruling} else None


def _ruling(word: str) -> Ruling:
    plain = re.sub(r"[ _-]", "", word.casefold())
    if plain == "correct":
        return Ruling.CORRECT
    return Ruling.NOT_FOUND if plain == "notfound" else Ruling.INCORRECT
