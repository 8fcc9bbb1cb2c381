"""Points in time: dates, weekdays, months, years with an era, times of day, each compared by what it names."""

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from verifier.dates.clock import MILITARY, Clock, clock, colon_seconds, same_time
from verifier.dates.years import place, years
from verifier.finding import Case, Finding, verdict_of
from verifier.latex import normalise, plain_text
from verifier.numbers.number_words import spelled
from verifier.numbers.quantities import compare_quantities, numeric_type
from verifier.types import Reason

_MONTHS = "january february march april may june july august september october november december"
MONTHS = {name: index for index, name in enumerate(_MONTHS.split(), start=1)}
MONTHS |= {name[:3]: index for name, index in list(MONTHS.items())} | {"sept": 9}
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday"
WEEKDAYS = {name: index for index, name in enumerate(_WEEKDAYS.split())}
WEEKDAYS |= {name[:length]: index for name, index in list(WEEKDAYS.items()) for length in (3, 4, 5)}
OTHER_WORDS = frozenset({"sun", "sat", "mon", "wed"})
RATIO = re.compile(r"\b(?:ratio|odds|proportion|scale)\b", re.IGNORECASE)
MAX_TEXT = 120
# By far the most golds are numbers, which tell no time.
TELLING = re.compile(r"[a-zA-Z]{2}|[a-zA-Z]\.|\d\s?[-:/.h]\s?\d|\d'?s")
LEAD = re.compile(
    r"^(?:(?:it|this|that|the (?:date|day|time|month|year))\s+)?(?:is|was|will be|falls on)\s+(?:(?:an?|on)\s+)?"
    r"|^on\s+(?:an?\s+)?|^an?\s+(?=\w+day$)"
)
# Without a day only with a hyphen: `1234.5` is a decimal and `2000/4` a fraction.
ISO = re.compile(r"(\d{4})(?:-|[/.](?=\d{1,2}[/.]))(\d{1,2})(?:[-/.](\d{1,2}))?")
FIGURES = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
# With its nought: `3/2020` is a fraction.
MONTH_OF_YEAR = re.compile(r"(0[1-9])/(\d{4})")
IDLE = re.compile(r"[,.()]|(?<=\w)-(?=[a-z])|(?<=[a-z])-(?=\d)|\b(?:of|the|on|in|year|day|a\.?d|ce)\b")
TENS = re.compile(r"\b(?:twenty|thirty)[ -][a-z]+")
BETWEEN = (r"\s*,\s*", r"\s+at\s+", r"\s+on\s+", r"\s+")


@dataclass(frozen=True, slots=True)
class Moment:
    """What a text tells of a point in time; None for what it leaves open. `years` are the first and the last."""

    years: tuple[int, int] | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    clock: Clock | None = None


@lru_cache(maxsize=8192)
def moment(text: str) -> Moment | None:
    """None where the text tells no point in time. A mere number is not a year here."""
    if len(text) > MAX_TEXT or not TELLING.search(text):
        return None
    plain = _spelled(text)
    if (time := clock(plain)) is not None:
        return Moment(clock=time)
    if (found := years(plain)) is not None:
        return Moment(years=found)
    return _calendar(plain) or _timed(plain)


def _spelled(text: str) -> str:
    text = plain_text(normalise(text)).replace("{:}", ":").replace("\\", "").replace("$", "").lower()
    text = re.sub(r"(\d)\s*\^\s*\{?\s*(st|nd|rd|th)\s*\}?", r"\1\2", text)
    return LEAD.sub("", re.sub(r"\s+", " ", text).strip(" .,;"))


def _calendar(text: str) -> Moment | None:
    """A date in ISO form, in figures (`7/4/1776` the American way, `4.7.1776` not) or with its month in words."""
    if match := ISO.fullmatch(text):
        return _moment(int(match[1]), int(match[2]), int(match[3]) if match[3] else None, None)
    if match := FIGURES.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        month_first = second > 12 or (match[2] == "/" and first <= 12)
        return _moment(year, first, second, None) if month_first else _moment(year, second, first, None)
    if match := MONTH_OF_YEAR.fullmatch(text):
        return _moment(int(match[2]), int(match[1]), None, None)
    return _in_words(text)


