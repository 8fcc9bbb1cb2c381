"""Pages made to be slow: each rule's work grows with the page and no faster, or is bounded."""

from itertools import islice

import pytest

from stages._page_reader import read_page
from stages._qa_sheet import Sheet
from stages.extract_qa import MAX_PAIRS, RULES
from tests.limits import bounded

MANY = 4_000
DEEP = 240

SHAPES = {
    "headings that answer": "<h2>Solution</h2><p>x</p>" * MANY,
    "headings that ask": "<h2>Why?</h2><p>So it is.</p>" * MANY,
    "keys": "<h2>Answers</h2><p>1. x</p>" * MANY,
    "labels": "<p>" + "Q: a?<br>A: b<br>" * MANY + "</p>",
    "answers without questions": "<p>" + "A: b<br>" * MANY + "</p>",
    "numbers without a key": "".join(f"<p>{n}. Find x.</p>" for n in range(MANY)) + "<p>Answer: 3</p>",
    "line breaks": "<pre>" + "\n" * (50 * MANY) + "Answer: x</pre>",
    "nested answers": "<div class='answer'>" * DEEP + "x" + "</div>" * DEEP,
    "nested questions": "<div class='question'><p>Why?</p>" * DEEP + "x" + "</div>" * DEEP,
    "siblings": "<div class='answer'>x y</div>" * MANY,
    "folding boxes": "".join(f"<details class='c{n}'><summary>Why {n}?</summary>So.</details>" for n in range(MANY)),
    "tables": "<table><tr><td>Why?</td><td>So</td></tr></table>" * MANY,
    "one line": "<p>" + "word? Answer: " * MANY + "</p>",
    "choices": "<ul>" + "<li class='correct'>x</li>" * MANY + "</ul>",
    "microdata": "<div itemscope itemtype='https://schema.org/Question'>" * 60
    + "<p itemprop='acceptedAnswer'>q</p>" * MANY
    + "</div>" * 60,
    "steps": "<div class='example'><p>Find x.</p>" + "<p>Solution</p><p>Strategy</p>" * MANY + "</div>",
    "cells": "<table><tr>" + "<td>1. x</td>" * MANY + "</tr></table><h2>Answers</h2><p>" + "1. x 2. y " * MANY + "</p>",
    "letters": "<p>DEAR ABBY: why?</p><p>DEAR X: so</p>" * MANY,
}


@pytest.mark.parametrize("body", SHAPES.values(), ids=SHAPES.keys())
def test_a_page_made_to_be_slow_ends_in_time(body: str) -> None:
    page = read_page(f"<html><body>{body}</body></html>")
    assert page is not None
    sheet = Sheet(page)
    with bounded():
        found = sum(1 for rule in RULES for _ in islice(rule(sheet), MAX_PAIRS))
    assert found <= MAX_PAIRS * len(RULES)
