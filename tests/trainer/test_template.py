from typing import Any

import pytest

from tests.trainer.conftest import sum_row
from trainer.errors import TrainConfigError
from trainer.template import Encoded, Template

ROW = sum_row(7)
TURN = "<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n"
ASK = "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"


def encode(tokenizer: Any, template: str | None = None) -> Encoded:
    tokenizer.chat_template = template
    return Template(tokenizer).encode(ROW["id"], ROW["prompt"], ROW["completion"])


def test_a_tokenizer_without_a_template_gets_one_that_ends_with_its_end_token(tokenizer: Any) -> None:
    encoded = encode(tokenizer)
    completion = encoded.ids[encoded.num_prompt :]
    assert tokenizer.decode(encoded.ids[: encoded.num_prompt]).endswith("7+1?<|im_end|>\n<|im_start|>assistant\n")
    assert tokenizer.decode(completion) == ROW["completion"][0]["content"] + "<|im_end|>"
    assert completion.count(tokenizer.eos_token_id) == 1


def test_what_a_template_writes_after_the_end_token_is_not_trained(tokenizer: Any) -> None:
    own = encode(tokenizer, "{% for m in messages %}" + TURN + "{% endfor %}" + ASK)
    assert own.ids[-1] == tokenizer.eos_token_id
    assert own.num_trained == len(ROW["completion"][0]["content"]) + 1


def test_a_template_that_deletes_reasoning_is_refused(tokenizer: Any) -> None:
    deleting = TURN.replace("m['content']", "m['content'].split('</think>')[-1]")
    with pytest.raises(TrainConfigError, match="row p007: the chat template does not keep the completion whole"):
        encode(tokenizer, "{% for m in messages %}" + deleting + "{% endfor %}" + ASK)


def test_a_template_that_renders_the_prompt_differently_is_refused(tokenizer: Any) -> None:
    counting = "{{ messages | length }}{% for m in messages %}" + TURN + "{% endfor %}" + ASK
    with pytest.raises(TrainConfigError, match="not the beginning of prompt and completion"):
        encode(tokenizer, counting)


@pytest.mark.parametrize("turn", [TURN.replace("<|im_end|>", ""), TURN + "bye"])
def test_a_completion_that_does_not_end_with_an_end_token_is_refused(tokenizer: Any, turn: str) -> None:
    last = "{% for m in messages[:1] %}" + TURN + "{% endfor %}{% for m in messages[1:] %}" + turn + "{% endfor %}"
    with pytest.raises(TrainConfigError, match="does not end with an end token"):
        encode(tokenizer, last + ASK)


def test_a_template_that_opens_the_reasoning_in_the_prompt_is_accepted(tokenizer: Any) -> None:
    encoded = encode(
        tokenizer, "{% for m in messages %}" + TURN + "{% endfor %}" + ASK.replace("{% endif", "<think>\n{% endif")
    )
    assert tokenizer.decode(encoded.ids[encoded.num_prompt :]).startswith("7 and 1")
