"""Calendar dates, clock times, weekdays and months: compared by what they name, durations as quantities."""

import re
from datetime import date

from verifier.finding import Case, Finding, verdict_of
from verifier.latex import plain_text
from verifier.quantities import compare_quantities
from verifier.types import Reason

_MONTHS = "january february march april may june july august september october november december"
MONTHS = {name: index for index, name in enumerate(_MONTHS.split(), start=1)}
MONTHS |= {name[:3]: index for name, index in list(MONTHS.items())} | {"sept": 9}
ANY_YEAR = 4  # a leap year, so that 29 February is a day
WEEKDAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})
CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?\s*(a\.?m\.?|p\.?m\.?)?", re.IGNORECASE)


def day(text: str) -> date | None:
    """A calendar date in ISO form or with the month in words."""
    text = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", plain_text(text).replace(",", " ")).strip().lower()
    numbers = re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", text)
    if numbers:
        return _date(*(int(part) for part in numbers.groups()))
    parts = text.replace(".", " ").replace(" of ", " ").split()
    months = [MONTHS[part] for part in parts if part in MONTHS]
    digits = [int(part) for part in parts if part.isdecimal()]
    if len(parts) == 2 and len(months) == len(digits) == 1 and digits[0] <= 31:
        return _date(ANY_YEAR, months[0], digits[0])
    if len(parts) != 3 or len(months) != 1 or len(digits) != 2:
        return None
    number, year = digits if digits[1] > 31 else digits[::-1]
    return _date(year, months[0], number)


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except (ValueError, OverflowError):
        return None


def minutes(text: str) -> float | None:
    """A clock time in minutes after midnight."""
    text = plain_text(text).strip().lower()
    if text in ("noon", "midnight"):
        return 720.0 if text == "noon" else 0.0
    match = CLOCK.fullmatch(text)
    if match is None or not (match[2] or match[4]):
        return None
    hour = int(match[1]) % 12 + 12 * match[4].startswith("p") if match[4] else int(match[1])
    return hour * 60 + int(match[2] or 0) + int(match[3] or 0) / 60


def is_datetime(text: str) -> bool:
    plain = plain_text(text).strip()
    if plain.lower() in WEEKDAYS or plain.lower() in MONTHS or day(text):
        return True
    return bool(re.fullmatch(r"\d{1,2}:\d{2}(?::\d{2})?(?:\s*[apAP]\.?[mM]\.?)?|\d{1,2}\s*[apAP]\.?[mM]\.?", plain))


def compare_datetimes(case: Case) -> Finding:
    for reader in (day, minutes, _named):
        gold = reader(case.gold)
        if gold is not None:
            answer = reader(case.answer)
            return Finding(Reason.ANSWER_UNPARSABLE) if answer is None else verdict_of(gold == answer)
    return compare_quantities(case)


def _named(text: str) -> str | int | None:
    word = plain_text(text).strip(" .").lower()
    if word in MONTHS:
        return MONTHS[word]
    full = [name for name in WEEKDAYS if name == word or (len(word) >= 3 and name.startswith(word))]
    return full[0] if len(full) == 1 else None
