import asyncio
from collections import Counter
from dataclasses import replace

import pytest

import teachers
from teachers import Completion, ScriptedReply, ScriptShares, TeacherConfig
from teachers.think import split

CONFIG = TeacherConfig(name="script", backend="scripted")


def answers(config: TeacherConfig, count: int = 400) -> list[Completion]:
    teacher = teachers.load(config)

    async def ask_all() -> list[Completion]:
        await teacher.start()
        requests = [
            teachers.request(config, question=f"problem {n // 4}", answer="41", sample=n % 4, seed=0)
            for n in range(count)
        ]
        return list(await asyncio.gather(*map(teacher.respond, requests)))

    return asyncio.run(ask_all())


def played(completion: Completion) -> str:
    if not completion.text:
        return "empty"
    if completion.finish_reason != "stop":
        return completion.finish_reason
    return "right" if "\\boxed{41}" in completion.text else "wrong"


def test_the_outcomes_come_in_the_configured_shares():
    counted = Counter(map(played, answers(CONFIG)))
    assert set(counted) == {"right", "wrong", "length", "loop", "empty"}
    assert 160 < counted["right"] < 240
    assert 20 < counted["length"] < 60


def test_the_same_request_gets_the_same_answer_every_time():
    assert answers(CONFIG, 50) == answers(CONFIG, 50)


def test_a_truncated_answer_is_all_reasoning_and_a_whole_one_thinks_first():
    for completion in answers(CONFIG, 100):
        thought = split(completion.text, style="auto")
        if completion.finish_reason == "length":
            assert thought.final == ""
        elif completion.text:
            assert len(thought.reasoning.split()) == 40


def test_reasoning_can_be_left_out_or_be_long():
    for words in (0, 500):
        config = TeacherConfig(
            name="s", backend="scripted", script=ScriptShares(right=1, wrong=0, reasoning_words=words)
        )
        whole = next(answer for answer in answers(config, 20) if "boxed" in answer.text)
        assert len((split(whole.text, style="auto").reasoning or "").split()) == words


def test_a_completion_survives_the_journal():
    for completion in answers(CONFIG, 10):
        assert teachers.load(CONFIG).decode(completion.payload()) == completion


def test_the_digest_names_the_script_but_not_its_pace():
    def digest(**shares: float) -> str:
        return teachers.load(TeacherConfig(name="s", backend="scripted", script=ScriptShares(**shares))).digest

    assert digest(delay_s=1.0) == digest()
    assert digest(right=0.9) != digest()


LISTING = ScriptedReply(match=r"Q: (?P<asked>[^\n]+)\n.*A: (?P<said>\S+)", text=r"{asked} \frac{1}{2} \boxed{{said}}")
TOLD = TeacherConfig(
    name="s",
    backend="scripted",
    script=ScriptShares(right=1, wrong=0, truncated=0, looping=0, empty=0, reasoning_words=0),
    replies=(LISTING, ScriptedReply(match="^Cut", text="First we", finish_reason="length")),
)


def told(config: TeacherConfig, prompt: str, sample: int = 0) -> Completion:
    bare = replace(config, prompt_style="question-v1")
    return asyncio.run(
        teachers.load(config).respond(teachers.request(bare, question=prompt, answer="41", sample=sample, seed=0))
    )


def test_the_first_reply_that_fits_is_said_and_copies_from_the_prompt():
    said = told(TOLD, "Cut this.\nQ: How far?\n\nIt is far.\nA: 7 km")
    assert (said.text, said.finish_reason) == (r"How far? \frac{1}{2} \boxed{7}", "stop")
    assert told(TOLD, "Cut this.") == Completion(
        text="First we", finish_reason="length", num_prompt_tokens=2, num_tokens=2
    )


def test_a_prompt_that_no_reply_fits_is_played_by_the_shares():
    assert told(TOLD, "How far?").text == r"The answer is \boxed{41}."


def test_each_sample_is_told_the_next_text_round_and_round():
    varied = replace(TOLD, replies=(ScriptedReply(match="^How (?P<what>\\w+)", text="{what} 1", also=("2", "3")),))
    assert [told(varied, "How far?", sample).text for sample in range(5)] == ["far 1", "2", "3", "far 1", "2"]
    assert (
        teachers.load(varied).digest
        != teachers.load(replace(TOLD, replies=(replace(varied.replies[0], also=()),))).digest
    )


def test_replies_are_part_of_the_digest_and_without_any_it_is_the_one_of_old():
    assert teachers.load(CONFIG).digest == "7d24545d585c097c4d24a68100f76cc604124be27a1b7ac6d5e6ea6b74b7438b"
    digests = {teachers.load(replace(TOLD, replies=replies)).digest for replies in ((), TOLD.replies, (LISTING,))}
    assert len(digests) == 3
    assert teachers.load(TOLD).digest == "b391f47116ca50fefe600b9fbb70c6fc5f90d09875d1bc4b39e386e4848c42ba"


def test_a_reply_that_is_no_expression_or_has_no_scripted_teacher_is_refused():
    with pytest.raises(ValueError, match=r"'\(' is no regular expression"):
        ScriptedReply(match="(", text="")
    with pytest.raises(ValueError, match="r1: replies are for the scripted backend, not 'replay'"):
        TeacherConfig(name="r1", backend="replay", replies=(LISTING,))
