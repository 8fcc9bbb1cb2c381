"""A model's tokenizer as the engines use it: one way to write a prompt and to read an answer, whichever engine runs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from typing import Any

from teachers.errors import PromptTooLongError, TeacherConfigError, TeacherOutageError
from teachers.hub_client import quiet_hub
from teachers.special_tokens import SpecialTokens
from teachers.think import CLOSE, OPEN
from teachers.types import Completion, FinishReason, TeacherRequest
from teachers.weights import Weights

# Chat models end a turn with one of these, though their generation config may only name the end of a document.
TURN_ENDS = ("<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<|end|>", "<｜end▁of▁sentence｜>")
TAG = re.compile(f"{OPEN}|{CLOSE}")
ANSWER = "An answer"


@dataclass(frozen=True)
class Chat:
    """`ends` are the tokens that close an answer; prompt and answer together hold at most `max_length` tokens.

    `options` are given to the chat template.
    """

    tokenizer: Any
    ends: frozenset[int]
    max_length: int
    options: Mapping[str, bool | int | float | str] = field(default_factory=dict)

    @cached_property
    def prefill(self) -> str:
        """What the template writes of an answer after the words that open a turn of the assistant.

        Those words are read off an earlier turn, up to its content or its first think tag: templates drop the reasoning
        of earlier turns, but some write an empty one.
        """
        asked, answered = {"role": "user", "content": "A question"}, {"role": "assistant", "content": ANSWER}
        told = self._render([asked])
        opened = self._render([asked], add_generation_prompt=True)
        earlier = self._render([asked, answered, {"role": "user", "content": "Another"}])
        start = min(num_shared(told, opened), num_shared(told, earlier))
        header = TAG.split(earlier[start : earlier.find(ANSWER, start)])[0]
        return opened[start + num_shared(opened[start:], header) :]

    def prompt(self, request: TeacherRequest) -> list[int]:
        """The prompt's tokens, and those of the text the answer begins with; raises `PromptTooLongError`.

        A special token that a turn spells out is letters and no token.
        """
        turns = [{"role": turn.role, "content": self._special.cover(turn.content)} for turn in request.messages]
        written = self._render(turns, add_generation_prompt=True)
        if request.begun.lstrip().startswith(OPEN) and self.prefill.rstrip().endswith(OPEN):
            written = written.removesuffix(self.prefill)  # the text brings the tag that the template would write
        tokens = self._special.ids(written + self._special.cover(request.begun))
        if len(tokens) >= self.max_length:
            raise PromptTooLongError(f"a prompt of {len(tokens)} tokens leaves no room in {self.max_length}")
        return tokens

    def room(self, prompt: Sequence[int], request: TeacherRequest) -> int:
        """How many tokens the answer may have."""
        return min(request.sampling.max_tokens, self.max_length - len(prompt))

    def completion(self, prompt: Sequence[int], answer: Sequence[int], reason: FinishReason) -> Completion:
        return Completion(
            text=self.tokenizer.decode([token for token in answer if token not in self._unsaid]),
            finish_reason=reason,
            num_prompt_tokens=len(prompt),
            num_tokens=len(answer),
            prefill=self.prefill,
        )

    def _render(self, turns: list[dict[str, str]], *, add_generation_prompt: bool = False) -> str:
        written: str = self.tokenizer.apply_chat_template(
            turns, add_generation_prompt=add_generation_prompt, tokenize=False, **self.options
        )
        return written

    @cached_property
    def _special(self) -> SpecialTokens:
        return SpecialTokens(self.tokenizer)

    @cached_property
    def _unsaid(self) -> frozenset[int]:
        """Ends and special tokens; think tags are said, though some tokenizers call them special."""
        vocabulary = self.tokenizer.get_vocab()
        return self.ends.union(self.tokenizer.all_special_ids) - {vocabulary.get(OPEN), vocabulary.get(CLOSE)}


def load_chat(weights: Weights) -> Chat:
    """Tokenizer and configuration without the weights.

    Raises `TeacherOutageError` where they cannot be had, `TeacherConfigError` where there is no chat template or where
    it does not know an option.
    """
    from transformers import AutoConfig, AutoTokenizer

    where, revision, name = weights.location, weights.revision, weights.config.name
    try:
        with quiet_hub():
            tokenizer = AutoTokenizer.from_pretrained(where, revision=revision, trust_remote_code=False)
            config = AutoConfig.from_pretrained(where, revision=revision, trust_remote_code=False).get_text_config()
            named = _named_ends(weights, config)
    except (OSError, ValueError) as error:
        way_out = "" if weights.folder else "; without the hub give the stage a folder: `weights: FOLDER`"
        raise TeacherOutageError(f"{name}: cannot load {where}: {str(error).rstrip('.')}{way_out}") from error
    if not tokenizer.chat_template:
        raise TeacherConfigError(
            f"{name}: the tokenizer of {where} has no chat template, as base models have none; name the model that was "
            "made for chats, or give the stage a folder of weights with a chat_template.jinja in it"
        )
    for option in weights.config.chat_options:
        if not re.search(rf"\b{re.escape(option)}\b", tokenizer.get_chat_template()):
            raise TeacherConfigError(f"{name}: the chat template of {where} knows no option {option!r} of chat_options")
    vocabulary = tokenizer.get_vocab()
    closing = [*named, tokenizer.eos_token_id, *(vocabulary.get(end) for end in TURN_ENDS)]
    return Chat(
        tokenizer=tokenizer,
        ends=frozenset(token for token in closing if token is not None),
        max_length=weights.config.max_model_len or config.max_position_embeddings,
        options=weights.config.chat_options,
    )


def _named_ends(weights: Weights, config: Any) -> list[int | None]:
    """What `generation_config.json` says ends a text; where a folder has none, the model's own configuration."""
    from transformers import GenerationConfig

    if weights.folder and not (weights.folder / "generation_config.json").is_file():
        ends = getattr(config, "eos_token_id", None)
    else:
        ends = GenerationConfig.from_pretrained(weights.location, revision=weights.revision).eos_token_id
    return ends if isinstance(ends, list) else [ends]


def num_shared(left: str, right: str) -> int:
    """With how many letters both begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False)))
