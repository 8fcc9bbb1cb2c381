"""Places in a text that name a person's accounts: mail, phone, IP address, payment card, bank account.

Made for text full of numbers: every kind needs more than digits in a row, such as a checksum, a label or a country
code. Patterns begin where no earlier match could go on and are bounded, so that a long text takes time in proportion.
"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass

# Of `Place.kind`, each as the signal of a pair that holds such a place.
PII_SIGNALS = {kind: f"pii_{kind}" for kind in ("email", "phone", "ip", "card", "iban")}

_MAIL = re.compile(
    r"(?<![\w.+%-])[A-Za-z0-9][\w.+%-]{0,63}@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24})"
    r"(?![\w@-])",
    re.ASCII,
)
# RFC 2606: addresses nobody has.
_NOBODY = re.compile(r"(?:^|\.)(?:example\.(?:com|org|net|edu)|(?:example|test|invalid|localhost))$", re.IGNORECASE)

_IPV4 = re.compile(r"(?<![\w.,:/-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|[.,:]\d)", re.ASCII)
_IPV6 = re.compile(r"(?<![\w.:])[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){3,7}(?![\w:])", re.ASCII)
# Numbers of sections and versions are written like addresses, but with few digits.
_IPV4_DIGITS = 7
_NUMBERED = re.compile(
    r"(?:version|ver|v|section|chapter|release|rev|build|firmware|theorem|figure|table)[.\s]*$", re.I
)

_GROUPS = r"(?:[ .\-/]{0,2}+\(?+\d{1,6}+\)?+)"
# Written to be called from abroad: a plus sign that adds nothing, a country code, groups of digits.
_ABROAD = re.compile(rf"(?<![\w)\]}}$^.+=*/-])\+[1-9]\d{{0,2}}+\)?{_GROUPS}{{2,6}}(?![\w.]?\d)", re.ASCII)
_SUMMAND = re.compile(r"(?:[\d)\]}$^=*/+<>-]|(?<![^\W\d_])[^\W\d_])\s+$")
_AREA = re.compile(r"(?<![\w)(^.+*/=-])\([2-9]\d\d\) ?[2-9]\d\d-\d{4}(?![\w-])", re.ASCII)
_LABELLED = re.compile(
    r"\b(?:tele?phone|phone|tel|fax|mobile|cell|whatsapp|hotline|call(?: us)?(?: at| on)?|dial)\.?"
    rf"(?: ?(?:no\.?|number))?\s{{0,2}}[:.#]?\s{{0,2}}(\(?\d{{2,6}}\)?{_GROUPS}{{1,6}})(?![\w.]?\d)",
    re.ASCII | re.IGNORECASE,
)

_CARD = re.compile(
    r"(?<![\w.,^$\\{(=+*/-])(?:\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?|3[47]\d\d([ -])\d{6}\2\d{5}|\d{13,19})"
    r"(?![\w^$\\})=+*/-]|[.,]\d)",
    re.ASCII,
)
_ISSUERS = re.compile(r"4|5[1-5]|2[2-7]|3[47]|35|6011|64[4-9]|65")

_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)", re.ASCII)
_IBAN_LENGTHS = {
    country: int(length)
    for length, countries in {
        "15": "NO", "16": "BE", "18": "DK FI FO GL NL", "19": "MK SI", "20": "AT BA EE KZ LT LU XK",
        "21": "CH HR LI LV", "22": "BG BH CR DE GB GE IE ME RS VA", "23": "AE GI IL IQ TL",
        "24": "AD CZ ES MD PK RO SA SE SK TN VG", "25": "LY PT ST", "26": "IS TR", "27": "FR GR IT MC MR SM",
        "28": "AL AZ BY CY DO GT HU LB PL SV", "29": "BR EG PS QA UA", "30": "JO KW MU", "31": "MT SC", "32": "LC",
    }.items()
    for country in countries.split()
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Half-open range of characters that holds something of this kind."""

    start: int
    end: int
    kind: str


def find_pii(text: str) -> list[Place]:
    """All places in order; where two overlap, the one that begins first."""
    found: list[Place] = []
    for place in sorted(place for find in (_mails, _ips, _phones, _cards, _ibans) for place in find(text)):
        if not found or place.start >= found[-1].end:
            found.append(place)
    return found


def redacted(text: str, places: list[Place]) -> str:
    """The text with `<kind>` in each of the places."""
    for place in reversed(places):
        text = f"{text[: place.start]}<{place.kind}>{text[place.end :]}"
    return text


def _mails(text: str) -> Iterator[Place]:
    if "@" not in text:
        return
    for found in _MAIL.finditer(text):
        if not _NOBODY.search(found.group(1)):
            yield Place(*found.span(), "email")


def _ips(text: str) -> Iterator[Place]:
    for pattern, is_one in ((_IPV4, _is_ipv4), (_IPV6, _is_ipv6)):
        for found in pattern.finditer(text):
            if is_one(found.group()) and not _NUMBERED.search(text[max(0, found.start() - 12) : found.start()]):
                yield Place(*found.span(), "ip")


def _is_ipv4(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= _IPV4_DIGITS and _is_global(text)


def _is_ipv6(text: str) -> bool:
    return text[0] in "23" and sum(map(str.isalnum, text)) >= 10 and _is_global(text)


def _is_global(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_global
    except ValueError:
        return False


def _phones(text: str) -> Iterator[Place]:
    for pattern, group, least in ((_ABROAD, 0, 8), (_AREA, 0, 10), (_LABELLED, 1, 7)):
        for found in pattern.finditer(text):
            is_added = pattern is _ABROAD and _SUMMAND.search(text[max(0, found.start() - 4) : found.start()])
            if least <= sum(map(str.isdigit, found.group(group))) <= 15 and not is_added:
                yield Place(*found.span(group), "phone")


def _cards(text: str) -> Iterator[Place]:
    for found in _CARD.finditer(text):
        digits = re.sub(r"\D", "", found.group())
        if _ISSUERS.match(digits) and _luhn(digits):
            yield Place(*found.span(), "card")


def _luhn(digits: str) -> bool:
    """ISO/IEC 7812: every second digit from the right doubled, the digits of all added."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _ibans(text: str) -> Iterator[Place]:
    for found in _IBAN.finditer(text):
        code = found.group().replace(" ", "")
        if len(code) == _IBAN_LENGTHS.get(code[:2]) and _mod97(code) == 1:
            yield Place(*found.span(), "iban")


def _mod97(code: str) -> int:
    """ISO 13616: the first four signs last, letters as 10 to 35, the whole as one number."""
    return int("".join(str(int(sign, 36)) for sign in code[4:] + code[:4])) % 97
