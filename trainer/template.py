"""Chats to token ids for training; the work is that of `teachers.template`, the errors are the trainer's."""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from teachers import TeacherError, template
from teachers.template import Encoded, Turns
from trainer.errors import TrainConfigError

__all__ = ["Encoded", "Template"]


class Template:
    """Encodes chats; raises `TrainConfigError` where the template loses or bends a row."""

    def __init__(self, tokenizer: Any, *, end_ids: Sequence[int] = ()) -> None:
        try:
            self._template = template.Template(tokenizer, end_ids=end_ids)
        except TeacherError as error:
            raise TrainConfigError(str(error)) from error
        self._end_ids = sorted(end_ids)

    @cached_property
    def digest(self) -> str:
        """Of all that decides which tokens a chat becomes."""
        tokenizer = self._template.tokenizer
        pieces = tokenizer.backend_tokenizer.to_str() if tokenizer.is_fast else sorted(tokenizer.get_vocab().items())
        told = repr((pieces, tokenizer.chat_template, tokenizer.special_tokens_map, self._end_ids))
        return hashlib.sha256(told.encode()).hexdigest()

    def encode(self, row_id: str, prompt: Turns, completion: Turns) -> Encoded:
        try:
            return self._template.encode(prompt, completion)
        except TeacherError as error:
            raise TrainConfigError(f"row {row_id}: {error}") from error

    def prompt_ids(self, row_id: str, prompt: Turns) -> list[int]:
        """A prompt alone, to the point where its answer begins."""
        try:
            return self._template.prompt_ids(prompt)
        except TeacherError as error:
            raise TrainConfigError(f"row {row_id}: {error}") from error
