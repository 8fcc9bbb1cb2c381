"""Takes the short final answer out of long ones by asking a language model; what has none cannot be verified."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import ClassVar

from pipeline.context import Context
from pipeline.stage import Ask, Reject, StreamFn
from stages._asking import AskingOnce
from stages._asking_prompts import SHORT, prompt
from stages._asking_reply import Said
from stages._page_blocks import main_blocks
from stages._passage import Passage
from stages._stated import stated
from stages.records import Origin, QAPair
from verifier.extract import BARE_BOX, BOX, boxed
from verifier.latex import braced

_NONE = re.compile(
    r"(?:\\text\{)?\W*(?:|n/?a|empty|unverifiable|no (?:short |final )?(?:answer|result))\W*\}?", re.IGNORECASE
)
# What may stand behind the box that an answer ends in: the ends of its formula and sentence, signs that close a proof.
_CLOSING = re.compile(
    r"(?:[\s$.,;:!%*_)\]}\"'”’∎□■]|\\[)\]\\,;!% ]|\\end\{\w+\*?\}|\\(?:qed|blacksquare|square)(?![a-z]))*"
)


@dataclass(frozen=True, kw_only=True)
class ExtractShortAnswer(AskingOnce[QAPair, QAPair]):
    """Asks `teacher` for the final answer in a box and puts the box at the end of `answer_text`.

    A pair whose answer ends in a box of its own is not asked about. An empty box is a reject, unverifiable. A final
    answer that the answer text does not state (numbers are compared by value) is the model's own: the pair is kept with
    the signal `short_answer_invented` and marked `llm_invented`. The others get the signal `short_answer`.

    The recipe of WebInstruct-462k: a teacher with temperature 0 and at most 512 tokens.

    style     -- the prompt, see `stages/_asking_prompts.py`
    max_chars -- longer answers are rejected as too_long
    """

    # v1: first version. Bump when the same replies would give other rows, or the same pair another request.
    version: ClassVar[int] = 1
    styles: ClassVar[dict[str, str]] = SHORT

    style: str = "short-v1"
    max_chars: int = 20_000

    @contextmanager
    def open(self, ctx: Context) -> Iterator[StreamFn[QAPair, QAPair]]:
        async def shorten(row: QAPair, ask: Ask) -> QAPair | Reject:
            if ends_in_box(row.answer_text):
                return row
            if len(row.answer_text) > self.max_chars:
                return Reject("too_long", f"an answer of {len(row.answer_text)} characters")
            asked = prompt(self.styles[self.style], question=row.question, answer=row.answer_text)
            said = await self.answered(ask, asked, ctx)
            short = said if isinstance(said, Reject) else _short(said)
            return short if isinstance(short, Reject) else self._with_box(row, short)

        yield shorten

    def _with_box(self, row: QAPair, short: str) -> QAPair:
        is_stated = stated(short, Passage(main_blocks(row.answer_text, []))) is not None
        return replace(
            row,
            answer_text=f"{row.answer_text.rstrip()}\n\n\\boxed{{{short}}}",
            origin=row.origin if is_stated else Origin.LLM_INVENTED,
            extractor=f"{row.extractor}, {self.teacher.name}/{self.style}",
            signals=[*row.signals, "short_answer" if is_stated else "short_answer_invented"],
        )


def ends_in_box(answer: str) -> bool:
    """Whether the last box holds something and nothing but signs follows it."""
    boxes = list(BOX.finditer(answer))
    if not boxes or not boxed(answer):
        return False
    opened = boxes[-1].end()
    held = braced(answer, opened)
    bare = None if held else BARE_BOX.match(answer, opened)
    end = held[1] if held else bare.end() if bare else len(answer)
    return _CLOSING.fullmatch(answer, end) is not None


def _short(said: Said) -> str | Reject:
    if not said.is_whole:
        return Reject("truncated", said.text[:160])
    if not BOX.search(said.text):
        return Reject("unparsable", f"no box in: {said.text[:160]}")
    short = (boxed(said.text) or "").strip().strip("$").strip()
    return Reject("unverifiable", said.text[:160]) if _NONE.fullmatch(short) else short
