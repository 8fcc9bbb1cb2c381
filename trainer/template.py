"""Chats to token ids through the tokenizer's chat template, with proof that the template keeps what is to be learnt.

Templates are known to delete reasoning, to render a prompt differently once an answer follows it, and to leave no end
token; each of these trains a model on something else than the rows say, without any error.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trainer.errors import TrainConfigError

# For tokenizers that bring none. The turn ends with the tokenizer's own end token, so nothing has to be added to it.
CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + eos_token + '\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

Chat = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Encoded:
    """`ids` of prompt and completion; the completion begins at `num_prompt` and its last id ends the turn."""

    ids: list[int]
    num_prompt: int

    @property
    def num_trained(self) -> int:
        """Tokens that carry loss: the completion with its end token."""
        return len(self.ids) - self.num_prompt


class Template:
    """Renders and encodes chats; raises `TrainConfigError` where the template loses or bends a row."""

    def __init__(self, tokenizer: Any, *, end_ids: Sequence[int] = ()) -> None:
        if tokenizer.eos_token_id is None:
            raise TrainConfigError("the tokenizer has no end token: set its eos_token")
        if not tokenizer.chat_template:
            tokenizer.chat_template = CHATML
        self._tokenizer = tokenizer
        self._end_ids = frozenset({tokenizer.eos_token_id, *end_ids})

    def encode(self, row_id: str, prompt: Chat, completion: Chat) -> Encoded:
        asked = self._render(prompt, generation=True)
        told = self._render([*prompt, *completion], generation=False)
        for message in completion:
            if message["content"].strip() not in told:
                raise TrainConfigError(
                    f"row {row_id}: the chat template does not keep the completion whole (templates of reasoning "
                    f"models often delete what stands before </think>); set another chat_template in the tokenizer"
                )
        asked_ids, told_ids = self._ids(asked), self._ids(told)
        if told_ids[: len(asked_ids)] != asked_ids:
            raise TrainConfigError(
                f"row {row_id}: the prompt's tokens are not the beginning of prompt and completion, so the two cannot "
                f"be told apart; set a chat_template that renders a prompt the same way with and without an answer"
            )
        return Encoded(self._until_end(row_id, told_ids, len(asked_ids)), len(asked_ids))

    def _render(self, chat: Chat, *, generation: bool) -> str:
        text = self._tokenizer.apply_chat_template(list(chat), add_generation_prompt=generation, tokenize=False)
        return str(text)

    def _ids(self, text: str) -> list[int]:
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def _until_end(self, row_id: str, ids: list[int], start: int) -> list[int]:
        """Cuts what the template writes after the end token, which is at most white space."""
        ends = [index for index in range(start, len(ids)) if ids[index] in self._end_ids]
        rest = self._tokenizer.decode(ids[ends[-1] + 1 :]) if ends else ""
        if not ends or rest.strip():
            raise TrainConfigError(
                f"row {row_id}: the rendered completion does not end with an end token "
                f"({self._tokenizer.eos_token!r}), so the model would not learn to stop; set eos_token or chat_template"
            )
        return ids[: ends[-1] + 1]
