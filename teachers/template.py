"""Chats to token ids through a tokenizer's chat template, and what is wrong with what the template makes of them.

Templates are known to delete reasoning, to render a prompt differently once an answer follows it, to write the first
token twice, and to leave no end token; each trains a model on something else than the rows say, without any error.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from teachers.chat import Chat, num_shared
from teachers.errors import TeacherError
from teachers.special_tokens import SEAM, SpecialTokens, uncover
from teachers.template_faults import Fault, FaultKind, begins_twice, bent, is_turn_marker, middle
from teachers.think import OPEN

# For tokenizers that bring none. The turn ends with the tokenizer's own end token, so nothing has to be added to it;
# what stands between the marks of a generation is what TRL trains with `assistant_only_loss`.
CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}"
    "{% if message['role'] == 'assistant' %}{% generation %}{{ message['content'] + eos_token }}{% endgeneration %}"
    "{% else %}{{ message['content'] + eos_token }}{% endif %}{{ '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

Turns = Sequence[Mapping[str, str]]


class TemplateError(TeacherError):
    """What a template makes of a chat is not what the chat says."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.why}; {fault.way_out}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Encoded:
    """`ids` of prompt and completion; the completion begins at `num_prompt` and its last id ends the turn."""

    ids: list[int]
    num_prompt: int

    @property
    def num_trained(self) -> int:
        """Tokens that carry loss: the completion with its end token."""
        return len(self.ids) - self.num_prompt


@dataclass(frozen=True, slots=True)
class Examined:
    """How many tokens a chat has by a template, and all that is wrong with them.

    `told` is the chat as rendered, empty where the template refused it.
    """

    num_prompt: int
    num_completion: int
    faults: tuple[Fault, ...]
    told: str


