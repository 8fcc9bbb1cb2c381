"""Which text of a response is the answer: the last box, else a tag, else a phrase, else the last value."""

import itertools
import re

from verifier.asides import without_aside
from verifier.last_line import DISPLAY, MARKUP, MATHS, TITLES, inner, last_value
from verifier.latex import INVISIBLE, braced
from verifier.structures.arrays import GRID as MATRIX
from verifier.types import AnswerType, Policy
from verifier.words.options import letters

# A tab stop eaten by a careless string literal leaves `\boxed` as a backspace and "oxed".
BOX = re.compile(r"(?:\\(?:boxed|fbox|framebox)(?![a-zA-Z])|\x08oxed(?=\s*\{))\s*")
BARE_BOX = re.compile(r"[-+−]?\d+(?:[.,/]\d+)*(?![\w{])|[A-Za-z](?![A-Za-z])")
JOINT = re.compile(r"(?:[\s$,;&]|\\[()\[\],;: ]|\\q?quad|\b(?:and|or)\b|\\text\s*\{\s*(?:,\s*)?(?:and|or)\s*\})*")
JOINS = re.compile(r"[,;&]|\b(?:and|or)\b")
# The same that takes reasoning and answer apart when a response is recorded (`teachers/think.py`).
THINKING = re.compile(r"^[ \t]*<think>", re.MULTILINE)
COMMAND_SPACE = re.compile(r"\\[,;]")
ANSWER_TAG = re.compile(r"<answer>(.*?)</answer>", re.IGNORECASE | re.DOTALL)
_TO = r"(?:\s+(?:to|for)\s+(?:the|this|your)\s+(?:\w+\s+)?(?:question|problem|exercise))?"
_IS = r"(?:(?:is|are|was|would be|should be|must be|will be|equals)\b|:|=|->|→)"
PHRASE = re.compile(
    rf"(?:(?:^[#*_ ]{{0,8}}(?:answer|result)[*_ ]{{0,4}}$|\bfinal\s+(?:answer|result){_TO}"
    rf"|\b(?:(?:correct|right|best|closest)\s+(?:answer|option|choice)|answers?){_TO}(?=[*_]{{0,3}}\s{{0,3}}{_IS})"
    # Behind words a dash parts them from the answer; behind `####` it is a minus.
    rf"|\bans\b\.?(?=\s*[:=]))[\s*_]*(?:{_IS}|[-–—](?=\s))?|####[\s*_]*{_IS}?)"
    r"[\s*_]*:?[\s*_]*(?:(?:therefore|thus|hence|simply|clearly|just)\b[\s:]*)?",
    re.IGNORECASE | re.MULTILINE,
)
SENTENCE_END = re.compile(r"(?<!\d)\.(?=\s|$)|(?<=\d)\.(?=\s+[A-Z]|$)|\.\s+I hope")
# A full stop after these ends no sentence where more follows.
_ABBREVIATIONS = (
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun sq cu ft yd mi lb lbs oz hr hrs "
    "min sec approx ca a.m p.m b.c b.c.e a.d c.e u.s no vs"
)
ABBREVIATIONS = frozenset(_ABBREVIATIONS.split())
CHOICE = re.compile(r"\b(?:either|or)\b")
OPTION_LINE = re.compile(r"[A-J][.)]\s+\S")
CLAUSE = re.compile(
    r"[,;]?\s+(?:because|since|as\s+(?:we|the|it|shown|computed|calculated|required|expected)|which|where)\b|"
    r",\s+(?:not|so)\b"
)
ENDS = re.compile(r"[\s*_]*(?:$|\.(?:\s|$)|[,;]\s+(?!and\b|or\b)[a-z])")
CLOSING_REMARK = re.compile(r"I hope (?:it|this)\b")
CONTENT = re.compile(r"\w|\\[a-zA-Z]|[∅∞]")
MARKDOWN_COMMENT = re.compile(r"^[ ]{0,3}\[(?://|comment|#)[^\]\n]{0,20}\]:.*$", re.MULTILINE)
BULLET = re.compile(r"^\s*[-•]\s+")
MAX_SCAN = 20_000
MAX_ANSWER = 2_000


def answer_text(response: str, policy: Policy) -> str | None:
    """What may hold the answer: the text after the last `</think>`, by `policy.reasoning`.

    Where it begins to think again there is none; an opening tag inside a line is talk about tags.
    """
    if policy.reasoning == "plain":
        return response
    _, tag, after = response.rpartition("</think>")
    if tag:
        return None if THINKING.search(after) else after
    if policy.reasoning == "tagged" or THINKING.search(response):
        return None
    return response


