"""Refinement: what is shown, what is kept of the old pair, and what the page must hold for the new one to count."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.stage import Reject
from stages.records import Origin, Problem, QAPair, Span
from stages.refine_qa import RefineQa, final_answer
from tests.stages.asking import CAR, PAGE, WAY, Overheard, context, page, pair, results, saying, told
from tests.stages.verifiability import decided
from tests.support import MemorySide

BETTER = "A car drives 120 km in 2 hours. What is its mean speed in km/h?"
STEPS = "The mean speed is the way divided by the time.\nThat is $120 / 2 = 60$.\n\\boxed{60 km/h}"


def refined(tmp_path: Path, reply: str, row: QAPair | None = None, **of_page: Any) -> Any:
    ctx = context(tmp_path, pages=MemorySide([page(**of_page)]))
    (made,) = results(RefineQa(teacher=saying(reply)), [row or pair()], ctx)
    return made


def test_the_new_pair_keeps_what_the_old_one_was_and_says_that_it_is_new(tmp_path: Path) -> None:
    old, new = pair(), refined(tmp_path, told((BETTER, STEPS)))
    assert (new.id, new.question, new.answer_text) == (f"{old.id}/script", BETTER, STEPS)
    for name in ("url", "source", "licence", "attribution", "removal_key", "author", "votes", "is_accepted", "score"):
        assert getattr(new, name) == getattr(old, name)
    assert (new.question_span, new.answer_span) == (old.question_span, old.answer_span)
    assert new.origin is Origin.LLM_FROM_SOURCE
    assert new.extractor == "exercise, script/refine-v1"
    assert new.signals == ["pii_email", "refined"]
    assert new.content_key != old.content_key


def test_what_is_refined_can_be_typed_at_once(tmp_path: Path) -> None:
    problem = decided(refined(tmp_path, told((BETTER, STEPS))))
    assert isinstance(problem, Problem)
    assert problem.answer == "60 km/h"


@pytest.mark.parametrize(
    ("answer", "doubt"),
    [
        (r"So it is \boxed{60~\text{km/h}}.", None),
        (r"\boxed{60}", None),
        ("Long.\nThe final answer is 60 km/h.", None),
        (r"\boxed{61 km/h}", "final_answer_invented"),
        (r"\boxed{216000 m/h}", "final_answer_invented"),
        (r"\boxed{1/4}", "final_answer_elsewhere"),
        ("It drives at a leisurely pace through the country.", "final_answer_invented"),
        (WAY, None),
    ],
)
def test_the_final_answer_must_stand_on_the_page(tmp_path: Path, answer: str, doubt: str | None) -> None:
    new = refined(tmp_path, told((CAR, answer)))
    assert new.signals[2:] == ([doubt] if doubt else [])
    invented = doubt == "final_answer_invented"
    assert new.origin is (Origin.LLM_INVENTED if invented else Origin.LLM_FROM_SOURCE)


def test_a_value_of_the_question_alone_is_no_answer(tmp_path: Path) -> None:
    text = "What is 12 + 30?\nIt is forty-two."
    old = pair("What is 12 + 30?", "It is forty-two.", text=text)
    new = refined(tmp_path, told((old.question, r"\boxed{30}")), old, text=text)
    assert new.origin is Origin.LLM_INVENTED


def test_numbers_of_the_question_must_stand_on_the_page_in_figures_or_words(tmp_path: Path) -> None:
    text = f"{PAGE}\nThere are three cars of 1,000 kg."
    kept = refined(tmp_path, told((f"Of 3 cars of 1000 kg: {CAR}", STEPS)), text=text)
    assert kept.signals[2:] == []
    new = refined(tmp_path, told((CAR.replace("120", "130"), STEPS)), text=text)
    assert new.signals[2:] == ["question_number_invented"]
    assert new.origin is Origin.LLM_INVENTED


def test_a_pair_that_a_model_invented_is_no_evidence_for_itself(tmp_path: Path) -> None:
    old = pair(answer="It is 75 km/h.", origin=Origin.LLM_INVENTED)
    assert old.answer_span is None
    assert refined(tmp_path, told((CAR, r"\boxed{75 km/h}")), old).origin is Origin.LLM_INVENTED
    assert refined(tmp_path, told((CAR, r"\boxed{60 km/h}")), old).origin is Origin.LLM_FROM_SOURCE


def test_an_answer_from_the_pages_data_counts_though_its_text_does_not_show_it(tmp_path: Path) -> None:
    old = pair(answer="It is 75 km/h.")
    assert refined(tmp_path, told((CAR, r"\boxed{75 km/h}")), old).origin is Origin.LLM_FROM_SOURCE


@pytest.mark.parametrize(
    ("reply", "reason"),
    [("VOID", "void"), ("Sure, gladly.", "unparsable"), (f"QUESTION:\n{CAR}\nANSWER:\n\nEND", "no_pairs")],
)
def test_replies_without_a_pair_are_rejects_that_say_why(tmp_path: Path, reply: str, reason: str) -> None:
    made = refined(tmp_path, reply)
    assert isinstance(made, Reject)
    assert made.reason == reason


def test_a_cut_off_reply_is_no_pair(tmp_path: Path) -> None:
    stage = RefineQa(teacher=saying(f"QUESTION:\n{CAR}\nANSWER:\nThe", finish_reason="length"))
    (made,) = results(stage, [pair()], context(tmp_path, pages=MemorySide([page()])))
    assert made.reason == "truncated"


def test_the_last_of_several_pairs_counts_since_models_think_aloud(tmp_path: Path) -> None:
    assert refined(tmp_path, f"First try.\n{told((CAR, 'hm'))}\nBetter:\n{told((BETTER, STEPS))}").question == BETTER


def test_of_a_long_page_the_part_around_the_pair_is_shown(tmp_path: Path) -> None:
    filler = "\n".join(f"Filler sentence number {n} says nothing at all." for n in range(200))
    text = f"{filler}\n{PAGE}\n{filler}"
    stage = Overheard(
        RefineQa(teacher=saying(told((BETTER, STEPS))), max_chars=1000),
        context(tmp_path, pages=MemorySide([page(text)])),
    )
    (made,) = stage.ask(pair(text=text))
    (asked,) = stage.prompts
    shown = asked[asked.index("<<<PAGE ") :]
    assert CAR in shown
    assert WAY in shown
    assert len(shown) < 1500
    assert made.origin is Origin.LLM_FROM_SOURCE


def test_a_pair_outside_of_the_main_text_is_shown_its_surroundings(tmp_path: Path) -> None:
    row = page(main=[Span(start=0, end=10)])
    stage = Overheard(RefineQa(teacher=saying(told((BETTER, STEPS)))), context(tmp_path, pages=MemorySide([row])))
    (made,) = stage.ask(pair())
    assert WAY in stage.prompts[0][stage.prompts[0].index("<<<PAGE ") :]
    assert made.origin is Origin.LLM_FROM_SOURCE


def test_the_page_of_a_pair_is_the_one_whose_id_it_extends(tmp_path: Path) -> None:
    pages = MemorySide([page("Nothing.", id="page0"), page(id="page00"), page("Else.", id="page00x")])
    stage = RefineQa(teacher=saying(told((BETTER, STEPS))))
    rows = [pair(id="page00/qa-001"), pair(id="page00/qa-001/other"), pair(id="page00/qa-002")]
    made = results(stage, rows, context(tmp_path, pages=pages))
    assert [row.origin for row in made] == [Origin.LLM_FROM_SOURCE] * 3
    with pytest.raises(KeyError, match="pair page01/qa-000: the side input 'pages' has no page"):
        results(stage, [pair(id="page01/qa-000")], context(tmp_path, pages=pages))


def test_a_pair_whose_page_nothing_has_read_is_refused(tmp_path: Path) -> None:
    refusal = refined(tmp_path, told((BETTER, STEPS)), text=None, html=f"<p>{CAR}</p><p>It is 60 km/h.</p>")
    assert refusal.reason == "no_text"
    assert "html_to_text" in refusal.detail


def test_wrong_options_are_said() -> None:
    with pytest.raises(ValueError, match="no prompt style 'x'; styles: refine-v1"):
        RefineQa(teacher=saying("VOID"), style="x")
    with pytest.raises(ValueError, match="max_chars is 0"):
        RefineQa(teacher=saying("VOID"), max_chars=0)


@pytest.mark.parametrize(
    ("answer", "final"),
    [
        (r"It is \boxed{5}, so there.", "5"),
        ("First.\nThe final answer is 7 m.", "7 m"),
        ("First.\nSo it sinks.\n", "So it sinks."),
    ],
)
def test_the_final_answer_is_the_box_the_phrase_or_the_last_line(answer: str, final: str) -> None:
    assert final_answer(answer) == final
