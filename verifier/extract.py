"""Which text of a response is the answer: the last box, else a phrase, else the last value of the last line."""

import re

from verifier.endings import ending
from verifier.latex import braced
from verifier.types import AnswerType, Policy

BOX = re.compile(r"\\(?:boxed|fbox)(?![a-zA-Z])\s*")
JOINT = re.compile(r"(?:[\s$,;&]|\\[()\[\],;: ]|\\q?quad|\band\b|\\text\s*\{\s*(?:,\s*)?and\s*\})*")
PHRASE = re.compile(
    r"(?:\bfinal\s+(?:answer|result)\b|\banswer\b(?=\s*(?:is\b|:|=|\*\*\s*:|:\s*\*\*))|####)"
    r"(?:\s+to\s+(?:the|this)\s+(?:question|problem))?[\s*_]*(?:is|are|=|:)?[\s*_]*:?[\s*_]*",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"(?<!\d)\.(?=\s|$)|(?<=\d)\.(?=\s+[A-Z]|$)|\.\s+I hope")
# A full stop after these ends no sentence where more follows.
_ABBREVIATIONS = (
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun sq cu ft yd mi lb lbs oz hr hrs "
    "min sec approx ca a.m p.m b.c b.c.e a.d c.e u.s no vs"
)
ABBREVIATIONS = frozenset(_ABBREVIATIONS.split())
MATHS = re.compile(r"\$\$(.+?)\$\$|\$([^$]+)\$|\\\((.+?)\\\)|\\\[(.+?)\\\]")
NUMBER = r"[-−+]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+|(?=\.\d))(?:\.\d+)?(?:[eE][-+]?\d+)?"
VALUE = re.compile(
    rf"[$€£]?\s?{NUMBER}(?:\s?(?:/|×|x|\*)\s?{NUMBER}(?:\^\{{?-?\d+\}}?)?)?"
    r"(?:\s?%|\s?°?(?:[a-zA-ZµΩ]{1,4}(?:[/·^]-?[a-zA-Z0-9]{1,3})*)(?=\s*$))?"
)
MARKDOWN_COMMENT = re.compile(r"^[ ]{0,3}\[(?://|comment|#)[^\]\n]{0,20}\]:.*$", re.MULTILINE)
OPTION = re.compile(r"(?:option|choice|answer)\s*\(?([A-J])\b|\(([A-J])\)|\b([A-J])(?=[.)]?\s*$)")
TRUTH = re.compile(r"\b(yes|no|true|false)\b", re.IGNORECASE)
MARKUP = "*_`# "
MAX_SCAN = 20_000
MAX_ANSWER = 2_000
SHORT_LINE = 60
MAX_LINE = 2_000


def answer_text(response: str, policy: Policy) -> str | None:
    """What may hold the answer: the text after the last `</think>`, by `policy.reasoning`."""
    if policy.reasoning == "plain":
        return response
    _, tag, after = response.rpartition("</think>")
    if tag:
        return None if "<think>" in after else after
    if policy.reasoning == "tagged" or "<think>" in response:
        return None
    return response


def extract(response: str, answer_type: AnswerType, policy: Policy) -> str | None:
    """The answer as it stands in the response; None where there is none."""
    text = _visible(answer_text(response, policy) or "").rstrip()[-MAX_SCAN:]
    if not text.strip():
        return None
    if BOX.search(text):
        return boxed(text)
    found = _after_phrase(text)
    if found is None and policy.extraction == "lenient":
        found = _last_value(text, answer_type)
    return found


def _visible(text: str) -> str:
    """`text` without its HTML and Markdown comments; one that is not closed reaches to the end."""
    first, *rest = text.split("<!--")
    text = first + "".join(part.partition("-->")[2] for part in rest)
    return MARKDOWN_COMMENT.sub("", text) if "]:" in text else text


def boxed(text: str) -> str | None:
    """The content of the last box, with the boxes joined to it by commas or "and"; None if empty or unterminated."""
    boxes = list(BOX.finditer(text))
    last = braced(text, boxes[-1].end()) if boxes else None
    if last is None:
        return None
    start, contents = boxes[-1].start(), [last[0]]
    for box in reversed(boxes[:-1]):
        group = braced(text, box.end())
        if group is None or group[1] > start or not JOINT.fullmatch(text[group[1] : start]) or group[1] == start:
            break
        contents.append(group[0])
        start = box.start()
    if not contents[0].strip():
        return None
    return ", ".join(content.strip() for content in reversed(contents) if content.strip())


def _after_phrase(text: str) -> str | None:
    matches = list(PHRASE.finditer(text))
    if not matches:
        return None
    rest = text[matches[-1].end() :].lstrip()
    line = rest.splitlines()[0] if rest else ""
    maths = MATHS.match(line) or MATHS.match(rest)
    if maths and len(line[maths.end() :].strip(MARKUP + ".")) == 0:
        line = next(group for group in maths.groups() if group)
    else:
        line = _first_sentence(line)
    answer = line.strip(MARKUP)
    return answer[:MAX_ANSWER] or None


def _first_sentence(line: str) -> str:
    for end in SENTENCE_END.finditer(line):
        words = line[: end.start()].split()
        if not words or words[-1].lower() not in ABBREVIATIONS or not line[end.end() :].strip(MARKUP):
            return line[: end.start()]
    return line


def _last_value(text: str, answer_type: AnswerType) -> str | None:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    line = lines[-1][-MAX_LINE:].strip(MARKUP)
    if answer_type in (AnswerType.MCQ, AnswerType.BOOLEAN):
        pattern = OPTION if answer_type is AnswerType.MCQ else TRUTH
        found = list(pattern.finditer(line))
        if len(found) == len(line.split()) > 1:
            return line  # "yes no": every value that there is, and no single answer
        return next(group for group in found[-1].groups() if group) if found else None
    if len(line) <= SHORT_LINE and " " not in line.rstrip("."):
        return line or None
    maths = list(MATHS.finditer(line))
    if maths:
        return next(group for group in maths[-1].groups() if group)
    if answer_type in (AnswerType.DATETIME, AnswerType.UNITS) and (found_value := ending(line, answer_type)):
        return found_value
    if answer_type in (AnswerType.WORD, AnswerType.CHEMISTRY, AnswerType.CODE, AnswerType.DATETIME):
        return line if len(line) <= SHORT_LINE else None
    values = [match[0].strip() for match in VALUE.finditer(line)]
    return values[-1] if values else None
