import asyncio
from collections import Counter

import teachers
from teachers import Completion, ScriptShares, TeacherConfig
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