def _in_words(text: str) -> Moment | None:
    found: dict[str, int] = {}
    words = IDLE.sub(" ", TENS.sub(lambda match: str(place(match[0]) or match[0]), text)).split()
    if len(words) > 6:
        return None
    for word in words:
        kind, number = _part(word)
        if number is None or kind in found:
            return None
        found[kind] = number
    if not ("month" in found or found.keys() == {"weekday"}):
        return None
    return _moment(found.get("year"), found.get("month"), found.get("day"), found.get("weekday"))


def _part(word: str) -> tuple[str, int | None]:
    """Which part of a date a word tells."""
    if word in MONTHS:
        return "month", MONTHS[word]
    weekday = WEEKDAYS.get(word)
    if weekday is not None:
        return "weekday", weekday
    number = place(word)
    return ("year" if number is not None and number > 31 else "day"), number


def _moment(year: int | None, month: int | None, day: int | None, weekday: int | None) -> Moment | None:
    """None where there is no such day."""
    try:
        found = date(year or 2000, month or 1, day or 1)
    except (ValueError, OverflowError):
        return None
    if weekday is not None and year and day and found.weekday() != weekday:
        return None
    return Moment((year, year) if year else None, month, day, weekday)


def _timed(text: str) -> Moment | None:
    """A day with a time: `Tuesday at 3:00 PM`, `3 pm on July 4`."""
    for separator in BETWEEN:
        for match in re.finditer(separator, text):
            left, right = text[: match.start()], text[match.end() :]
            for one, other in ((left, right), (right, left)):
                day, time = _calendar(one), clock(other)
                if day and time:
                    return replace(day, clock=time)
    return None


def is_datetime(text: str, question: str | None = None) -> bool:
    """Whether a gold is a point in time: not `sun`, not `1000 hours`, nor `3:10` where a ratio was asked for.

    Nor is a number in words: `one third` is not three minutes past one.
    """
    found = moment(text)
    if found is None:
        return False
    plain = _spelled(text)
    ratio = found.clock and ":" in plain and question and RATIO.search(question)
    if re.fullmatch(r"\d+ to \d+", plain):  # a range, unless words tell the hour
        return False
    duration = MILITARY.fullmatch(plain) and not plain.startswith("0")
    return not (ratio or plain in OTHER_WORDS or duration or spelled(plain))


def compare_datetimes(case: Case) -> Finding:
    gold, answer = moment(case.gold), moment(case.answer)
    if gold is None:
        return compare_quantities(case)
    question = (case.question or "").lower()
    if answer is not None:
        return verdict_of(_same(gold, answer, question))
    if (finding := _without_era(gold, case.answer, question)) is not None:
        return finding
    if gold.years and numeric_type(case.gold) is not None:
        return compare_quantities(case)
    return _as_duration(case) or Finding(Reason.ANSWER_UNPARSABLE)


def _same(gold: Moment, answer: Moment, question: str) -> bool:
    """All that the gold tells. The answer may add a weekday or a time, and either may leave out the question's year."""
    if gold.years != answer.years:
        told = gold.years or answer.years
        if (gold.years and answer.years) or told is None or str(told[0]) not in question:
            return False
    if gold.clock and not (answer.clock and same_time(gold.clock, answer.clock, question=question)):
        return False
    if gold.weekday is not None and answer.weekday != gold.weekday and not (answer.weekday is None and gold.day):
        return False
    added = answer.month, answer.day
    alone = gold.month is None and gold.day is None and (gold.weekday is not None or gold.clock is not None)
    return alone or (gold.month, gold.day) == added


def _without_era(gold: Moment, answer: str, question: str) -> Finding | None:
    """A bare year for `79 AD`; for one before Christ only where the question says so."""
    plain = _spelled(answer).replace(",", "")
    if gold.years is None or gold.month or not plain.isdecimal() or len(plain) > 5:
        return None
    year = 1 - int(plain) if re.search(r"\bb\.?c", question) else int(plain)
    return verdict_of(gold.years == (year, year))


def _as_duration(case: Case) -> Finding | None:
    """`1:30` beside `1 hour 30 minutes`."""
    readings = colon_seconds(_spelled(case.gold))
    for seconds in readings:
        finding = compare_quantities(replace(case, gold=f"{seconds} s"))
        if finding.matched:
            return finding
    return None
