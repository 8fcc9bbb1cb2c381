"""The transformers teacher on a model of random weights, and on the real one."""

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs the [train] extra")

import teachers  # noqa: E402
from teachers import (  # noqa: E402
    Completion,
    EngineOptions,
    PromptTooLongError,
    Sampling,
    TeacherConfig,
    TeacherConfigError,
    TeacherOutageError,
)
from tests.teachers.smollm2 import smollm2_folder  # noqa: E402
from tests.teachers.tiny import tiny_model  # noqa: E402
from tests.threads import one_thread  # noqa: E402, F401

ROOT = Path(__file__).parents[2]
QUESTIONS = ["What is 2 + 2?", "What is 2 + 3?", "Why?", "How many legs do seven spiders have together?"]


@pytest.fixture(scope="module")
def weights(tmp_path_factory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("tiny"))


def config(**sampling) -> TeacherConfig:
    return TeacherConfig(
        name="tiny", backend="transformers", dtype="float32", sampling=Sampling(**({"max_tokens": 40} | sampling))
    )


def requests(wanted: TeacherConfig, *, samples: int = 3, questions=QUESTIONS) -> list[teachers.TeacherRequest]:
    return [
        teachers.request(wanted, question=question, answer=None, sample=sample, seed=0)
        for question in questions
        for sample in range(samples)
    ]


def answers(wanted: TeacherConfig, weights: Path, *, slots: int, asked=None) -> list[Completion]:
    teacher = teachers.load(wanted, weights=weights, slots=slots)

    async def ask_all() -> list[Completion]:
        await teacher.start()
        try:
            return list(await asyncio.gather(*map(teacher.respond, asked or requests(wanted))))
        finally:
            await teacher.close()

    return asyncio.run(ask_all())


@pytest.mark.parametrize("slots", [2, 5, 12])
def test_a_sample_does_not_depend_on_who_is_answered_beside_it(weights, slots):
    alone = answers(config(), weights, slots=1)
    assert answers(config(), weights, slots=slots) == alone
    assert len({answer.text for answer in alone}) > len(alone) // 2


def test_greedy_answers_are_those_of_transformers_own_generate(weights):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(weights), AutoModelForCausalLM.from_pretrained(weights)
    wanted = config(temperature=0.0, max_tokens=20)
    asked = requests(wanted, samples=1)
    for request, answer in zip(asked, answers(wanted, weights, slots=4, asked=asked), strict=True):
        turns = [{"role": turn.role, "content": turn.content} for turn in request.messages]
        prompt = tokenizer.apply_chat_template(turns, add_generation_prompt=True, return_tensors="pt", return_dict=True)
        tokens = model.generate(**prompt, do_sample=False, max_new_tokens=20)[0, prompt["input_ids"].shape[1] :]
        assert tokenizer.decode(tokens, skip_special_tokens=True) == answer.text
        assert answer.num_prompt_tokens == prompt["input_ids"].shape[1]


def test_the_length_is_bounded_by_the_request_and_by_the_model(weights):
    for answer in answers(config(max_tokens=7), weights, slots=4):
        assert answer.num_tokens <= 7
        assert (answer.finish_reason == "length") == (answer.num_tokens == 7) or answer.finish_reason == "stop"
    long_question = ["word " * 80]
    wanted = TeacherConfig(name="t", backend="transformers", max_model_len=540, sampling=Sampling(max_tokens=500))
    for answer in answers(wanted, weights, slots=2, asked=requests(wanted, questions=long_question)):
        assert answer.num_prompt_tokens + answer.num_tokens <= 540


def test_a_prompt_without_room_fails_alone(weights):
    wanted = TeacherConfig(name="t", backend="transformers", max_model_len=64)
    with pytest.raises(PromptTooLongError, match="leaves no room in 64"):
        answers(wanted, weights, slots=2, asked=requests(wanted, questions=["word " * 80]))


def test_a_text_that_loops_is_broken_off(weights):
    wanted = config(temperature=0.0, max_tokens=400)
    finished = answers(wanted, weights, slots=4, asked=requests(wanted, samples=1))
    looping = [answer for answer in finished if answer.finish_reason == "loop"]
    assert looping, "greedy text of random weights ends up repeating itself"
    assert all(answer.num_tokens < 400 for answer in looping)


def test_a_model_of_a_hub_that_is_not_reached_is_an_outage_with_a_way_out():
    code = (
        "from teachers.chat import load_chat\n"
        "from teachers.errors import TeacherOutageError\n"
        "from teachers.types import TeacherConfig\n"
        "from teachers.weights import Weights\n"
        "asked = TeacherConfig(name='t', backend='transformers', model='org/none', revision='0' * 40)\n"
        "try:\n    load_chat(Weights(asked, None))\nexcept TeacherOutageError as error:\n    print(error)\n"
    )
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "t: cannot load org/none: " in done.stdout
    assert done.stdout.endswith("; without the hub give the stage a folder: `weights: FOLDER`\n")


