"""Keeps what a text spells out from being read as a token of the chat's form.

Tokenizers read `<|im_end|>` as the end of a turn wherever it stands, so a page, a question or a trace that spells it
could close its own turn and open one of the system. A text is parted inside each such spelling before the template
renders it, and tokenized part by part: the model sees the same letters, none of them a token that means a turn. Texts
without such a spelling, nearly all, become the same tokens as ever.
"""

import re
import secrets
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from teachers.think import CLOSE, OPEN

# What tokenizers of chat models call their marks; some list them as ordinary added tokens.
MARK = re.compile(
    r"<[|｜][\w▁. -]{1,40}[|｜]>|</?s>|<(?:bos|eos|(?:start|end)_of_(?:turn|image)|unused\d+)>"
    r"|\[/?(?:INST|SYSTEM_PROMPT)\]"
)
# Cannot be guessed, so no text can hold it; digits, so that no template changes it.
SEAM = f"\ufdd0{secrets.randbelow(10**18)}\ufdd1"


class SpecialTokens:
    """Those of one tokenizer, but for the think tags, which answers hold and which open no turn."""

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer

    def cover(self, text: str) -> str:
        """The text with a seam inside each spelling of a special token; `ids` heeds it and `uncover` takes it out."""
        return self._spelled.sub(rf"\1{SEAM}", text) if self._spelled else text

    def ids(self, rendered: str) -> list[int]:
        """The tokens of a rendered chat, in which the template's own marks are special and covered ones are letters."""
        parts = (part for part in rendered.split(SEAM) if part)
        return [token for part in parts for token in self._ids(part)]

    def _ids(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])

    @cached_property
    def _spelled(self) -> re.Pattern[str] | None:
        """Finds the first letter of each, also of those that lie over one another."""
        added = self.tokenizer.added_tokens_decoder.values()
        told = {token.content for token in added if token.special or MARK.fullmatch(token.content)}
        named = {*told, *self.tokenizer.all_special_tokens} - {OPEN, CLOSE}
        return _first_letters(name for name in named if len(name) > 1)


def uncover(rendered: str) -> str:
    return rendered.replace(SEAM, "")


def spaced(text: str) -> str:
    """The text with a space inside each usual mark, for a server whose tokenizer is not known: `< |im_end|>`."""
    return MARK.sub(lambda found: f"{found[0][0]} {found[0][1:]}", text)


def _first_letters(names: Iterable[str]) -> re.Pattern[str] | None:
    choices = "|".join(re.escape(name) for name in sorted(names))
    return re.compile(f"(?={choices})(.)", re.DOTALL) if choices else None
