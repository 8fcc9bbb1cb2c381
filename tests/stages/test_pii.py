"""What is taken for a person's mail, phone, address, card or account, and what is only numbers."""

import pytest

from stages._pii import find_pii, redacted
from tests.limits import bounded

FOUND = [
    ("email", "jane.doe+x@mail.example.org is nobody, jane@uni-bonn.de is not", "jane@uni-bonn.de"),
    ("email", "Write to <a_b-c@sub.domain.info>.", "a_b-c@sub.domain.info"),
    ("email", "so $x = 2$.\nvladimir@gmail.com, thanks", "vladimir@gmail.com"),
    ("phone", "Call us on +44 20 7946 0958 today", "+44 20 7946 0958"),
    ("phone", "ring me +4915112345678", "+4915112345678"),
    ("phone", "(+48) 600 033 044", "+48) 600 033 044"),
    ("phone", "Tel.: +49 (0)69 380 795 200", "+49 (0)69 380 795 200"),
    ("phone", "my number is (415) 555-2671.", "(415) 555-2671"),
    ("phone", "Phone: 316-831-6143\nnext", "316-831-6143"),
    ("phone", "Tel: 07221/929-26868,", "07221/929-26868"),
    ("phone", "WhatsApp 0151 23456789", "0151 23456789"),
    ("ip", "Posted from 82.45.123.9 at noon", "82.45.123.9"),
    ("ip", "host (2001:470:1f0a:473::2)", "2001:470:1f0a:473::2"),
    ("card", "card 4532 0151 1283 0366 exp", "4532 0151 1283 0366"),
    ("card", "card 4532-0151-1283-0366.", "4532-0151-1283-0366"),
    ("card", "amex 3714 496353 98431", "3714 496353 98431"),
    ("card", "my card is 5555555555554444", "5555555555554444"),
    ("iban", "IBAN: DE68 1002 0500 0001 0379 00", "DE68 1002 0500 0001 0379 00"),
    ("iban", "to GB82WEST12345698765432 please", "GB82WEST12345698765432"),
]
NUMBERS = [
    "3.1415 and 1,000,000 and 12345678901234567890",
    "section 1.2.3.4, version 10.20.30.40, build 7.1.180.940, 1.2.3.4.5.6, 300.300.300.300, 192.168.10.20",
    "x + 12345678, x +12345678, 5 +49 301 234567, (a) +44 20 7946 0958, = +4915112345678, 2^+4915112345678",
    "555-2671, 415-555-2671, 800 - 300 - 2000, 2024-01-31, 12/31/2024, 978-3-16-148410-0",
    "12:30:45:10, std::vector<a::b>, abc::def, fe80::1, ::1, a:b:c:d:e",
    r"f@g, A@B.T, x^{a@b}, @author, user@localhost, me@example.com, you@sub.example.org, [email\@x], \verb@a.b@c",
    "$4532015112830366$, 45320151128303660000000, 4532.0151.1283.0366, 4532 0151 1283 0367, n=4532015112830366",
    "DE68 1002 0500 0001 0379 01, DE12, ABCD12345678EFGH, XX82WEST12345698765432",
    "A phone costs 200 dollars and 7 phones cost 1400. Tel Aviv has 460613 people; call a number good if 1234567",
    "7-digit numbers such as 8675309, ID 00123456789, ISBN 9783161484100",
]


@pytest.mark.parametrize(("kind", "text", "wanted"), FOUND)
def test_what_leads_to_a_person_is_found(kind: str, text: str, wanted: str) -> None:
    assert [(place.kind, text[place.start : place.end]) for place in find_pii(text)] == [(kind, wanted)]


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers_and_signs_of_mathematics_are_not(text: str) -> None:
    assert [(place.kind, text[place.start : place.end]) for place in find_pii(text)] == []


def test_several_in_one_text_are_told_in_order_and_redacted() -> None:
    text = "a@b.de, +44 20 7946 0958 or c@d.fr (82.45.123.9)"
    places = find_pii(text)
    assert [place.kind for place in places] == ["email", "phone", "email", "ip"]
    assert redacted(text, places) == "<email>, <phone> or <email> (<ip>)"
    assert find_pii(redacted(text, places)) == []


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a.",
        "a@",
        "a@b.",
        "1",
        "1.",
        "11.",
        "+1",
        "+1 1",
        "1 ",
        "(",
        "a:",
        "1:",
        "4",
        "4444 ",
        "DE11 ",
        "A1",
        "+",
        "tel ",
        "-",
    ],
)
def test_long_texts_take_time_in_proportion(piece: str) -> None:
    with bounded():
        find_pii(piece * (400_000 // len(piece)))
