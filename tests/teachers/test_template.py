"""What chat templates make of chats: the faults that are known of them, each named."""

from pathlib import Path
from typing import Any

import pytest

from teachers import TeacherError
from teachers.template import CHATML, Examined, Template, TemplateError
from teachers.template_faults import FaultKind
from tests.teachers.templates import DEEPSEEK_R1, DEEPSEEK_R1_FIRST, GLM_4_5, LLAMA_3, MISTRAL, QWQ_32B
from tests.trainer.conftest import byte_tokenizer

PROMPT = [{"role": "user", "content": "What is 2 + 2?"}]
ANSWER = [{"role": "assistant", "content": "<think>\ntwo and two\n</think>\n\n\\boxed{4}"}]
SPECIAL = {
    "chatml": {"eos_token": "<|im_end|>"},
    "llama": {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>"},
    "deepseek": {"bos_token": "<｜begin▁of▁sentence｜>", "eos_token": "<｜end▁of▁sentence｜>"},
    "mistral": {"bos_token": "<s>", "eos_token": "</s>"},
    "smollm": {"bos_token": "<|im_start|>", "eos_token": "<|im_end|>"},
}
TURN = "<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n"
ASK = "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"


def tokenizer(kind: str, template: str | None) -> Any:
    made = byte_tokenizer()
    made.add_special_tokens(SPECIAL[kind])
    made.chat_template = template
    return made


def examined(kind: str, template: str | None, *, answer: list[dict[str, str]] = ANSWER, **ids: list[int]) -> Examined:
    return Template(tokenizer(kind, template), **ids).examine(PROMPT, answer)


def kinds(found: Examined) -> set[FaultKind]:
    return {fault.kind for fault in found.faults}


def trl_template(name: str) -> str:
    """The template of a model as TRL ships it, word for word."""
    trl = pytest.importorskip("trl", reason="reads the chat templates that TRL ships")
    return (Path(trl.__file__).parent / "chat_templates" / f"{name}.jinja").read_text("utf-8")


@pytest.mark.parametrize(
    ("kind", "template"), [("llama", LLAMA_3), ("chatml", "{% for m in messages %}" + TURN + "{% endfor %}" + ASK)]
)
def test_templates_that_keep_a_chat_have_no_fault(kind: str, template: str) -> None:
    found = examined(kind, template)
    assert not found.faults
    assert ANSWER[0]["content"] in found.told


@pytest.mark.parametrize(
    ("kind", "template"), [("deepseek", DEEPSEEK_R1), ("deepseek", DEEPSEEK_R1_FIRST), ("chatml", QWQ_32B)]
)
def test_templates_of_reasoning_models_that_delete_it_are_found_out(kind: str, template: str) -> None:
    found = examined(kind, template)
    assert FaultKind.REASONING_LOST in kinds(found)
    assert "two and two" not in found.told


@pytest.mark.parametrize(
    ("name", "kind", "wanted"),
    [
        ("deepseek_r1_distill", "deepseek", {FaultKind.REASONING_LOST, FaultKind.PROMPT_NOT_PREFIX}),
        ("deepseek_r1_distill_training", "deepseek", set()),
        ("qwen3", "chatml", set()),
        ("qwen2_5", "chatml", set()),
        ("llama3", "llama", set()),
        ("glm4moe", "chatml", {FaultKind.BLANK_SPACE, FaultKind.NO_END}),
    ],
)
def test_real_templates(name: str, kind: str, wanted: set[FaultKind]) -> None:
    assert kinds(examined(kind, trl_template(name))) == wanted


def test_reasoning_that_stands_in_the_prompt_too_does_not_hide_that_it_is_deleted() -> None:
    asked = [{"role": "user", "content": "Is it two and two? \\boxed{4}"}]
    found = Template(tokenizer("deepseek", DEEPSEEK_R1_FIRST)).examine(asked, ANSWER)
    assert FaultKind.REASONING_LOST in kinds(found)


def test_an_answer_that_is_not_rendered_and_tags_that_are_lost_are_told_apart() -> None:
    first_line = TURN.replace("m.content", "m.content.split('\n\n')[0]")
    untagged = TURN.replace("m.content", "m.content.replace('<think>', '').replace('</think>', '')")
    for turn, kind in ((first_line, FaultKind.ANSWER_LOST), (untagged, FaultKind.BENT)):
        assert kinds(examined("chatml", "{% for m in messages %}" + turn + "{% endfor %}" + ASK)) == {kind}


def test_other_blank_space_is_a_note_and_encodes() -> None:
    spaced = TURN.replace("m.content", "m.content.replace('\n\n', '\n')")
    made = tokenizer("chatml", "{% for m in messages %}" + spaced + "{% endfor %}" + ASK)
    assert kinds(Template(made).examine(PROMPT, ANSWER)) == {FaultKind.BLANK_SPACE}
    assert Template(made).encode(PROMPT, ANSWER).ids[-1] == made.eos_token_id


def test_a_first_token_that_stands_twice_is_a_fault_unless_a_question_spells_it() -> None:
    twice = LLAMA_3.replace("<|begin_of_text|>", "<|begin_of_text|><|begin_of_text|>")
    assert FaultKind.TWO_BEGINS in kinds(examined("llama", twice))
    spelt = [{"role": "user", "content": "<|begin_of_text|>?"}]
    assert FaultKind.TWO_BEGINS not in kinds(Template(tokenizer("llama", LLAMA_3)).examine(spelt, ANSWER))


def test_a_first_token_that_opens_every_turn_is_none() -> None:
    assert not examined("smollm", "{% for m in messages %}" + TURN + "{% endfor %}" + ASK).faults


def test_a_first_token_that_other_texts_get_and_chats_lack_is_a_fault() -> None:
    from tokenizers.processors import TemplateProcessing

    made = tokenizer("llama", LLAMA_3.replace("<|begin_of_text|>", ""))
    begin = (made.bos_token, made.bos_token_id)
    made.backend_tokenizer.post_processor = TemplateProcessing(single=f"{begin[0]} $A", special_tokens=[begin])
    assert kinds(Template(made).examine(PROMPT, ANSWER)) == {FaultKind.NO_BEGIN}


def test_an_end_that_generation_does_not_stop_on_is_a_fault() -> None:
    """As with base models whose generation_config names the end of a document and whose template ends turns."""
    made = tokenizer("chatml", "{% for m in messages %}" + TURN + "{% endfor %}" + ASK)
    other = made.convert_tokens_to_ids("<|im_start|>")
    assert kinds(Template(made, stop_ids=[other]).examine(PROMPT, ANSWER)) == {FaultKind.NO_STOP}
    assert not Template(made, stop_ids=[other, made.eos_token_id]).examine(PROMPT, ANSWER).faults


@pytest.mark.parametrize(("kind", "template"), [("chatml", GLM_4_5), ("deepseek", MISTRAL)])
def test_a_completion_without_an_end_token_is_a_fault(kind: str, template: str) -> None:
    assert kinds(examined(kind, template)) == {FaultKind.NO_END}


def test_what_a_template_raises_is_told_with_its_words() -> None:
    found = examined("chatml", "{{ raise_exception('Conversation roles must alternate') }}")
    (fault,) = found.faults
    assert (fault.kind, fault.rendered) == (FaultKind.REFUSED, "Conversation roles must alternate")
    with pytest.raises(TemplateError, match="refuses the chat"):
        Template(tokenizer("chatml", "{{ messages[0].content + 1 }}")).encode(PROMPT, ANSWER)


def test_a_prompt_alone_is_examined_for_what_can_be_wrong_with_it() -> None:
    found = Template(tokenizer("deepseek", DEEPSEEK_R1)).examine(PROMPT)
    assert (found.faults, found.num_completion) == ((), 0)
    assert found.num_prompt > 10
    assert found.told.endswith("<think>\n")


def test_our_own_template_marks_what_the_assistant_says_for_trl() -> None:
    made = tokenizer("chatml", None)
    template = Template(made)
    assert (template.is_own, made.chat_template) == (False, CHATML)
    assert not template.examine(PROMPT, ANSWER).faults
    told = made.apply_chat_template(
        [*PROMPT, *ANSWER], tokenize=True, return_dict=True, return_assistant_tokens_mask=True
    )
    trained = [token for token, mask in zip(told["input_ids"], told["assistant_masks"], strict=True) if mask]
    encoded = template.encode(PROMPT, ANSWER)
    assert trained == encoded.ids[encoded.num_prompt :]
    assert made.decode(trained) == ANSWER[0]["content"] + "<|im_end|>"


def test_a_tokenizer_without_an_end_token_is_refused() -> None:
    made = tokenizer("chatml", None)
    made.eos_token = None
    with pytest.raises(TeacherError, match="set its eos_token"):
        Template(made)
