"""Times of day: `3:00 PM`, `15h30`, `1500 hours`, "half past three", "noon", "six in the evening"."""

import re
from dataclasses import dataclass

from verifier.dates.years import place

MERIDIEM = re.compile(r"(?:(?<=\d)|(?<![a-z]))([ap])\.?\s?m(?![a-z])\.?")
PART_OF_DAY = re.compile(r"(?:in the (?P<named>morning|afternoon|evening)|at night)\b")
ZONE = re.compile(r"\(?\b(?P<zone>[ecmp][sd]?t|utc|gmt|local time)\)?$")
NEXT_DAY = re.compile(r",?\s*(?:on )?\(?(?:the )?(?:next|following|same) (?:day|morning|evening)\)?$")
LEAD = re.compile(r"^(?:at|exactly|about|around)\s+")
FIGURES = re.compile(r"(\d{1,2})(?:\s?[:h.]\s?(\d{2})(?::(\d{2}))?)?(?:\s?h(?:rs?|ours)?)?")
MILITARY = re.compile(r"([01]\d|2[0-4])([0-5]\d)\s?h(?:rs?|ours?)?")
BESIDE_HOUR = re.compile(
    r"(?P<part>[a-z \-]{3,20}?|\d{1,2})(?: minutes?)? (?P<side>past|after|to|before|till) (?P<hour>[a-z]+|\d{1,2})"
)
NAMED = {"noon": 12, "midday": 12, "midnight": 0}
NAMED |= {f"{twelve} {name}": hour for twelve in ("12", "12:00", "twelve") for name, hour in list(NAMED.items())[:3]}
PARTS = {"a quarter": 15, "quarter": 15, "half": 30}
HOUR, HALF_DAY = 3600, 12 * 3600


@dataclass(frozen=True, slots=True)
class Clock:
    """`seconds` after midnight; `marked`: it is told which half of the day, by a marker or by hours beyond twelve."""

    seconds: int
    marked: bool = False
    zone: str = ""


def clock(text: str) -> Clock | None:
    """The time of day that `text`, in lower case, tells; None if it tells none. A mere number tells none."""
    text = NEXT_DAY.sub("", LEAD.sub("", text.strip(" .,"))).strip(" ,")
    zone = ZONE.search(text)
    name = zone["zone"] if zone else ""
    text = text[: zone.start()].strip(" ,") if zone else text
    if text in NAMED:
        return Clock(NAMED[text] * HOUR, marked=True, zone=name)
    text, afternoon = _half(text)
    hour_named = text.endswith("o'clock")
    text = text.removesuffix("o'clock").strip()
    seconds = _figures(text, told=afternoon is not None or hour_named)
    if seconds is None:
        seconds = _words(text, told=afternoon is not None or hour_named)
    if seconds is None or (afternoon is False and seconds >= 13 * HOUR):
        return None
    if afternoon is None or seconds >= 13 * HOUR:
        return Clock(seconds, marked=seconds >= 13 * HOUR or seconds < HOUR, zone=name)
    return Clock(seconds % HALF_DAY + HALF_DAY * afternoon, marked=True, zone=name)


def _half(text: str) -> tuple[str, bool | None]:
    """The text without what says which half of the day it is, and whether that is the second; None if nothing does."""
    if match := MERIDIEM.search(text):
        return (text[: match.start()] + text[match.end() :]).strip(" ,"), match[1] == "p"
    if match := PART_OF_DAY.search(text):
        return (text[: match.start()] + text[match.end() :]).strip(" ,"), match["named"] != "morning"
    return text, None


def _figures(text: str, *, told: bool) -> int | None:
    if match := MILITARY.fullmatch(text):
        return int(match[1]) % 24 * HOUR + int(match[2]) * 60
    match = FIGURES.fullmatch(text)
    if match is None or not (told or (match[2] and "." not in text)):
        return None
    hour, minute, second = (int(part or 0) for part in match.groups())
    if hour > 24 or minute > 59 or second > 59:
        return None
    return hour % 24 * HOUR + minute * 60 + second


def _words(text: str, *, told: bool) -> int | None:
    """`half past three`, `ten to five`, `six fifteen`."""
    if match := BESIDE_HOUR.fullmatch(text):
        part = PARTS.get(match["part"]) or place(match["part"])
        hour = NAMED.get(match["hour"], place(match["hour"]))
        if part is None or hour is None or not 0 < part < 60 or hour > 12:
            return None
        seconds = hour * HOUR + (part if match["side"] in ("past", "after") else -part) * 60
        return seconds % HALF_DAY + (HALF_DAY if hour == 12 and seconds % HALF_DAY < HOUR else 0)
    first, _, rest = text.partition(" ")
    hour = place(first) if first.isalpha() else None
    minute = place(rest.removeprefix("oh ")) if rest else 0
    if hour is None or minute is None or not 0 < hour <= 12 or minute > 59 or not (told or minute):
        return None
    return hour * HOUR + minute * 60


def same_time(gold: Clock, answer: Clock, *, question: str) -> bool:
    """A time without a marker is of the first half of the day, unless the question speaks only of the second."""
    if gold.zone and answer.zone and gold.zone != answer.zone:
        return False
    if gold.seconds == answer.seconds:
        return True
    afternoon = re.search(r"\bp\.?\s?m\b|\bafternoon\b|\bevening\b", question)
    morning = re.search(r"\ba\.?\s?m\b|\bmorning\b", question)
    if gold.marked == answer.marked or morning or not afternoon:
        return False
    return abs(gold.seconds - answer.seconds) == HALF_DAY


def colon_seconds(text: str) -> tuple[int, ...]:
    """How many seconds `1:30` or `1:30:05` may be as a duration: hours and minutes, or minutes and seconds."""
    match = re.fullmatch(r"(\d{1,3})[:h]([0-5]\d)(?::([0-5]\d))?", text.strip())
    if match is None:
        return ()
    first, second = int(match[1]), int(match[2])
    if match[3]:
        return (first * HOUR + second * 60 + int(match[3]),)
    return first * HOUR + second * 60, first * 60 + second
