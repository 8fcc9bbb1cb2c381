"""How far can a page's numbers be trusted as evidence? Measured on the textbook pages of the samples."""

import random
from functools import cache
from pathlib import Path

from stages._page_blocks import main_blocks
from stages._passage import Passage
from stages._stated import stated
from stages.extract_qa import ExtractQa
from stages.html_to_text import HtmlToText
from stages.read_warc import ReadWarc
from stages.records import Document, Problem, QAPair
from tests.stages.verifiability import decided

WARC = Path(__file__).parents[2] / "configs" / "samples" / "physics.warc.gz"
PAGES = 40


@cache
def read() -> list[tuple[Passage, list[QAPair], list[Problem]]]:
    """Pages with the pairs that the rules find, and the short typed answers among them."""
    stage, made = ReadWarc(paths=[WARC], source="physics"), []
    documents = (row for shard in stage.shards() for row in stage.read(shard))
    for row in documents:
        page = HtmlToText().process(row) if isinstance(row, Document) else row
        pairs = ExtractQa().process(page) if isinstance(page, Document) else None
        if not isinstance(pairs, list) or not isinstance(page, Document) or page.text is None:
            continue
        typed = [decided(pair) for pair in pairs]
        passage = Passage(main_blocks(page.text, []))
        made.append((passage, pairs, [one for one in typed if isinstance(one, Problem)]))
        if len(made) == PAGES:
            break
    return made


def test_what_the_rules_take_from_a_page_is_found_there_word_for_word() -> None:
    pairs = [(passage, pair) for passage, taken, _ in read() for pair in taken if len(pair.answer_text) > 60]
    found = [passage.find(pair.answer_text) for passage, pair in pairs]
    assert len(pairs) > 100
    cut = [place and passage.cut(place.span) for (passage, _), place in zip(pairs, found, strict=True)]
    same = sum(one == pair.answer_text for one, (_, pair) in zip(cut, pairs, strict=True))
    assert same >= 0.99 * len(pairs)


def test_short_answers_are_stated_on_their_page_and_numbers_rarely_on_another() -> None:
    pages = read()
    own = [(passage, problem) for passage, _, typed in pages for problem in typed]
    assert len(own) > 60
    assert sum(stated(problem.answer, passage) is not None for passage, problem in own) >= 0.99 * len(own)
    draw = random.Random(0)
    numbers = [(passage, problem) for passage, problem in own if problem.answer_type != "mcq"]
    others = [
        (draw.choice([other for other, _, _ in pages if other is not passage]), each) for passage, each in numbers
    ]
    by_chance = sum(stated(problem.answer, passage) is not None for passage, problem in others)
    assert by_chance <= 0.1 * len(others), f"{by_chance} of {len(others)}"
