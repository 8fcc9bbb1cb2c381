"""Amounts of money: symbols, names and codes of currencies, cents, `$1.5M`, `($450)`, `$4.50 per hour`."""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from verifier.latex import is_enclosed, plain_text
from verifier.numbers.number_words import spelled

# Several codes: the sign or name is shared by these currencies. An underscore stands for a blank.
CODES = {
    "USD": "$ us$ usd dollar dollars us_dollars american_dollars bucks", "EUR": "€ eur euro euros",
    "GBP": "£ gbp sterling quid", "JPY": "jpy yen", "JPY/CNY": "¥ ￥", "CNY": "cny rmb yuan renminbi",
    "INR/PKR": "rs rs. rupee rupees ₨", "INR": "₹ inr", "PKR": "pkr", "CHF": "chf franc francs",
    "CAD": "cad c$ ca$ canadian_dollars", "AUD": "aud a$ au$ australian_dollars", "NZD": "nzd nz$",
    "HKD": "hkd hk$", "SGD": "sgd s$", "KRW": "₩ krw won", "BRL": "brl r$ reais", "MXN": "mxn peso pesos",
    "ZAR": "zar rand", "RUB": "₽ rub ruble rubles rouble roubles", "TRY": "₺ lira",
    "SEK/NOK/DKK": "kr krona kronor krone kroner", "PLN": "pln zł zloty", "THB": "฿ thb baht",
    "ILS": "₪ shekel shekels", "NGN": "₦ naira", "VND": "₫ vnd dong", "PHP": "₱ php",
}  # fmt: skip
CURRENCIES = {name.replace("_", " "): code for code, names in CODES.items() for name in names.split()}
CENTS = "USD/EUR/CAD/AUD/NZD/HKD/SGD/ZAR"
HUNDREDTHS = {"¢": CENTS, "cent": CENTS, "cents": CENTS, "pence": "GBP", "penny": "GBP", "pennies": "GBP", "p": "GBP"}
HUNDREDTHS |= {"paise": "INR/PKR", "paisa": "INR/PKR", "kopecks": "RUB", "centimes": "CHF/EUR"}
# "Pounds" are money only beside pence: alone they may be a mass.
WHOLE_OF_SUM = CURRENCIES | {"pound": "GBP", "pounds": "GBP"}
_NAMES = "|".join(re.escape(name) for name in sorted(CURRENCIES, key=len, reverse=True))
_MINOR = "|".join(re.escape(name) for name in sorted(HUNDREDTHS, key=len, reverse=True))
_SUMMED = "|".join(re.escape(name) for name in sorted(WHOLE_OF_SUM, key=len, reverse=True))
BEFORE = re.compile(rf"([-+]?)\s*({_NAMES})(?![a-zA-Z])\s*(?=[-+\d.\\(])", re.IGNORECASE)
AFTER = re.compile(
    rf"(?<![a-zA-Z])\s*({_NAMES}|{_MINOR})(?![a-zA-Z$])(?=\s*$|\s*/|\s+(?:per|an?|each|apiece)\b)", re.IGNORECASE
)
_COUNT = r"\d[\d,]*|[a-z]+(?:[ \-][a-z]+){0,3}?"
SUM = re.compile(
    rf"(?:([$€£])\s*({_COUNT})|({_COUNT})\s*({_SUMMED}))(?:\s*,?\s*(?:and|&)\s*|\s*,\s*|\s+)({_COUNT})\s*({_MINOR})",
    re.IGNORECASE,
)
RATE = re.compile(
    r"\s*(?:/|\bper\b|\bfor\s+each\b|(?<=\s)an?(?=\s[a-z]))\s*(?P<of>[a-zA-Z\\].*)$|\s*(?P<each>each|apiece)$"
)
# Beside a currency two digits after a comma are its hundredths.
DECIMAL_COMMA = re.compile(r"^(-?\d+),(\d\d)$")
SUFFIX = re.compile(r"(?<=[\d.])\s?(k|mm|mn|mil|m|bn|b|tn|t)$", re.IGNORECASE)
SUFFIXES = {"k": 3, "m": 6, "mm": 6, "mn": 6, "mil": 6, "b": 9, "bn": 9, "t": 12, "tn": 12}


