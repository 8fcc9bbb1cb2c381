"""Texts that their teacher did not end."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

import teachers
from stages._truncation import END_OF_THINKING, Truncation, Whole
from stages.records import Extended
from teachers import Completion, PromptTooLongError, Sampling, TeacherConfig, TeacherRequest
from teachers.think import thought_of

TEACHER = TeacherConfig(name="t", backend="vllm", sampling=Sampling(max_tokens=100))
REQUEST = teachers.request(TEACHER, question="What is 40 + 1?", answer=None, sample=0, seed=0)


def said(text: str, finish: Any = "length", *, tokens: int = 10, **given: Any) -> Completion:
    return Completion(text=text, finish_reason=finish, num_prompt_tokens=7, num_tokens=tokens, **given)


@dataclass
class Engine:
    """Gives its answers in turn, and raises where there is none left."""

    answers: Sequence[Completion]
    requests: list[TeacherRequest] = field(default_factory=list)

    async def ask(self, request: TeacherRequest) -> Completion:
        self.requests.append(request)
        if len(self.requests) > len(self.answers):
            raise PromptTooLongError("no room for an answer")
        return self.answers[len(self.requests) - 1]

    def answer(self, teacher: TeacherConfig = TEACHER, **options: Any) -> Whole:
        return asyncio.run(truncation(teacher, **options).answer(REQUEST, self.ask))


def truncation(teacher: TeacherConfig = TEACHER, **options: Any) -> Truncation:
    given = {"truncated": "keep", "continue_tokens": None, "continue_times": 1, "think_tokens": None} | options
    return Truncation(teacher=teacher, **given)


def test_a_text_that_is_kept_stays_cut_off_and_is_asked_for_as_ever():
    engine = Engine([said("so far")])
    whole = engine.answer()
    assert (whole.completion.finish_reason, whole.extended) == ("length", Extended.NONE)
    assert engine.requests == [REQUEST]


def test_a_text_is_gone_on_with_until_it_ends():
    engine = Engine([said("<think>\nfirst ", prefill=""), said("then "), said("last</think>\n41", "stop", tokens=5)])
    whole = engine.answer(truncated="continue", continue_tokens=50, continue_times=4)
    assert whole.completion == said("<think>\nfirst then last</think>\n41", "stop", tokens=25)
    assert whole.extended is Extended.CONTINUED
    assert [request.begun for request in engine.requests] == ["", "<think>\nfirst ", "<think>\nfirst then "]
    assert [request.sampling.max_tokens for request in engine.requests] == [100, 50, 50]
    assert len({request.seed for request in engine.requests}) == 3


@pytest.mark.parametrize("finish", ["stop", "loop"])
def test_only_what_was_cut_off_is_gone_on_with(finish):
    engine = Engine([said("done", finish)])
    whole = engine.answer(truncated="continue")
    assert (whole.extended, len(engine.requests)) == (Extended.NONE, 1)


def test_a_text_stays_cut_off_when_its_turns_or_its_room_are_used_up():
    tired = Engine([said("a"), said("b"), said("c")]).answer(truncated="continue", continue_times=2)
    assert (tired.completion.text, tired.completion.finish_reason) == ("abc", "length")
    full = Engine([said("a")]).answer(truncated="continue", continue_times=2)
    assert (full.completion.text, full.extended) == ("a", Extended.NONE)


def test_reasoning_that_does_not_end_is_ended_and_the_answer_asked_for():
    engine = Engine([said("hm, 40", prefill="<think>\n", tokens=60), said("\\boxed{41}", "stop", tokens=8)])
    whole = engine.answer(truncated="force_answer", think_tokens=60)
    assert [request.sampling.max_tokens for request in engine.requests] == [60, 40]
    assert engine.requests[1].begun == "hm, 40" + END_OF_THINKING
    assert (whole.extended, whole.completion.num_tokens, whole.completion.finish_reason) == ("forced", 68, "stop")
    thought = thought_of(whole.completion, style="auto")
    assert thought.final == "\\boxed{41}"
    assert thought.reasoning is not None
    assert thought.reasoning.startswith("hm, 40\n\nThat is as long as")


def test_an_answer_that_was_begun_is_gone_on_with_in_the_teachers_own_words():
    engine = Engine([said("<think>\nhm</think>\nThe answer"), said(" is 41", "stop")])
    whole = engine.answer(truncated="force_answer", think_tokens=60)
    assert (whole.completion.text, whole.extended) == ("<think>\nhm</think>\nThe answer is 41", Extended.CONTINUED)


def test_a_teacher_that_ends_its_reasoning_in_time_is_left_alone():
    engine = Engine([said("<think>\nhm</think>\n41", "stop")])
    whole = engine.answer(truncated="force_answer", think_tokens=60)
    assert (whole.completion.text, whole.extended) == ("<think>\nhm</think>\n41", Extended.NONE)


def test_reasoning_that_an_endpoint_gives_apart_is_spelled_into_the_text_gone_on_with():
    apart = [said("", reasoning="first "), said("41", "stop", reasoning="then")]
    engine = Engine(apart)
    whole = engine.answer(truncated="continue")
    assert engine.requests[1].begun == "<think>\nfirst "
    thought = thought_of(whole.completion, style="auto")
    assert (thought.reasoning, thought.final) == ("first then", "41")
    forced = Engine([apart[0], said("", "stop", reasoning="41")]).answer(truncated="force_answer", think_tokens=9)
    assert thought_of(forced.completion, style="auto").final == "41"


@pytest.mark.parametrize("style", ["auto", "plain", "heading"])
def test_reasoning_given_apart_stays_apart_when_its_text_is_gone_on_with(style):
    engine = Engine([said("", reasoning="first "), said("", reasoning="then "), said("41", "stop", reasoning="last")])
    whole = engine.answer(replace(TEACHER, think=style), truncated="continue", continue_times=2)
    assert engine.requests[2].begun == "<think>\nfirst then "
    assert (whole.completion.text, whole.completion.reasoning) == ("41", "first then last")
    thought = thought_of(whole.completion, style=style)
    assert (thought.reasoning, thought.final) == ("first then last", "41")
    cut = Engine([said("", reasoning="first"), said("", reasoning=" then")]).answer(truncated="continue")
    assert thought_of(cut.completion, style=style).final == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"continue_tokens": 5}, "are for `truncated: continue`"),
        ({"truncated": "continue", "continue_times": 0}, "at least 1"),
        ({"truncated": "force_answer"}, "go together"),
        ({"think_tokens": 9}, "go together"),
        ({"truncated": "force_answer", "think_tokens": 100}, r"the rest of sampling.max_tokens \(100\)"),
    ],
)
def test_options_that_do_not_fit_one_another_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        truncation(**options)


def test_teachers_that_cannot_go_on_are_refused():
    with pytest.raises(ValueError, match="a recording cannot go on with a text; use keep"):
        truncation(replace(TEACHER, backend="replay"), truncated="continue")
    with pytest.raises(ValueError, match="no end of thinking to force"):
        truncation(replace(TEACHER, think="plain"), truncated="force_answer", think_tokens=9)
