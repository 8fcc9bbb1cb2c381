"""Numbers in words: "twenty-five", "one hundred and five", "two thirds", "2 and a half", "minus three point one"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

_TO_NINETEEN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ONES = {word: value for value, word in enumerate(_TO_NINETEEN.split())}
TENS = {word: 10 * value for value, word in enumerate(_TENS.split(), start=2)} | {"fourty": 40}
POWERS = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "lakh": 10**5, "crore": 10**7}
POWERS |= {"dozen": 12}
ORDINALS = {word: value for value, word in enumerate(_ORDINALS.split())}
ORDINALS |= {word[:-1] + "ieth": value for word, value in TENS.items()} | {"hundredth": 100}
ORDINALS |= {word + "th": value for word, value in POWERS.items() if word != "dozen"}
MULTIPLIERS = frozenset({"hundred", *POWERS})
PARTS = {"half": 2, "quarter": 4} | {word: value for word, value in ORDINALS.items() if value > 2}
PLURAL_PARTS = {"halves": 2} | {word + "s": value for word, value in PARTS.items() if word != "half"}
SIGNS = {"minus": -1, "negative": -1, "plus": 1, "positive": 1}
ARTICLES = frozenset({"a", "an"})
VOCABULARY = (
    ONES.keys() | TENS.keys() | POWERS.keys() | ORDINALS.keys() | PARTS.keys() | PLURAL_PARTS.keys() | SIGNS.keys()
    | {"a", "an", "of", "and", "hundred", "point", "over", "hundreds"}
)  # fmt: skip
TOKEN = re.compile(r"[ \-]*([a-z]+|\d+)(?![\w.,/^{\\])")
DIGIT_ORDINAL = re.compile(r"(\d+)\s*(?:\^\s*\{?\s*)?(st|nd|rd|th)\s*\}?")
MAX_WORDS = 40


@dataclass(frozen=True, slots=True)
class Spelled:
    """`decimals`: how many digits stood after "point", None where there was none. `end`: where the words end."""

    value: Fraction
    decimals: int | None = None
    end: int = 0


@lru_cache(maxsize=4096)
def spelled(text: str) -> Spelled | None:
    """The number if the whole text spells one."""
    found = leading(text)
    return found if found is not None and found.end == len(text.rstrip(" .")) else None


@lru_cache(maxsize=4096)
def leading(text: str) -> Spelled | None:
    """The longest number in words at the start of `text`; mere digits are none."""
    lowered = text.lower()
    words: list[str] = []
    ends: list[int] = []
    index = 0
    while len(words) < MAX_WORDS and (match := TOKEN.match(lowered, index)):
        if not (match[1] in VOCABULARY or (match[1].isascii() and match[1].isdecimal())):
            break
        words.append(match[1])
        ends.append(index := match.end())
    for count in range(len(words), 0, -1):
        if all(word.isdecimal() for word in words[:count]) or lowered[ends[count - 1] :].startswith("-"):
            continue
        found = _signed(words[:count])
        if found is not None:
            return Spelled(found.value, found.decimals, ends[count - 1])
    return None


def ordinal(text: str) -> int | None:
    """`3rd`, `21^{st}` as its number; the ending must be the right one."""
    match = DIGIT_ORDINAL.fullmatch(text)
    if match is None or len(match[1]) > 9:
        return None
    value = int(match[1])
    teen = value % 100 in (11, 12, 13)
    ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return value if match[2] == ending else None


def _signed(words: Sequence[str]) -> Spelled | None:
    sign = SIGNS.get(words[0])
    found = _unsigned(words[1:] if sign else words) if len(words) > bool(sign) else None
    return Spelled((sign or 1) * found.value, found.decimals) if found else None


def _unsigned(words: Sequence[str]) -> Spelled | None:
    for reader in (_cardinal, _half_of, _with_part, _over):
        value = reader(words)
        if value is not None:
            return Spelled(Fraction(value))
    return _with_point(words)


def _cardinal(words: Sequence[str]) -> int | None:
    """A whole number; a single numeral in digits may stand for its first words (`5 hundred`)."""
    if words and words[0] in ARTICLES:
        words = words[1:] if len(words) > 1 and words[1] in MULTIPLIERS else []
    if words and words[0] in MULTIPLIERS:
        words = ["one", *words]
    total, group, last_power = 0, 0, 10**18
    previous = ""
    for place, word in enumerate(words):
        if word == "and":
            if previous != "hundred" and previous not in POWERS:
                return None
        elif word in POWERS and group > 0 and POWERS[word] < last_power:
            last_power = POWERS[word]
            total, group = total + group * last_power, 0
        elif word == "hundred" and 0 < group < 100 and previous != "hundred":
            group *= 100
        elif (value := _below_hundred(word, place)) is not None and _fits(group, value, previous):
            group += value
        else:
            return None
        previous = word
    return total + group if words and previous != "and" else None


def _below_hundred(word: str, place: int) -> int | None:
    if word.isdecimal():
        return int(word) if place == 0 else None
    return ONES.get(word, TENS.get(word))


def _fits(group: int, value: int, previous: str) -> bool:
    if previous.isdecimal():
        return False
    if previous in TENS:
        return 0 < value < 10
    return group % 100 == 0 and previous not in ONES


def _with_part(words: Sequence[str]) -> Fraction | int | None:
    """`two thirds`, `a half`, `three and a quarter`; without a numerator an ordinal, except `half` and `quarter`."""
    part = PARTS.get(words[-1]) or PLURAL_PARTS.get(words[-1])
    head = list(words[:-1])
    if not head:
        return _alone(words[0])
    if part and "and" in head:
        place = len(head) - 1 - head[::-1].index("and")
        whole, top = _cardinal(head[:place]), _top(head[place + 1 :])
        if whole is not None and top is not None and top < part:
            return whole + Fraction(top, part)
    top = _top(head)
    if words[-1] in ORDINALS and top != 1:
        combined = _ordinal_words(head, words[-1])
        if combined is not None:
            return combined
    return Fraction(top, part) if part and top is not None else None


def _alone(word: str) -> Fraction | int | None:
    return Fraction(1, PARTS[word]) if word in ("half", "quarter") else ORDINALS.get(word)


def _ordinal_words(head: Sequence[str], last: str) -> int | None:
    """`twenty` with `first` is 21; `two` with `third` is no ordinal."""
    words = [*head, next((word for word, value in (ONES | TENS).items() if value == ORDINALS[last]), "hundred")]
    return _cardinal(words) if ORDINALS[last] <= 100 else None


def _top(words: Sequence[str]) -> int | None:
    return 1 if len(words) == 1 and words[0] in ARTICLES else _cardinal(words)


def _half_of(words: Sequence[str]) -> Fraction | None:
    """`half a million`, `a quarter of a million`, `two and a half million`."""
    if words[-1] not in POWERS or len(words) < 2:
        return None
    head = list(words[:-1])
    while head and (head[-1] in ARTICLES or head[-1] == "of"):
        head.pop()
    value = _with_part(head) if head else None
    return value * POWERS[words[-1]] if isinstance(value, Fraction) else None


def _over(words: Sequence[str]) -> Fraction | None:
    if "over" not in words:
        return None
    place = list(words).index("over")
    top, bottom = _cardinal(words[:place]), _cardinal(words[place + 1 :])
    return Fraction(top, bottom) if top is not None and bottom else None


def _with_point(words: Sequence[str]) -> Spelled | None:
    if "point" not in words:
        return None
    place = list(words).index("point")
    power = POWERS.get(words[-1], 1)
    digits = [ONES.get(word) for word in words[place + 1 : len(words) - (power > 1)]]
    whole = _cardinal(words[:place]) if place else 0
    if whole is None or not digits or any(digit is None or digit > 9 for digit in digits):
        return None
    value = Fraction(f"{whole}.{''.join(map(str, digits))}")
    return Spelled(value * power, len(digits) if power == 1 else None)
