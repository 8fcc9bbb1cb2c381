"""A teacher that plays a part, for tests: replies to prompts it knows, and else a part chosen by a hash.

The parts are right, wrong, truncated, looping and empty answers to a problem.
"""

import asyncio
import hashlib
import json
import random
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from teachers.types import Completion, FinishReason, ScriptedReply, ScriptShares, TeacherRequest

VERSION = 1
WORDS = (
    "so",
    "then",
    "we",
    "count",
    "add",
    "check",
    "the",
    "parts",
    "again",
    "wait",
    "which",
    "gives",
    "both",
    "sides",
)
WRONG = ("-7919", "104729", "\\frac{271}{828}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedTeacher:
    """`slots` is only a promise about concurrency: an answer takes no time unless `shares.delay_s` says so."""

    shares: ScriptShares
    slots: int
    replies: tuple[ScriptedReply, ...] = ()

    @property
    def digest(self) -> str:
        script = {name: value for name, value in asdict(self.shares).items() if name != "delay_s"}
        # What a script does not use stays out, so that the journals of older scripts stay good.
        replies = [{name: value for name, value in asdict(reply).items() if value != ()} for reply in self.replies]
        played = ["scripted", VERSION, script, *([replies] if replies else [])]
        return hashlib.sha256(json.dumps(played, sort_keys=True).encode()).hexdigest()

    async def start(self) -> None:
        pass

    async def respond(self, request: TeacherRequest) -> Completion:
        if self.shares.delay_s:
            await asyncio.sleep(self.shares.delay_s)
        text, finish_reason = self._known(request) or self._played(request)
        prompt_words = sum(len(turn.content.split()) for turn in request.messages)
        return Completion(
            text=text, finish_reason=finish_reason, num_prompt_tokens=prompt_words, num_tokens=len(text.split())
        )

    async def close(self) -> None:
        pass

    def decode(self, payload: Mapping[str, Any]) -> Completion:
        return Completion.from_payload(payload)

    def _known(self, request: TeacherRequest) -> tuple[str, FinishReason] | None:
        """What the script says to the last turn; None where it says nothing."""
        asked = request.messages[-1].content
        for reply in self.replies:
            if found := re.search(reply.match, asked, re.DOTALL):
                texts = (reply.text, *reply.also)
                return _copied(texts[request.sample % len(texts)], found.groupdict()), reply.finish_reason
        return None

    def _played(self, request: TeacherRequest) -> tuple[str, FinishReason]:
        draw = random.Random(_spelled(request))
        return self._play(self._outcome(draw), request.answer_hint or "0", draw)

    def _outcome(self, draw: random.Random) -> str:
        shares = self.shares
        weights = {
            "right": shares.right,
            "wrong": shares.wrong,
            "truncated": shares.truncated,
            "looping": shares.looping,
            "empty": shares.empty,
        }
        return draw.choices(list(weights), weights=list(weights.values()))[0]

    def _play(self, outcome: str, answer: str, draw: random.Random) -> tuple[str, FinishReason]:
        if outcome == "empty":
            return "", "stop"
        words = self.shares.reasoning_words
        musing = " ".join(draw.choices(WORDS, k=words))
        if outcome == "truncated":
            return f"<think>\n{musing}" if words else "First we take", "length"
        opening = f"<think>\n{musing}\n</think>\n\n" if words else ""
        if outcome == "looping":
            return opening + "Let us check that again. " * 40, "loop"
        given = answer if outcome == "right" else next(wrong for wrong in WRONG if wrong != answer)
        return f"{opening}The answer is \\boxed{{{given}}}.", "stop"


def _copied(text: str, caught: Mapping[str, str | None]) -> str:
    """`text` with what the groups caught; braces around anything else stay, for LaTeX is full of them."""
    return re.sub(r"\{(\w+)\}", lambda name: caught.get(name[1]) or ("" if name[1] in caught else name[0]), text)


def _spelled(request: TeacherRequest) -> str:
    turns = [[turn.role, turn.content] for turn in request.messages]
    return json.dumps([turns, request.sample, request.seed])