def test_missing_weights_are_an_outage_and_so_is_asking_a_closed_engine(weights, tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(TeacherOutageError, match="cannot load"):
        answers(config(), tmp_path, slots=1)
    teacher = teachers.load(config(), weights=weights)
    with pytest.raises(TeacherOutageError, match="not running"):
        asyncio.run(teacher.respond(requests(config())[0]))


def test_an_engine_that_breaks_tells_every_open_request(weights):
    teacher = teachers.load(config(max_tokens=400), weights=weights, slots=2)

    async def break_it() -> list[BaseException | Completion]:
        await teacher.start()
        asked = [asyncio.create_task(teacher.respond(request)) for request in requests(config(max_tokens=400))]
        await asyncio.sleep(0.2)
        teacher._model.cache.keys.clear()
        return await asyncio.gather(*asked, return_exceptions=True)

    ended = asyncio.run(break_it())
    assert all(isinstance(end, Completion | TeacherOutageError) for end in ended)
    assert any(isinstance(end, TeacherOutageError) for end in ended)


def test_a_closed_engine_starts_again_and_answers_the_same(weights):
    wanted = config()

    async def twice() -> tuple[list[Completion], list[BaseException | Completion], list[Completion]]:
        teacher = teachers.load(wanted, weights=weights, slots=3)
        await teacher.start()
        first = await asyncio.gather(*map(teacher.respond, requests(wanted)))
        endless = [asyncio.create_task(teacher.respond(request)) for request in requests(config(max_tokens=400))]
        await asyncio.sleep(0.1)
        await teacher.close()
        stranded = await asyncio.gather(*endless, return_exceptions=True)
        await teacher.start()
        second = await asyncio.gather(*map(teacher.respond, requests(wanted)))
        await teacher.close()
        return first, stranded, second

    first, stranded, second = asyncio.run(twice())
    assert first == second
    assert any(isinstance(end, TeacherOutageError) for end in stranded)
    assert all(isinstance(end, Completion | TeacherOutageError) for end in stranded)


def test_a_cancelled_request_leaves_its_slot_at_once(weights):
    long = config(temperature=5.0, top_p=1.0, max_tokens=400)

    async def cancel() -> tuple[int, list[Completion], int]:
        teacher = teachers.load(long, weights=weights, slots=2)
        await teacher.start()
        asked = [asyncio.create_task(teacher.respond(request)) for request in requests(long)]
        await asyncio.sleep(0.1)
        under_way = len(teacher._open)
        for task in asked:
            task.cancel()
        wanted = config(max_tokens=3)
        answered = await asyncio.gather(*map(teacher.respond, requests(wanted)))
        left = len(teacher._open) + len(teacher._waiting)
        await teacher.close()
        return under_way, answered, left

    under_way, answered, left = asyncio.run(cancel())
    assert under_way == 2
    assert all(answer.num_tokens <= 3 for answer in answered)
    assert left == 0


def test_an_answer_goes_on_from_what_it_begins_with(weights):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(weights), AutoModelForCausalLM.from_pretrained(weights)
    wanted = config(temperature=0.0, max_tokens=20)
    (asked,) = requests(wanted, samples=1, questions=["Why?"])
    (answer,) = answers(wanted, weights, slots=1, asked=[replace(asked, begun="Because ")])
    turns = [{"role": turn.role, "content": turn.content} for turn in asked.messages]
    opened = tokenizer.apply_chat_template(turns, add_generation_prompt=True, tokenize=False) + "Because "
    prompt = tokenizer(opened, return_tensors="pt")["input_ids"]
    tokens = model.generate(prompt, do_sample=False, max_new_tokens=20)[0, prompt.shape[1] :]
    assert answer.text == tokenizer.decode(tokens, skip_special_tokens=True)
    assert answer.num_prompt_tokens == prompt.shape[1]


@pytest.mark.parametrize("limits", [{"top_k": 1}, {"min_p": 1.0}])
def test_a_sampling_that_leaves_one_token_is_greedy(weights, limits):
    greedy, limited = config(temperature=0.0), config(temperature=2.0, **limits)
    texts = [[answer.text for answer in answers(wanted, weights, slots=4)] for wanted in (greedy, limited)]
    assert texts[0] == texts[1]


def test_a_penalty_on_repetition_is_that_of_transformers_own_generate(weights):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(weights), AutoModelForCausalLM.from_pretrained(weights)
    wanted = config(temperature=0.0, max_tokens=30, repetition_penalty=1.3)
    asked = [*requests(wanted, samples=1), *requests(config(temperature=0.0, max_tokens=30), samples=1)]
    for request, answer in zip(asked, answers(wanted, weights, slots=8, asked=asked), strict=True):
        turns = [{"role": turn.role, "content": turn.content} for turn in request.messages]
        prompt = tokenizer.apply_chat_template(turns, add_generation_prompt=True, return_tensors="pt", return_dict=True)
        penalty = request.sampling.repetition_penalty
        tokens = model.generate(**prompt, do_sample=False, max_new_tokens=30, repetition_penalty=penalty)
        text = tokenizer.decode(tokens[0, prompt["input_ids"].shape[1] :], skip_special_tokens=True)
        assert text == answer.text


def test_what_needs_vllm_is_said_before_anything_is_loaded(weights):
    with pytest.raises(TeacherConfigError, match="several GPUs needs vLLM"):
        teachers.load(replace(config(), engine=EngineOptions(tensor_parallel=2)), weights=weights)


def test_the_real_teacher_answers_in_words():
    wanted = TeacherConfig(name="smollm2", backend="transformers", sampling=Sampling(max_tokens=24))
    asked = requests(wanted, samples=1, questions=["What is 2 + 2?"])
    (answer,) = answers(wanted, smollm2_folder(), slots=2, asked=asked)
    assert answer.text.isascii()
    assert len(answer.text.split()) > 3
    assert 0 < answer.num_tokens <= 24
