"""Multiple choice: the letters that an answer picks, and the options that a question shows."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from verifier.finding import MAX_QUESTION, Case, Finding, verdict_of
from verifier.latex import normalise, plain_text, unwrap
from verifier.types import Reason
from verifier.words.comparison import same_words

Compare = Callable[[Case, str, str], Finding]

MARKER = re.compile(r"(?P<open>[(\[]\s*)?(?<!\w)(?P<letter>[A-Ja-j])\s*(?P<close>[)\]]|[.:](?=\s|\$|\\))\s*")
FORMATTING = re.compile(r"\\(?:textbf|mathbf|mathrm|text|textrm|mathsf)\s*\{\s*(\(?[A-J][).]?\)?)\s*[~\\ ]*\}")
_CHOICE = r"(?:answer|option|choice|letter|alternative|statement|response|ans\.?|opt\.?)s?"
_ADJECTIVE = (
    "(?:correct|right|best|closest|nearest|most|more|final|likely|appropriate|suitable|accurate|only|single|true)"
)
_IS = r"(?:is|are|was|would be|must be|should be|has to be|will be|=|:)"
INTRODUCTION = re.compile(
    rf"(?:(?:so|thus|hence|therefore|then),?\s+)?(?:(?:the|my|our|this|only|both)\s+)*(?:{_ADJECTIVE}\s+){{0,3}}{_CHOICE}(?:\s+letter)?"
    rf"\s*{_IS}?\s*:?\s*(?:(?:the\s+)?{_CHOICE}\s+)?|(?:(?:it|this|that)\s+{_IS}|i\s+(?:choose|pick|select)|choose|select|pick)\s+"
    rf"(?:(?:the\s+)?{_CHOICE}\s+)?",
    re.IGNORECASE,
)
PRAISE = re.compile(
    r"\s+(?:is|are)\s+(?:both\s+|all\s+|the\s+)*(?:only\s+|most\s+)?(?:correct|right|true|best|closest|valid|appropriate"
    r"|answers?|options?|choices?)(?:\s+(?:answer|option|choice|one|statement)s?)?\W*",
    re.IGNORECASE,
)
DENIAL = re.compile(
    r"\b(?:not|isn't|aren't|incorrect|wrong|false|except|neither|nor|eliminated?|excluded?|ruled? out|cannot|impossible"
    r"|rejected|anything but|other than|none|(?:one|any|some) of)\b|\\(?:neg|lnot|not|b?cancel|xcancel|sout)(?![a-z])",
    re.IGNORECASE,
)
RANGE = re.compile(r"\(?([A-J])\)?\s*(?:-|to|through|\\to)\s*\(?([A-J])\)?")
SEPARATORS = re.compile(r"[\s,;&/(){}\[\]|+\\.]+|\b(?:and|or|both|only|just|either|options?|choices?)\b", re.IGNORECASE)
LEADING = re.compile(
    r"[(\[{]?([A-J])(?:[)\]}]|[.:](?=\s|\W|$)|\s+-\s|,?\s+(?=(?:because|since|as)\b)|\s+(?=\())\s*(?P<rest>.*)",
    re.DOTALL,
)
SMALL_LEADING = re.compile(r"\(?([a-j])\)\s*(?P<rest>.*)", re.DOTALL)
CHAINED = re.compile(
    r"(?:^|[,;/&]|\bor\b|\band\b)\s*(?:option\s+)?(?:\(([A-J])\)|([A-J])[).](?=\s|$)|([A-J])$)|\bor\s+(?:\w+\s+)?\(?([A-J])\b"
)
SMALL_CHAINED = re.compile(r"(?:[,;/&]|\bor\b|\band\b)\s*\(([a-j])\)")
NAMED = re.compile(r"(?i:\b(?:option|choice|answer|letter)\s+(?:is\s+)?)\(?([A-J])\b|\(([A-J])\)")
CLOSEST = re.compile(r"(?i:\bclosest\s+(?:\w+\s+)?is\s+)\(?([A-J])\b")
CODE = re.compile(r"\w\(['\"]|__|\\(?:neg|lnot|not|b?cancel|xcancel|sout)(?![a-z])|\w\([A-J]\)")
LONE = re.compile(r"\s*\(?([A-J])\)?\.?\s*")
LETTER = re.compile(r"(?<![A-Za-z])[A-J](?![A-Za-z])")
MARKS = " *_`\"'$"


def as_letters(text: str) -> frozenset[str] | None:
    """The letters of an answer that consists of nothing else: `(A), (C)`, `AC`, `A and C`, `A-D`."""
    text = PRAISE.sub("", _plain(text)).strip(MARKS)
    if span := RANGE.fullmatch(text):
        return frozenset(map(chr, range(ord(span[1]), ord(span[2]) + 1))) or None
    if re.fullmatch(r"[A-J]{2,6}", text) and len(set(text)) == len(text):
        return frozenset(text)
    tokens = [token for token in SEPARATORS.split(text.rstrip(":")) if token]
    if not tokens or not all(re.fullmatch(r"[A-Ja-j]", token) for token in tokens):
        return None
    return frozenset("".join(tokens).upper())


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    text = plain_text(unwrap(normalise(text))).strip(MARKS)
    introduction = INTRODUCTION.match(text)
    rest = text[introduction.end() :].strip(MARKS) if introduction else ""
    return rest if LETTER.match(rest.lstrip("([{ ")) or re.fullmatch(r"\(?[a-j]\)?\.?", rest) else text


@lru_cache(maxsize=4096)
def letters(text: str) -> frozenset[str] | None:
    """The option letters an answer picks; None where it picks none or only denies some."""
    alone = as_letters(text)
    if alone:
        return alone
    plain = _plain(text)
    if CODE.search(plain):
        return None
    if lead := _led(text):
        if re.match(r"(?:is|are|was)\b", lead["rest"]) and DENIAL.search(lead["rest"]):
            return None
        more = {next(filter(None, found)) for found in CHAINED.findall(lead["rest"])}
        return frozenset(lead[1].upper()) | more | {found.upper() for found in SMALL_CHAINED.findall(lead["rest"])}
    if closest := CLOSEST.search(plain):
        return frozenset(closest[1])
    if DENIAL.search(plain):
        return None
    named = frozenset(a or b for a, b in NAMED.findall(plain))
    return named or None


@lru_cache(maxsize=1024)
def options(question: str | None) -> Mapping[str, str]:
    """What a question offers, by capital letter: the texts behind its last run of markers A, B, ... in one style."""
    text = FORMATTING.sub(r"\1 ", (question or "")[-MAX_QUESTION:])
    run: list[re.Match[str]] = []
    best: list[re.Match[str]] = []
    for marker in MARKER.finditer(text):
        letter = marker["letter"]
        if letter in "Aa":
            run = [marker]
        elif run and ord(letter) == ord(run[-1]["letter"]) + 1 and _style(marker) == _style(run[-1]):
            run.append(marker)
        best = run if len(run) > 1 else best
    ends = [*(marker.start() for marker in best[1:]), len(text)]
    return {
        marker["letter"].upper(): text[marker.end() : end].strip(" \t\n,;$~\\").removesuffix(r"\qquad").strip()
        for marker, end in zip(best, ends, strict=bool(best))
    }


def _style(marker: re.Match[str]) -> tuple[str | None, str]:
    return marker["open"], marker["close"]


def shown_as(case: Case, text: str, compare: Compare) -> str | None:
    """The letter of the one option of the question that `text` spells out."""
    shown = options(case.question)
    same = [letter for letter, option in shown.items() if same_words(option, text)]
    if len(same) != 1:
        same = [letter for letter, option in shown.items() if option and compare(case, option, text).matched]
    return same[0] if len(same) == 1 else None


def compare_lone(gold: str, answer: str) -> Finding | None:
    """Two lone letters, which most choices are, as `compare_options` finds them; None for anything more."""
    wanted, given = LONE.fullmatch(gold), LONE.fullmatch(answer)
    if wanted is None or given is None:
        return None
    return verdict_of(wanted[1] == given[1])


def compare_options(case: Case, compare: Compare) -> Finding:
    gold = letters(case.gold)
    if not gold:
        return Finding(Reason.GOLD_UNPARSABLE)
    if _texts_differ(case, compare):
        return Finding(Reason.DIFFERENT_VALUE, "another text behind the letter")
    answer = letters(case.answer)
    if answer != gold and (answer is None or len(answer) > 1):
        answer = _spelled(case, compare) or answer
    if answer is None:
        return _no_letter(case)
    if answer == gold:
        return Finding(Reason.MATCHED_STRING)
    return Finding(Reason.CANDIDATES if len(answer) > len(gold) else Reason.DIFFERENT_VALUE)


def _texts_differ(case: Case, compare: Compare) -> bool:
    """Whether both sides name a letter with a text, and not the same text."""
    gold, answer = (_led(text) for text in (case.gold, case.answer))
    if not (gold and answer and gold["rest"] and answer["rest"]):
        return False
    return not _same(case, gold["rest"], answer["rest"], compare)


def _led(text: str) -> re.Match[str] | None:
    plain = _plain(text)
    return LEADING.match(plain) or SMALL_LEADING.match(plain)


def _same(case: Case, gold: str, answer: str, compare: Compare) -> bool:
    return same_words(gold, answer) or compare(case, gold, answer).matched


def _spelled(case: Case, compare: Compare) -> frozenset[str] | None:
    """The option whose text the answer is, alone or after its letter: "Both A and B" names one option."""
    lead = LEADING.match(_plain(case.answer))
    if lead and lead["rest"] and same_words(options(case.question).get(lead[1], ""), lead["rest"]):
        return frozenset(lead[1])
    wanted = _led(case.gold)
    if wanted and wanted["rest"] and _same(case, wanted["rest"], case.answer, compare):
        return frozenset(wanted[1].upper())
    letter = shown_as(case, case.answer, compare)
    return frozenset(letter) if letter else None


def _no_letter(case: Case) -> Finding:
    """Undecided only where the text may be that of an option that nobody shows us."""
    if same_words(case.gold, case.answer):
        return Finding(Reason.MATCHED_STRING)
    plain = _plain(case.answer)
    if LEADING.match(_plain(case.gold)) and len(_plain(case.gold)) > len("(A)."):
        return Finding(Reason.DIFFERENT_VALUE, "neither the letter nor its text")
    told = re.search(r"(?<!\\)\b[A-Za-z]{3}|\d.", plain) and not LETTER.search(plain) and not DENIAL.search(plain)
    return Finding(Reason.ANSWER_UNPARSABLE, "no option letter", undecided=bool(told) and not options(case.question))


def names_option(answer: str) -> bool:
    """Whether the answer calls itself an option, which tells its letter from a symbol."""
    return re.search(r"\b(?:option|choice)\b", answer, re.IGNORECASE) is not None


def picks_shown(case: Case, compare: Compare) -> Finding | None:
    """For a gold that is the text of an option: what an answer of one letter says. None where either does not hold."""
    picked = as_letters(case.answer)
    if picked is None or len(picked) != 1 or not options(case.question):
        return None
    wanted = shown_as(case, case.gold, compare)
    if wanted is None:
        return None
    return Finding(Reason.MATCHED_STRING if picked == {wanted} else Reason.DIFFERENT_VALUE)