class Template:
    """Renders, encodes and examines chats; a tokenizer without a template is given `CHATML`.

    `end_ids` end a text beside the tokenizer's own end token. `stop_ids`, where they are known, are all that generation
    stops on. Raises `TeacherError` for a tokenizer without an end token.
    """

    def __init__(self, tokenizer: Any, *, end_ids: Sequence[int] = (), stop_ids: Sequence[int] = ()) -> None:
        if tokenizer.eos_token_id is None:
            raise TeacherError("the tokenizer has no end token: set its eos_token")
        self.is_own = bool(tokenizer.chat_template)
        if not self.is_own:
            tokenizer.chat_template = CHATML
        self.tokenizer = tokenizer
        self._special = SpecialTokens(tokenizer)
        self._stop_ids = frozenset(stop_ids)
        self._end_ids = frozenset({tokenizer.eos_token_id, *end_ids, *stop_ids})

    @cached_property
    def prefill(self) -> str:
        """What a prompt holds of the answer already, such as an opening `<think>`; empty where that cannot be told."""
        try:
            with refusals():
                return Chat(self.tokenizer, ends=self._end_ids, max_length=1).prefill
        except TemplateError:
            return ""

    def encode(self, prompt: Turns, completion: Turns) -> Encoded:
        """Raises `TemplateError` where the template loses or bends the chat."""
        asked, told = self._covered(prompt, is_asked=True), self._covered([*prompt, *completion])
        asked_ids, told_ids = self._special.ids(asked), self._special.ids(told)
        for fault in self._faults(completion, asked, told, asked_ids, told_ids):
            if not fault.kind.is_note:
                raise TemplateError(fault)
        return Encoded(told_ids[: self._end(told_ids, len(asked_ids))], len(asked_ids))

    def examine(self, prompt: Turns, completion: Turns = ()) -> Examined:
        """All that is wrong; of a prompt alone, what can be wrong with it."""
        try:
            asked = self._covered(prompt, is_asked=True)
            told = self._covered([*prompt, *completion]) if completion else asked
        except TemplateError as refused:
            return Examined(0, 0, (refused.fault,), "")
        asked_ids, told_ids = self._special.ids(asked), self._special.ids(told)
        if not completion:
            return Examined(len(asked_ids), 0, tuple(self._begun(asked, asked_ids)), uncover(asked))
        found = tuple(self._faults(completion, asked, told, asked_ids, told_ids))
        return Examined(len(asked_ids), max(0, len(told_ids) - len(asked_ids)), found, uncover(told))

    def render(self, turns: Turns, *, is_asked: bool = False) -> str:
        return uncover(self._covered(turns, is_asked=is_asked))

    def prompt_ids(self, turns: Turns) -> list[int]:
        """A prompt alone, to the point where its answer begins."""
        return self._special.ids(self._covered(turns, is_asked=True))

    def _covered(self, turns: Turns, *, is_asked: bool = False) -> str:
        """Rendered; a special token that a turn spells out has a seam in it."""
        told = [{**turn, "content": self._special.cover(turn["content"])} for turn in turns]
        with refusals():
            return str(self.tokenizer.apply_chat_template(told, add_generation_prompt=is_asked, tokenize=False))

    def _faults(
        self, completion: Turns, asked: str, told: str, asked_ids: list[int], told_ids: list[int]
    ) -> Iterator[Fault]:
        """`asked` and `told` are covered."""
        prompt, chat = uncover(asked), uncover(told)
        answer = self._answer(prompt, chat)
        for message in completion:
            yield from bent(message["content"], answer)
        if told_ids[: len(asked_ids)] != asked_ids:
            yield FaultKind.PROMPT_NOT_PREFIX.shown(middle(prompt, chat))
        yield from self._begun(told, told_ids)
        yield from self._ended(told_ids, len(asked_ids))

    def _answer(self, asked: str, told: str) -> str:
        """What is rendered behind the words that open the answer, so that no part of it is found in the prompt."""
        shared = len(asked) if told.startswith(asked) else num_shared(asked, told)
        opened = len(self.prefill) if asked.endswith(self.prefill) and OPEN in self.prefill else 0
        return told[max(0, shared - opened) :]

    def _begun(self, text: str, ids: list[int]) -> Iterator[Fault]:
        begin = self.tokenizer.bos_token_id
        if (spelt := text.find(SEAM)) >= 0:
            yield FaultKind.MARKS_SPELT.shown(uncover(text[max(0, spelt - 20) :])[:60])
        if begin is None or (begin not in ids and not self.adds_begin):
            return
        if begin not in ids:
            yield FaultKind.NO_BEGIN.shown(uncover(text)[:80])
        elif begins_twice(ids, begin) or (ids.count(begin) > 1 and not is_turn_marker(text, self.tokenizer.bos_token)):
            yield FaultKind.TWO_BEGINS.shown(uncover(text)[:80])

    @cached_property
    def adds_begin(self) -> bool:
        """Whether the tokenizer writes its first token itself before a text that is no chat."""
        begin = self.tokenizer.bos_token_id
        return begin is not None and list(self.tokenizer("a")["input_ids"])[:1] == [begin]

    def _ended(self, ids: list[int], start: int) -> Iterator[Fault]:
        end = self._end(ids, start)
        if not end:
            yield FaultKind.NO_END.shown(self.tokenizer.decode(ids[-24:]))
        elif self._stop_ids and ids[end - 1] not in self._stop_ids:
            yield FaultKind.NO_STOP.shown(self.tokenizer.decode(ids[end - 24 : end]))

    def _end(self, ids: list[int], start: int) -> int:
        """How many ids there are to the last end token, behind which only white space may stand; 0 of none."""
        ends = [index for index in range(start, len(ids)) if ids[index] in self._end_ids]
        rest = self.tokenizer.decode(ids[ends[-1] + 1 :]) if ends else ""
        return 0 if not ends or rest.strip() else ends[-1] + 1


@contextmanager
def refusals() -> Iterator[None]:
    """What a template raises by itself, or because it reads what a chat does not hold, becomes `TemplateError`."""
    from jinja2 import TemplateError as JinjaError

    try:
        yield
    except (JinjaError, TypeError, ValueError) as error:
        raise TemplateError(FaultKind.REFUSED.shown(str(error)[:200])) from error
