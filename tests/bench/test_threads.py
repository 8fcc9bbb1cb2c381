import gzip
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bench.extraction.threads import details, judge, judged_pages, summary
from bench.threads.gold import GoldPage, Text, gold_page, gold_pages, read_labels, text_of

needs_data = pytest.mark.skipif("TRACEMILL_DATA" not in os.environ, reason="TRACEMILL_DATA names no data to read")

QUESTION = "Why does the kettle whistle when the water boils?"
STEAM = "Steam leaves through two plates and the jet of air between them swings, as it does in a flute."
LID = "Because the lid has a small hole and the steam is pressed through it very fast."
THREAD = f"""
<h1>Whistling kettles</h1>
<div class="post"><p>{QUESTION}</p><script>track("kettle")</script></div>
<div class="post"><blockquote>{QUESTION}</blockquote><p>{STEAM}</p>
<p class="sig">Anna &amp; Bo, plumbers since 1971</p></div>
<div class="post"><p>{LID}</p></div>
<div class="post"><p>Thank you all!</p></div>
"""


def span(text: str, source: str = THREAD) -> list[int]:
    start = source.index(text)
    return [start, start + len(text)]


def around(first: str, last: str) -> list[int]:
    return [span(first)[0], span(last)[1]]


def labelled(pairs: Sequence[dict[str, Any]], source: str = THREAD, digest: str = "0" * 40) -> GoldPage:
    row = {"digest": digest, "file": "kettle.html.gz", "url": "", "kind": "forum", "pairs": pairs}
    return gold_page(source, row)


def pair(answer: list[int], *, body: list[int] | None = None, **more: Any) -> dict[str, Any]:
    question = {"title": more.pop("title", None), "body": body}
    return {"question": question, "answer": answer, "also_ok": [], "noise": [], **more}


@pytest.fixture
def kettle() -> GoldPage:
    body = around(f"<p>{QUESTION}</p><script>", "</script>")
    answer = around(f"<blockquote>{QUESTION}", "1971</p>")
    quotation = around(f"<blockquote>{QUESTION}", "</blockquote>")
    return labelled(
        [
            pair(
                answer,
                body=body,
                title=span("Whistling kettles"),
                also_ok=[span(LID)],
                noise=[around('<p class="sig">', "1971</p>")],
                optional=[quotation],
            )
        ]
    )


def verdicts(page: GoldPage, found: list[tuple[str, str]]) -> list[str]:
    return [verdict for verdict, _ in judge(page, found).verdicts]


def test_the_text_of_a_range_has_no_tags_scripts_or_noise_and_one_line_a_block() -> None:
    source = "<p>a &lt;b&gt; <b>bo</b>ld</p><script>x</script><ul><li>one</li><li>two</li></ul><i>noise</i>"
    assert text_of(source, [0, len(source)], [span("<i>noise</i>", source)]) == "a <b> bold\none\ntwo"


def test_lines_of_the_source_are_no_lines_of_the_text_but_in_code() -> None:
    source = "<p>in the year\n1969. The</p><pre>a\n  b</pre>"
    assert text_of(source, [0, len(source)]) == "in the year 1969. The\na\nb"


def test_the_question_counts_with_and_without_its_title(kettle: GoldPage) -> None:
    for question in (QUESTION, f"Whistling kettles\n\n{QUESTION}"):
        assert verdicts(kettle, [(question, STEAM)]) == ["right"]
    assert verdicts(kettle, [("Whistling kettles", STEAM)]) == ["wrong"]


def test_a_heading_alone_is_the_question_where_nothing_else_is() -> None:
    page = labelled([pair(span(LID), title=span("Whistling kettles"))])
    assert verdicts(page, [("Whistling kettles", LID)]) == ["right"]


def test_a_quotation_may_stay_and_a_signature_may_not(kettle: GoldPage) -> None:
    assert verdicts(kettle, [(QUESTION, f"> {QUESTION}\n{STEAM}")]) == ["right"]
    assert verdicts(kettle, [(QUESTION, f"{STEAM}\nAnna & Bo, plumbers since 1971")]) == ["wrong"]


def test_another_good_answer_is_right_and_a_second_one_is_ignored(kettle: GoldPage) -> None:
    assert verdicts(kettle, [(QUESTION, LID)]) == ["right"]
    judged = judge(kettle, [(QUESTION, LID), (QUESTION, STEAM)])
    assert [verdict for verdict, _ in judged.verdicts] == ["right", "ignored"]
    assert judged.tally.judged == 1
    assert not judged.missed


