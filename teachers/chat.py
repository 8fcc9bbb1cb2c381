"""A model's tokenizer as the engines use it: one way to write a prompt and to read an answer, whichever engine runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from teachers.errors import PromptTooLongError, TeacherOutageError
from teachers.types import Completion, FinishReason, TeacherRequest
from teachers.weights import Weights

# Chat models end a turn with one of these, though their generation config may only name the end of a document.
TURN_ENDS = ("<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<|end|>", "<｜end▁of▁sentence｜>")


@dataclass(frozen=True, slots=True)
class Chat:
    """`ends` are the tokens that close an answer; prompt and answer together hold at most `max_length` tokens."""

    tokenizer: Any
    ends: frozenset[int]
    max_length: int

    def prompt(self, request: TeacherRequest) -> list[int]:
        """The prompt's tokens; raises `PromptTooLongError`."""
        turns = [{"role": turn.role, "content": turn.content} for turn in request.messages]
        written = self.tokenizer.apply_chat_template(turns, add_generation_prompt=True, tokenize=False)
        tokens: list[int] = self.tokenizer(written, add_special_tokens=False)["input_ids"]
        if len(tokens) >= self.max_length:
            raise PromptTooLongError(f"a prompt of {len(tokens)} tokens leaves no room in {self.max_length}")
        return tokens

    def room(self, prompt: Sequence[int], request: TeacherRequest) -> int:
        """How many tokens the answer may have."""
        return min(request.sampling.max_tokens, self.max_length - len(prompt))

    def completion(self, prompt: Sequence[int], answer: Sequence[int], reason: FinishReason) -> Completion:
        said = answer[:-1] if answer and answer[-1] in self.ends else answer
        return Completion(
            text=self.tokenizer.decode(said, skip_special_tokens=True),
            finish_reason=reason,
            num_prompt_tokens=len(prompt),
            num_tokens=len(answer),
        )


def load_chat(weights: Weights) -> Chat:
    """Tokenizer and configuration without the weights; raises `TeacherOutageError` where they cannot be had."""
    from transformers import AutoConfig, AutoTokenizer, GenerationConfig

    where, revision = weights.location, weights.revision
    try:
        tokenizer = AutoTokenizer.from_pretrained(where, revision=revision)
        config = AutoConfig.from_pretrained(where, revision=revision).get_text_config()
        ends = GenerationConfig.from_pretrained(where, revision=revision).eos_token_id
    except (OSError, ValueError) as error:
        raise TeacherOutageError(f"{weights.config.name}: cannot load {where}: {error}") from error
    if not tokenizer.chat_template:
        raise TeacherOutageError(f"{weights.config.name}: the tokenizer of {where} has no chat template")
    named = ends if isinstance(ends, list) else [ends]
    vocabulary = tokenizer.get_vocab()
    closing = [*named, tokenizer.eos_token_id, *(vocabulary.get(end) for end in TURN_ENDS)]
    return Chat(
        tokenizer=tokenizer,
        ends=frozenset(token for token in closing if token is not None),
        max_length=weights.config.max_model_len or config.max_position_embeddings,
    )
