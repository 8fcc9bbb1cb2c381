"""The vLLM teacher with the real model; one engine for most of what is asked of it, since starting one takes long."""

import asyncio
import json
import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("vllm", reason="vLLM is not installed")

import teachers
from teachers import Completion, EngineOptions, Sampling, TeacherConfig, TeacherConfigError, TeacherOutageError
from teachers.vllm_engine import VllmTeacher
from teachers.weights import cpu_dtype
from tests.limits import SOON_S
from tests.teachers.smollm2 import smollm2_folder

CONFIG = TeacherConfig(
    name="smollm2",
    backend="vllm",
    max_model_len=512,
    sampling=Sampling(max_tokens=24),
    engine=EngineOptions(max_num_seqs=4),
)
QUESTIONS = ["What is 2 + 2?", "Tom has 3 apples and buys 5 more. How many has he?"]
SHARED = "Tom has 3 apples and buys 5 more. How many has he? " * 8


def requests(*, questions=QUESTIONS, samples=2, begun="", **sampling) -> list[teachers.TeacherRequest]:
    wanted = replace(CONFIG, sampling=Sampling(**({"max_tokens": 24} | sampling)))
    return [
        replace(teachers.request(wanted, question=question, answer=None, sample=sample, seed=0), begun=begun)
        for question in questions
        for sample in range(samples)
    ]


def engine_processes(teacher: VllmTeacher) -> list[int]:
    return [process.pid for process in teacher._engine.engine_core.resources.engine_manager.processes]


async def answered(teacher: VllmTeacher, **asked) -> list[Completion]:
    return list(await asyncio.gather(*map(teacher.respond, requests(**asked))))


async def answered_in_turn(teacher: VllmTeacher) -> list[Completion]:
    """One after another: which of them share a batch, and so how bfloat16 rounds, hangs on how busy the machine is."""
    return [await teacher.respond(request) for request in requests()]


def are_repeated(first: list[Completion], second: list[Completion]) -> bool:
    """All but one at most: a prefix that was cached before is not computed again, and a near tie may fall otherwise."""
    return sum(one == other for one, other in zip(first, second, strict=True)) >= len(first) - 1


async def each_seed_its_own_way(teacher: VllmTeacher) -> None:
    first, second = await answered_in_turn(teacher), await answered_in_turn(teacher)
    assert are_repeated(first, second), (first, second)
    assert len({answer.text for answer in first}) == 4
    for answer in first:
        assert len(answer.text.split()) > 3
        assert answer.text.isascii()
        assert 0 < answer.num_tokens <= 24
        assert answer.finish_reason in ("stop", "length")


async def it_computes_as_transformers_would(teacher: VllmTeacher) -> None:
    from vllm.platforms import current_platform

    if current_platform.is_cpu():
        assert str(teacher._engine.vllm_config.model_config.dtype) == f"torch.{cpu_dtype()}"


async def goes_on_from_what_is_begun(teacher: VllmTeacher) -> None:
    asked = {"questions": QUESTIONS[:1], "samples": 1, "temperature": 0.0}
    (plain,), (begun,) = await answered(teacher, **asked), await answered(teacher, **asked, begun="2 + 2 = ")
    assert begun.num_prompt_tokens > plain.num_prompt_tokens
    assert begun.text.lstrip().startswith("4")


async def limits_reach_the_engine(teacher: VllmTeacher) -> None:
    greedy = await answered(teacher, samples=1, temperature=0.0)
    for limits in ({"top_k": 1}, {"min_p": 1.0}):
        assert await answered(teacher, samples=1, temperature=1.5, **limits) == greedy
    assert await answered(teacher, samples=1, temperature=0.0, repetition_penalty=2.0) != greedy


async def a_loop_is_broken_off(teacher: VllmTeacher) -> None:
    begun = "I will say it again. " * 6
    (answer,) = await answered(teacher, questions=["Say it."], samples=1, begun=begun, temperature=0.0, max_tokens=400)
    assert answer.finish_reason == "loop"
    assert 160 <= answer.num_tokens < 400


async def samples_share_the_prompt(teacher: VllmTeacher) -> None:
    """Counted by the engine itself: what of a prompt another sample had computed."""
    counts = []

    async def cached(request: teachers.TeacherRequest, name: str) -> None:
        prompt = teacher._chat.prompt(request)
        sampling = teacher._sampling(prompt, request)
        async for output in teacher._engine.generate({"prompt_token_ids": prompt}, sampling, name):
            if output.finished:
                counts.append((output.num_cached_tokens, len(prompt)))

    asked = requests(questions=[SHARED], samples=4)
    await asyncio.gather(*(cached(request, f"shared-{index}") for index, request in enumerate(asked)))
    shares = sorted(cached / length for cached, length in counts)
    assert shares[0] < 0.5, "the first computes it"
    assert shares[1] > 0.8


