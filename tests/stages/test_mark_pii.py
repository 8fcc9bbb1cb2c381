import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from stages._pii import find_pii
from stages._text import question_key
from stages.mark_pii import MarkPii
from tests.stages.web_rows import pair

MAIL, PHONE = "jane@uni-bonn.de", "+44 20 7946 0958"


def test_signals_are_added_and_the_text_stays() -> None:
    row = pair(question=f"Ask {MAIL}", answer_text=f"Or {PHONE}, or {MAIL}", signals=["short", "pii_phone"])
    marked = MarkPii().process(row)
    assert marked.signals == ["short", "pii_phone", "pii_email"]
    assert (marked.question, marked.answer_text) == (row.question, row.answer_text)
    assert MarkPii().process(marked) == marked


def test_a_row_without_any_stays_as_it_is() -> None:
    assert MarkPii(redact=True).process(pair()) == pair()


def test_what_was_found_is_replaced_on_request() -> None:
    row = pair(question=f"Ask {MAIL}?", answer_text=f"Or {PHONE}, or {MAIL}.")
    marked = MarkPii(redact=True).process(row)
    assert (marked.question, marked.answer_text) == ("Ask <email>?", "Or <phone>, or <email>.")
    assert marked.content_key == question_key("Ask <email>?")
    assert marked.signals == ["pii_email", "pii_phone"]
    answered = MarkPii(redact=True).process(pair(answer_text=MAIL))
    assert (answered.answer_text, answered.content_key) == ("<email>", pair().content_key)


def texts(path: Path) -> Iterator[str]:
    """Every text of the rows of a file."""
    data = gzip.decompress(path.read_bytes()).decode()
    rows = json.loads(data) if path.name.endswith(".json.gz") else map(json.loads, filter(None, data.split("\n")))
    for row in rows:
        yield from (value for value in row.values() if isinstance(value, str))


@pytest.mark.parametrize("name", ["benchmarks/math*", "benchmarks/gsm8k*", "benchmarks/scibench*", "openstax*/ex*"])
def test_real_problems_have_no_signals(name: str) -> None:
    if "TRACEMILL_DATA" not in os.environ:
        pytest.skip("needs real problems: set TRACEMILL_DATA to the data's folder")
    paths = sorted(Path(os.environ["TRACEMILL_DATA"]).glob(name))
    found = [text[place.start : place.end] for path in paths for text in texts(path) for place in find_pii(text)]
    assert paths
    assert found == []
