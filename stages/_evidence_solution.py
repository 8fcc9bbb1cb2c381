"""The value that a worked solution ends in."""

import re
from dataclasses import dataclass

from stages._evidence_cues import shown
from stages._evidence_texts import EQUALS, clean, is_value, only_value
from stages.records import Evidence
from verifier.latex import normalise, split_top
from verifier.numbers.quantities import unit_of

INTERMEDIATE = re.compile(r"\b(?:or|and)\b|;|,\s")
WORDY = re.compile(r"[A-Za-z]{2,}\s+[A-Za-z]{2,}\s+[A-Za-z]{3,}")
STATED = re.compile(
    r"(?:\bis|\bare|\bwas|\bwere|\bequals|\bbe|\bget|\bobtain|\bhave|\bgives|\bto|\bby|\bof|≈|=|:)\s+"
    r"(?:therefore |thus |then |only |just |exactly |about |approximately |roughly |simply )?([^:=]{1,80})$"
)
# A sentence that gives the answer to a word problem back in words.
CLOSING = re.compile(
    r"(?:so,? |thus,? |therefore,? |hence,? )?(?:the|she|he|they|it|there|each|we)\s[^.:;=]*\.?$", re.IGNORECASE
)
SENTENCE_END = re.compile(r"[.!?]\s+(?=\S)")
MAX_SENTENCE = 400
EQUALITY = re.compile(EQUALS)
MAX_LINE = 2_000


@dataclass(frozen=True, slots=True)
class End:
    answer: str
    how: str
    signals: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def end_of_solution(text: str, lines: list[str]) -> End | Evidence:
    """The end of the last line, if that is a value; else why it is none."""
    last = lines[-1] if lines else ""
    if len(last) > MAX_LINE:
        return _none(last)
    if len(lines) > 1 and all(map(is_value, lines)):
        return shown("several_answers", f"{len(lines)} values: {', '.join(lines)[:60]}")
    parts = split_top(last, EQUALS)
    if len(parts) > 1 and (end := _end_of_chain(lines, parts)):
        return end
    return _end_of_sentence(last, lines) or _none(" ".join(lines))


def _none(text: str) -> Evidence:
    return shown("no_short_answer", text)


def _end_of_chain(lines: list[str], parts: list[str]) -> End | Evidence | None:
    r"""The line closes with `= value`. What other lines end in are steps, or answers to what is asked besides."""
    value = clean(parts[-1])
    if not is_value(value):
        return None
    if sum(is_value(part) and unit_of(part) is not None for part in parts) > 1 and is_value(parts[0]):
        return shown("several_answers", f"one value in several units: {' = '.join(parts)}")
    if len(lines) == 1 and len(parts) > 2 and INTERMEDIATE.search(parts[0]):
        return shown("several_answers", f"several equations in one line: {lines[0][:80]}")
    if len(lines) == 1 and len(parts) == 2:
        return None if WORDY.search(parts[0]) and INTERMEDIATE.search(parts[0]) else End(value, "named")
    left = _left(lines[-1])
    equations = (line for line in lines[:-1] if len(line) < MAX_LINE and EQUALITY.search(line))
    other = next((line for line in equations if _left(line) not in ("", left) and _ends_in_value(line)), None)
    steps = (shown("other_values", other),) if other else ()
    return End(value, "chain", ("last_of_chain",), steps)


def _end_of_sentence(last: str, lines: list[str]) -> End | None:
    """The last sentence says `... is value`, the last row of a table ends in one, or one stands in it alone."""
    sentence = SENTENCE_END.split(last)[-1][-MAX_SENTENCE:].strip()
    stated = STATED.search(sentence)
    if stated and is_value(value := clean(stated[1])):
        return End(value, "sentence", ("last_sentence",))
    if len(lines) > 1 and (cell := re.search(r"(?:^|[a-z.]\}?\s)(\S{1,60})$", last)) and is_value(clean(cell[1])):
        return End(clean(cell[1]), "chain", ("last_row",))
    if (len(lines) == 1 or CLOSING.match(last)) and (alone := only_value(sentence)):
        return End(alone, "sentence", ("last_sentence",))
    return None


def _left(line: str) -> str:
    parts = split_top(line, EQUALS)
    return re.sub(r"\s", "", parts[0].rsplit(" ", 1)[-1]) if len(parts) > 1 else ""


def _ends_in_value(line: str) -> bool:
    return is_value(split_top(normalise(line), EQUALS)[-1])
