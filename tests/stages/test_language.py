import gzip
import json
import os
from pathlib import Path

import pytest

from stages._language import html_language, page_language
from stages._pages import to_text

TEXTS = {
    "en": "A train leaves the station at noon and travels with constant speed towards the next town, which lies sixty "
    "miles away. An hour later another one follows on the same track. How fast must it go if both arrive together?",
    "de": "Ein Zug verlässt den Bahnhof um zwölf Uhr und fährt mit gleichbleibender Geschwindigkeit in die nächste "
    "Stadt, die sechzig Meilen entfernt ist. Eine Stunde später folgt ihm ein anderer. Wie schnell muss er sein, damit "
    "beide gleichzeitig ankommen?",
    "ru": "Поезд выходит со станции в полдень и движется с постоянной скоростью к следующему городу, до которого "
    "шестьдесят километров. Через час за ним отправляется второй. С какой скоростью он должен ехать, чтобы оба "
    "прибыли одновременно, и где находится первый поезд, когда второй выходит?",
}


@pytest.mark.parametrize("code", TEXTS)
def test_the_language_of_a_text_is_detected(code: str) -> None:
    assert page_language(None, TEXTS[code]) == code


@pytest.mark.parametrize(
    ("declared", "code"),
    [("en-GB", "en"), ("DE", "de"), (" zh_Hans ", "zh"), ("fil", "fil"), ("", "de"), ("{{l}}", "de")],
)
def test_what_the_page_declares_goes_first(declared: str, code: str) -> None:
    assert page_language(declared, TEXTS["de"]) == code


@pytest.mark.parametrize("text", ["", "Find x.", "x^2 + 3x - 4 = 0 \\frac{a}{b} " * 30, "0 1 2 3 4 5 " * 50])
def test_short_and_doubtful_texts_have_none(text: str) -> None:
    assert page_language(None, text) is None


@pytest.mark.parametrize(
    ("head", "code"),
    [("<html lang=fr>", "fr"), ("<HTML class=x LANG='pt-BR'>", "pt"), ("<html lang=''>", "ru"), ("", "ru")],
)
def test_the_language_of_a_page(head: str, code: str) -> None:
    assert html_language(f"<!doctype html>{head}<script>var words = 'the and of';</script><p>{TEXTS['ru']}") == code


@pytest.mark.parametrize("html", ["<div>" * 300_000, "<b><i>" * 200_000, "&#" * 300_000, "<!--" * 100_000, "\0" * 9000])
def test_hostile_pages_have_none(html: str) -> None:
    assert html_language(html) is None


@pytest.mark.skipif("TRACEMILL_DATA" not in os.environ, reason="TRACEMILL_DATA is not set")
def test_on_real_pages_what_is_detected_mostly_is_what_they_declare() -> None:
    data = Path(os.environ["TRACEMILL_DATA"])
    manifest = [json.loads(line) for line in (data / "html" / "MANIFEST.jsonl").read_text().split("\n") if line]
    declared = detected = 0
    for row in manifest:
        if row["dataset"] != "trafilatura" or len(row["lang"]) < 2 or row["bytes"] > 90_000:
            continue
        html = to_text(gzip.decompress((data / row["file"]).read_bytes())).replace("lang=", "lang-was=")
        declared += 1
        detected += html_language(html) == row["lang"][:2]
    assert declared > 70
    assert detected / declared > 0.88
