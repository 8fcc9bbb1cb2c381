"""Chat templates as the engines use them: what is asked, and what the template says of the answer by itself."""

import shutil
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("transformers", reason="needs the [train] extra")

import teachers
from teachers import PromptTooLongError, TeacherConfig, TeacherConfigError
from teachers.chat import Chat, load_chat
from teachers.think import Thought, thought_of
from teachers.weights import Weights
from tests.teachers import templates
from tests.teachers.tiny import tiny_model

CONFIG = TeacherConfig(name="t", prompt_style="question-v1")
THINK, NO_THINKING = "<think>\n", "<think>\n\n</think>\n\n"


@pytest.fixture(scope="module")
def weights(tmp_path_factory) -> Path:
    pytest.importorskip("torch", reason="needs the [train] extra")
    return tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def plain(weights) -> Chat:
    return load_chat(Weights(CONFIG, weights))


def chat_of(plain: Chat, template: str, **options) -> Chat:
    tokenizer = deepcopy(plain.tokenizer)
    tokenizer.chat_template = template
    return replace(plain, tokenizer=tokenizer, options=options)


def asked(begun=""):
    return replace(teachers.request(CONFIG, question="Why?", answer=None, sample=0, seed=0), begun=begun)


def written(chat: Chat, begun="") -> str:
    return chat.tokenizer.decode(chat.prompt(asked(begun)))


@pytest.mark.parametrize(
    ("template", "options", "prefill"),
    [
        ("CHATML", {}, ""),
        ("LLAMA_3", {}, ""),
        ("MISTRAL", {}, ""),
        ("QWQ_32B", {}, THINK),
        ("QWEN3", {}, ""),
        ("QWEN3", {"enable_thinking": True}, ""),
        ("QWEN3", {"enable_thinking": False}, NO_THINKING),
        ("QWEN3_THINKING_2507", {}, THINK),
        ("DEEPSEEK_R1_FIRST", {}, ""),
        ("DEEPSEEK_R1", {}, THINK),
        ("DEEPSEEK_V3_1", {"thinking": True}, "<think>"),
        ("DEEPSEEK_V3_1", {"thinking": False}, "</think>"),
        ("GLM_4_5", {}, ""),
        ("GLM_4_5", {"enable_thinking": False}, "<think></think>\n"),
    ],
)
def test_what_a_template_writes_of_the_answer_is_known(plain, template, options, prefill):
    chat = chat_of(plain, getattr(templates, template), **options)
    assert chat.prefill == prefill
    assert written(chat).endswith(prefill)


@pytest.mark.parametrize(
    ("template", "options", "text", "thought"),
    [
        ("QWQ_32B", {}, "hm</think>\n\n4", Thought("hm", "4")),
        ("QWQ_32B", {}, "hm", Thought("hm", "")),
        ("QWEN3", {"enable_thinking": False}, "4", Thought(None, "4")),
        ("QWEN3", {}, "<think>\nhm\n</think>\n\n4", Thought("hm", "4")),
        ("DEEPSEEK_V3_1", {"thinking": False}, "4", Thought(None, "4")),
        ("DEEPSEEK_V3_1", {"thinking": True}, "hm</think>4", Thought("hm", "4")),
        ("LLAMA_3", {}, "4", Thought(None, "4")),
    ],
)
def test_reasoning_is_told_apart_without_any_configuration(plain, template, options, text, thought):
    chat = chat_of(plain, getattr(templates, template), **options)
    answer = chat.tokenizer(text)["input_ids"]
    assert thought_of(chat.completion([1], answer, "stop"), style="auto") == thought


def test_an_answer_goes_on_from_what_it_begins_with(plain):
    qwq, qwen, llama = (chat_of(plain, t) for t in (templates.QWQ_32B, templates.QWEN3, templates.LLAMA_3))
    assert written(qwq, "So").endswith("assistant\n<think>\nSo")
    assert written(qwq, "<think> So").endswith("assistant\n<think> So"), "the tag stands once"
    assert written(qwq, "hm\n</think>\n\n").endswith("<think>\nhm\n</think>\n\n")
    assert written(qwen, "<think>\nSo").endswith("assistant\n<think>\nSo")
    assert written(llama, "So").endswith("<|end_header_id|>\n\nSo")
    assert len(llama.prompt(asked("So"))) == len(llama.prompt(asked())) + 2


def test_what_an_answer_begins_with_takes_of_its_room(plain):
    chat = replace(plain, max_length=len(plain.prompt(asked())) + 10)
    assert chat.room(chat.prompt(asked("1234")), asked("1234")) == 6
    with pytest.raises(PromptTooLongError, match="leaves no room"):
        chat.prompt(asked("1234567890"))


def test_think_tags_are_said_even_where_the_tokenizer_calls_them_special(plain):
    chat = chat_of(plain, templates.QWEN3)
    chat.tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<think>", "</think>"]})
    answer = chat.tokenizer("<think>hm</think>4<|im_end|>")["input_ids"]
    assert chat.completion([1], answer, "stop").text == "<think>hm</think>4"


def test_an_option_that_the_template_does_not_know_is_refused(weights):
    with pytest.raises(TeacherConfigError, match="knows no option 'enable_thinkin'"):
        load_chat(Weights(replace(CONFIG, chat_options={"enable_thinkin": False}), weights))


def test_a_folder_without_a_generation_config_ends_as_the_model_says(weights, plain, tmp_path):
    bare = shutil.copytree(weights, tmp_path / "bare", ignore=shutil.ignore_patterns("generation_config.json"))
    assert load_chat(Weights(CONFIG, bare)).ends == plain.ends


def test_a_base_model_without_a_chat_template_is_refused_with_a_way_out(weights, tmp_path):
    base = tmp_path / "base"
    shutil.copytree(weights, base, ignore=shutil.ignore_patterns("chat_template.jinja"))
    with pytest.raises(TeacherConfigError, match=r"has no chat template.*chat_template.jinja"):
        load_chat(Weights(CONFIG, base))