def test_the_same_pair_twice_and_a_reply_that_answers_nothing_are_wrong(kettle: GoldPage) -> None:
    found = [(QUESTION, STEAM), (QUESTION, STEAM), (QUESTION, "Thank you all!")]
    assert verdicts(kettle, found) == ["right", "wrong", "wrong"]


def test_what_is_taken_from_a_page_without_pairs_is_wrong() -> None:
    assert verdicts(labelled([]), [(QUESTION, STEAM)]) == ["wrong"]


def test_questions_in_the_same_words_each_get_their_own_answer() -> None:
    source = (
        "<p>Simplify the following expression: <i>one</i></p><p>1</p><p>Simplify the following expression:</p><p>2</p>"
    )
    asked = span("<p>Simplify the following expression:</p>", source)
    pairs = [pair(span("<p>1</p>", source), body=asked), pair(span("<p>2</p>", source), body=asked)]
    found = [("Simplify the following expression:", answer) for answer in ("2", "1")]
    assert verdicts(labelled(pairs, source), found) == ["right", "right"]


def test_formulas_may_be_spelled_in_any_way_beside_prose() -> None:
    gold = Text.of("the area of the disc is $\\pi r^2$ and nothing else")
    assert Text.of("the area of the disc is \\(\\pi\\cdot r^{2}\\) and nothing else").says(gold)
    assert not Text.of("the volume of a ball is \\(4\\pi r^3/3\\)").says(gold)


def test_what_is_little_but_formulas_is_compared_with_them() -> None:
    gold = Text.of("Simplify: \\(12 - 3(9 - 12)\\)")
    assert Text.of("Simplify: $12 - 3(9 - 12)$").says(gold)
    assert not Text.of("Simplify: $17 - 4(8 - 11)$").says(gold)


def test_numbers_of_lists_and_words_that_label_do_not_count() -> None:
    assert Text.of("1. boil\n2. pour").says(Text.of("boil\npour"))
    assert Text.of("Answer: 42").says(Text.of("42"))
    assert Text.of("1.5. How does one pour tea?").says(Text.of("How does one pour tea?"))


def test_figures_come_by_half_and_kind_and_details_of_the_held_out_half_only_on_demand(kettle: GoldPage) -> None:
    hidden = labelled([pair(span(LID), body=span(QUESTION))], digest="f" * 40)
    pages = [judge(kettle, [(QUESTION, STEAM), (QUESTION, "Tea.")]), judge(hidden, [])]
    figures, lines = summary(pages)
    assert (figures["threads_precision"], figures["threads_recall"]) == (0.5, 0.5)
    assert (figures["threads_development_recall"], figures["threads_held_out_recall"]) == (1.0, 0.0)
    assert figures["threads_forum_precision"] == figures["threads_posts_precision"] == 0.5
    assert any("(1 of 2)" in line and "95%" in line for line in lines)
    assert len([line for line in details(pages) if line.startswith("===")]) == 1
    assert len([line for line in details(pages, held_out=True) if line.startswith("===")]) == 2


def test_every_label_is_whole() -> None:
    rows = read_labels()
    assert len({row["digest"] for row in rows}) == len(rows)
    for row in rows:
        assert row["kind"] in {"qa_site", "forum", "faq", "exercises", "discussion"}
        assert row["pairs"] or row["reason"], row["file"]
        for each in row["pairs"]:
            assert each["question"]["title"] or each["question"]["body"], row["file"]


@needs_data
def test_the_labels_fit_the_pages_and_the_gold_itself_is_judged_right() -> None:
    data, labels = Path(os.environ["TRACEMILL_DATA"]), read_labels()
    for row in labels:
        assert hashlib.sha1(gzip.decompress((data / row["file"]).read_bytes())).hexdigest() == row["digest"]
    for page in gold_pages(data, labels):
        assert set(verdicts(page, [each.shown for each in page.pairs])) <= {"right"}, page.file
        assert all(text.whole for each in page.pairs for ways in each.answers for text in ways), page.file


@needs_data
def test_an_extractor_that_finds_nothing_has_no_recall() -> None:
    pages = list(judged_pages(Path(os.environ["TRACEMILL_DATA"]), lambda html, url: [], quick=True))
    assert len(pages) > 5
    assert summary(pages)[0]["threads_recall"] == 0.0