def extract(response: str, answer_type: AnswerType, policy: Policy) -> str | None:
    """The answer as it stands in the response; None where there is none."""
    text = INVISIBLE.sub("", visible(answer_text(response, policy) or "")).rstrip()[-MAX_SCAN:]
    if not text.strip():
        return None
    if BOX.search(text):
        return boxed(text, joint=" or " if answer_type is AnswerType.BOOLEAN else ", ")
    text = MATRIX.sub(_in_one_line, text)
    found = _tagged(text) or _after_phrase(text, answer_type)
    vague = answer_type is AnswerType.MCQ and found is not None and not (letters(found) or CHOICE.search(found))
    if (found is None or vague) and policy.extraction == "lenient":
        found = last_value(text, answer_type) or found
    return found


def _in_one_line(matrix: re.Match[str]) -> str:
    return matrix[0].replace("\n", " ")


def visible(text: str) -> str:
    """`text` without its HTML and Markdown comments; one that is not closed reaches to the end."""
    first, *rest = text.split("<!--")
    text = first + "".join(part.partition("-->")[2] for part in rest)
    return MARKDOWN_COMMENT.sub("", text) if "]:" in text else text


def boxed(text: str, *, joint: str = ", ") -> str | None:
    """What the last box holds, with the boxes joined to it by commas, "and" or "or"; None if empty or unterminated.

    joint -- what is put between them: for a single truth value several boxes are alternatives
    """
    boxes = list(BOX.finditer(text))
    last = _content(text, boxes[-1].end()) if boxes else None
    if last is None or not last[0].strip():
        return None
    start, contents = boxes[-1].start(), [last[0] + _percent(text, last[1])]
    for box in reversed(boxes[:-1]):
        group = _content(text, box.end())
        if group is None or group[1] > start or not _joined(text[group[1] : start]):
            break
        contents.append(group[0] + _percent(text, group[1]))
        start = box.start()
    return joint.join(content.strip() for content in reversed(contents) if content.strip())


def _content(text: str, start: int) -> tuple[str, int] | None:
    r"""What the box holds whose command ends at `start`, and where it ends; `\boxed 5` goes without braces."""
    if text.startswith("{", start):
        return braced(text, start)
    bare = BARE_BOX.match(text, start)
    return (bare[0], bare.end()) if bare else None


def _percent(text: str, end: int) -> str:
    r"""A percent sign right behind the box is a factor, so `\boxed{25}\%` is not 25."""
    return r"\%" if text.startswith((r"\%", "%", r"\,\%"), end) else ""


def _joined(gap: str) -> bool:
    return JOINT.fullmatch(gap) is not None and JOINS.search(COMMAND_SPACE.sub(" ", gap)) is not None


def _tagged(text: str) -> str | None:
    contents = [inner(content.strip()) for content in ANSWER_TAG.findall(text) if CONTENT.search(content)]
    return contents[-1][:MAX_ANSWER] if contents else None


def _after_phrase(text: str, answer_type: AnswerType) -> str | None:
    """What follows the last phrase that is followed by anything."""
    end = len(text)
    for match in reversed(list(PHRASE.finditer(text))):
        answer = _stated(text[match.end() : end], answer_type)
        if answer:
            return answer[:MAX_ANSWER]
        end = match.start()
    return None


def _stated(rest: str, answer_type: AnswerType) -> str | None:
    """The value that a phrase announces: not its reasons, which only a truth value can be taken back in."""
    if display := DISPLAY.match(rest.lstrip(MARKUP + "\n")):
        return inner(display[0])
    first, *others = rest.splitlines() or [""]
    lines = [line.strip(MARKUP) for line in (first, *(BULLET.sub("", line) for line in others))]
    line = next((line for line in lines if CONTENT.search(line)), "")
    if CLOSING_REMARK.match(line):
        return None
    if answer_type is AnswerType.MCQ and OPTION_LINE.match(line):
        return _options(lines[lines.index(line) :])
    if answer_type is AnswerType.BOOLEAN:
        return line
    if clause := CLAUSE.search(line):
        line = line[: clause.start()]
    maths = MATHS.match(line)
    if maths and ENDS.match(line, maths.end()):
        return inner(maths[0])
    line = MATHS.sub(lambda match: inner(match[0]), line)
    return without_aside(_first_sentence(line)).strip(MARKUP) or None


def _options(lines: list[str]) -> str:
    """The first line with those of further options right below it."""
    return "; ".join(itertools.takewhile(OPTION_LINE.match, lines))


def _abbreviated(word: str) -> bool:
    """Whether a full stop after the word may belong to it; one after an option letter does: "B. Osmosis"."""
    return word in TITLES or word.lower() in ABBREVIATIONS or re.fullmatch(r"\W*[A-J]", word) is not None


def _first_sentence(line: str) -> str:
    for end in SENTENCE_END.finditer(line):
        words = line[: end.start()].split()
        if not words or not _abbreviated(words[-1]) or not line[end.end() :].strip(MARKUP):
            return line[: end.start()]
    return line
