"""The vLLM teacher with the real model; one engine for all that is asked of it, since starting one takes long."""

import asyncio

import pytest

pytest.importorskip("vllm", reason="vLLM is not installed")

import teachers
from teachers import Completion, Sampling, TeacherConfig
from tests.teachers.smollm2 import smollm2_folder

CONFIG = TeacherConfig(name="smollm2", backend="vllm", max_model_len=512, sampling=Sampling(max_tokens=24))
QUESTIONS = ["What is 2 + 2?", "Tom has 3 apples and buys 5 more. How many has he?"]


async def ask_twice() -> list[list[Completion]]:
    teacher = teachers.load(CONFIG, weights=smollm2_folder(), slots=8)
    await teacher.start()
    try:
        rounds = []
        for _ in range(2):
            asked = [
                teachers.request(CONFIG, question=question, answer=None, sample=sample, seed=0)
                for question in QUESTIONS
                for sample in range(2)
            ]
            rounds.append(list(await asyncio.gather(*map(teacher.respond, asked))))
        return rounds
    finally:
        await teacher.close()


@pytest.mark.vllm
def test_the_real_teacher_answers_each_seed_its_own_way_every_time():
    first, second = asyncio.run(ask_twice())
    assert first == second
    assert len({answer.text for answer in first}) == 4
    for answer in first:
        assert len(answer.text.split()) > 3
        assert answer.text.isascii()
        assert 0 < answer.num_tokens <= 24
        assert answer.finish_reason in ("stop", "length")