async def what_is_cancelled_leaves_the_engine(teacher: VllmTeacher) -> None:
    asked = [asyncio.create_task(teacher.respond(r)) for r in requests(samples=4, temperature=2.0, max_tokens=400)]
    await asyncio.sleep(1)
    assert teacher._engine.get_num_unfinished_requests() == 8
    for task in asked:
        task.cancel()
    assert all(isinstance(end, asyncio.CancelledError) for end in await asyncio.gather(*asked, return_exceptions=True))
    assert teacher._engine.get_num_unfinished_requests() == 0
    await asyncio.wait_for(answered(teacher), SOON_S)


async def who_waits_when_it_dies_is_told(teacher: VllmTeacher) -> None:
    asked = [asyncio.create_task(teacher.respond(r)) for r in requests(samples=4, temperature=2.0, max_tokens=400)]
    await asyncio.sleep(1)
    for process in engine_processes(teacher):
        os.kill(process, signal.SIGKILL)
    ends = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), SOON_S)
    assert all(isinstance(end, TeacherOutageError) for end in ends), ends
    with pytest.raises(TeacherOutageError):
        await asyncio.wait_for(teacher.respond(requests()[0]), SOON_S)


async def closing_tells_who_waits(teacher: VllmTeacher) -> None:
    asked = [asyncio.create_task(teacher.respond(r)) for r in requests(temperature=2.0, max_tokens=400)]
    await asyncio.sleep(0.5)
    await teacher.close()
    ends = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), SOON_S)
    assert all(isinstance(end, TeacherOutageError) for end in ends), ends


async def life_of_an_engine() -> None:
    teacher = teachers.load(CONFIG, weights=smollm2_folder())
    assert isinstance(teacher, VllmTeacher)
    await teacher.start()
    try:
        for behaviour in (
            it_computes_as_transformers_would,
            each_seed_its_own_way,
            goes_on_from_what_is_begun,
            limits_reach_the_engine,
            a_loop_is_broken_off,
            samples_share_the_prompt,
            what_is_cancelled_leaves_the_engine,
        ):
            await behaviour(teacher)
        before = await answered_in_turn(teacher)
        await who_waits_when_it_dies_is_told(teacher)
        await teacher.close()
        await teacher.start()
        assert are_repeated(await answered_in_turn(teacher), before)
        await closing_tells_who_waits(teacher)
    finally:
        await teacher.close()


@pytest.mark.vllm
def test_an_engine_answers_cancels_dies_and_starts_again():
    asyncio.run(life_of_an_engine())


@pytest.mark.vllm
def test_an_engine_that_does_not_start_says_why(tmp_path):
    """What went wrong is known only to the engine's own process: this side sees that it is gone."""
    weights = tmp_path / "weights"
    shutil.copytree(smollm2_folder(), weights, ignore=shutil.ignore_patterns("*.safetensors"))
    with (smollm2_folder() / "model.safetensors").open("rb") as whole:
        (weights / "model.safetensors").write_bytes(whole.read(1 << 20))
    with pytest.raises(TeacherOutageError, match="vLLM did not start") as refused:
        asyncio.run(teachers.load(CONFIG, weights=weights).start())
    assert "incomplete metadata" in str(refused.value), str(refused.value)


def adapter(folder: Path, *, rank: int, strength: float) -> Path:
    """A LoRA adapter on the queries of every layer."""
    import torch
    from safetensors.torch import save_file

    folder.mkdir()
    layers, width = 30, 576
    draws = torch.Generator().manual_seed(0)
    named = {}
    for layer in range(layers):
        stem = f"base_model.model.model.layers.{layer}.self_attn.q_proj"
        named[f"{stem}.lora_A.weight"] = torch.randn(rank, width, generator=draws)
        named[f"{stem}.lora_B.weight"] = torch.randn(width, rank, generator=draws) * strength
    save_file(named, folder / "adapter_model.safetensors")
    told = {"peft_type": "LORA", "r": rank, "lora_alpha": rank, "target_modules": ["q_proj"], "bias": "none"}
    (folder / "adapter_config.json").write_text(json.dumps(told))
    return folder


@pytest.mark.vllm
def test_an_adapter_is_put_on_the_weights(tmp_path):
    wanted = replace(CONFIG, lora=adapter(tmp_path / "lora", rank=4, strength=1.0))

    async def ask() -> list[Completion]:
        teacher = teachers.load(wanted, weights=smollm2_folder())
        await teacher.start()
        try:
            return await answered(teacher, samples=1, temperature=0.0)
        finally:
            await teacher.close()

    (first, _) = asyncio.run(ask())
    assert "4" not in first.text, "so strong a random adapter leaves no sense"


def test_a_folder_without_an_adapter_is_refused(tmp_path):
    wanted = replace(CONFIG, lora=tmp_path)
    with pytest.raises(TeacherConfigError, match="holds no LoRA adapter"):
        asyncio.run(teachers.load(wanted, weights=smollm2_folder()).start())