@dataclass(frozen=True, slots=True)
class Money:
    """`amount`: the text of the number, to be multiplied by 10 ** `power`.

    `worth`: of one counted coin in the currency. `rate`: per what.
    """

    currency: str
    amount: str
    power: int = 0
    worth: Fraction = Fraction(1)
    rate: str = ""


@lru_cache(maxsize=8192)
def money(text: str) -> Money | None:
    """The amount that `text` names with a currency; None where there is none."""
    if text.isascii() and not re.search(r"[$a-zA-Z]", text):
        return None
    text = plain_text(text).replace(r"\$", "$").strip()
    if total := _sum(text):
        return total
    if (loss := _bracketed(text)) is not None:
        found = money(loss)
        return Money(found.currency, "-" + found.amount, found.power, found.worth, found.rate) if found else None
    return _before(text) or _after(text)


def same_currency(left: str, right: str) -> bool:
    return not set(left.split("/")).isdisjoint(right.split("/"))


def _bracketed(text: str) -> str | None:
    """Accountants write a loss in brackets: `($450)`, `$(450)`."""
    symbol = re.match(r"[$€£]?", text)
    start = symbol.end() if symbol else 0
    inner = text[start:]
    if (
        not is_enclosed(inner)
        or inner[0] != "("
        or not re.fullmatch(r"\(\s*[$€£]?\s*\d[\d,]*(?:\.\d+)?\s*[a-zA-Z]*\s*\)", inner)
    ):
        return None
    amount = inner[1:-1].strip()
    return text[:start] + amount if start or amount[0] in "$€£" or AFTER.search(amount) else None


def _sum(text: str) -> Money | None:
    """`12 dollars and 40 cents`."""
    match = SUM.fullmatch(text)
    if match is None:
        return None
    code = WHOLE_OF_SUM[(match[1] or match[4]).lower()]
    whole, hundredths = _count(match[2] or match[3]), _count(match[5])
    if whole is None or hundredths is None or hundredths >= 100:
        return None
    return Money(code, f"{whole}.{hundredths:02}") if same_currency(code, HUNDREDTHS[match[6].lower()]) else None


def _count(text: str) -> int | None:
    if text[0].isdigit():
        return int(text.replace(",", ""))
    found = spelled(text)
    return int(found.value) if found and found.value.denominator == 1 else None


def _before(text: str) -> Money | None:
    match = BEFORE.match(text)
    if match is None:
        return None
    rest = text[match.end() :]
    if (again := AFTER.search(rest)) and again[1].lower() in CURRENCIES:
        rest = rest[: again.start()] + rest[again.end() :]
    return _scaled(CURRENCIES[match[2].lower()], match[1] + rest)


def _after(text: str) -> Money | None:
    match = AFTER.search(text)
    if match is None or not text[: match.start()].strip():
        return None
    name = match[1].lower()
    if name == "p" and not re.search(r"\dp$", text[: match.end()]):
        return None
    worth = Fraction(1) if name in CURRENCIES else Fraction(1, 100)
    code = CURRENCIES.get(name) or HUNDREDTHS[name]
    return _scaled(code, text[: match.start()] + text[match.end() :], worth=worth)


def _scaled(currency: str, rest: str, *, worth: Fraction = Fraction(1)) -> Money:
    rate = ""
    if per := RATE.search(rest):
        rest, rate = rest[: per.start()], per["of"] or ""
    rest = DECIMAL_COMMA.sub(r"\1.\2", rest.strip())
    suffix = SUFFIX.search(rest)
    if suffix is None:
        return Money(currency, rest, worth=worth, rate=rate)
    return Money(currency, rest[: suffix.start()], SUFFIXES[suffix[1].lower()], worth, rate)
