"""What a page repeats at the edge of its pairs, and how pairs of several rules share a page."""

from stages._qa_found import Found
from stages._qa_refrain import without_refrains
from stages.records import Span
from tests.stages.qa_pages import asked, pairs


def found(text: str, question: str, answer: str) -> Found:
    asked_at, told_at = text.find(question), text.find(answer)
    return Found(
        question,
        answer,
        Span(start=asked_at, end=asked_at + len(question)),
        Span(start=told_at, end=told_at + len(answer)),
        "labelled",
        0.8,
    )


def test_lines_that_close_every_answer_are_left_out_and_places_follow() -> None:
    blocks = [(f"Frage {n}?", f"Weil {n}.\nZurück zur Aufgabe {n}") for n in range(4)]
    text = "\n".join(f"{question}\n{answer}" for question, answer in blocks)
    kept = without_refrains(text, [found(text, *block) for block in blocks])
    assert [pair.answer for pair in kept] == [f"Weil {n}." for n in range(4)]
    assert all(pair.answer_span and text[pair.answer_span.start : pair.answer_span.end] == pair.answer for pair in kept)


def test_places_end_with_the_answer_though_the_refrain_says_its_last_line_again() -> None:
    blocks = [(f"Frage {n}?", f"Weil {chr(97 + n)}:\n\n{n}\n\nZurück zur Aufgabe {n}") for n in range(4)]
    text = "\n".join(f"{question}\n{answer}" for question, answer in blocks)
    kept = without_refrains(text, [found(text, *block) for block in blocks])
    assert [pair.answer for pair in kept] == [f"Weil {chr(97 + n)}:\n\n{n}" for n in range(4)]
    assert all(pair.answer_span and text[pair.answer_span.start : pair.answer_span.end] == pair.answer for pair in kept)


def test_places_begin_with_the_answer_though_the_refrain_says_its_first_line_before() -> None:
    blocks = [(f"Frage {n}?", f"Lösung zu {n}\n{n}\nist es {chr(97 + n)}") for n in range(4)]
    text = "\n".join(f"{question}\n{answer}" for question, answer in blocks)
    kept = without_refrains(text, [found(text, *block) for block in blocks])
    assert [pair.answer for pair in kept] == [f"{n}\nist es {chr(97 + n)}" for n in range(4)]
    assert all(pair.answer_span and text[pair.answer_span.start : pair.answer_span.end] == pair.answer for pair in kept)


def test_results_in_lines_of_their_own_are_no_refrain() -> None:
    blocks = [(f"Frage {n}?", f"Weil {chr(97 + n)}.\n{n}") for n in range(4)]
    text = "\n".join(f"{question}\n{answer}" for question, answer in blocks)
    kept = without_refrains(text, [found(text, *block) for block in blocks])
    assert [pair.answer for pair in kept] == [answer for _, answer in blocks]


def test_an_answer_of_one_line_is_kept_however_often_it_is_given() -> None:
    blocks = [(f"Is {n} even?", "Yes") for n in range(4)]
    text = "\n".join(f"{question}\n{answer}" for question, answer in blocks)
    assert [pair.answer for pair in without_refrains(text, [found(text, *block) for block in blocks])] == ["Yes"] * 4


def test_two_pairs_repeat_nothing() -> None:
    blocks = [(f"Why {n}?", f"So {n}.\nThe end") for n in range(2)]
    text = "\n".join(f"{question}\n{answer}" for question, answer in blocks)
    assert [pair.answer for pair in without_refrains(text, [found(text, *block) for block in blocks])] == [
        "So 0.\nThe end",
        "So 1.\nThe end",
    ]


def test_an_opener_in_another_language_is_no_part_of_the_answer() -> None:
    body = "".join(
        f"<p>{n}. Wie viel ist {n} + 1?</p><p>Lösung:</p><p>{n + 1}</p><p>nach oben</p>" for n in range(1, 5)
    )
    assert asked(body) == [(f"Wie viel ist {n} + 1?", str(n + 1)) for n in range(1, 5)]


def test_places_are_those_of_the_words() -> None:
    body = "<p>1. What is it?</p><p>Answer: this</p><p>2. Why?</p><p>Answer: so</p>"
    for pair in pairs(body):
        assert pair.question_span is not None
        assert pair.answer_span is not None
        assert pair.question_span.end - pair.question_span.start == len(pair.question)
        assert pair.answer_span.end - pair.answer_span.start == len(pair.answer_text)
