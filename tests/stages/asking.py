"""What the tests of asking stages share: a page, teachers that say given things, one row asked without an engine."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.context import Context, SideInput
from pipeline.schema import Record
from stages._asking import AskingStage
from stages.records import Document, Origin, QAPair, Span
from teachers import ScriptedReply, TeacherConfig
from teachers.types import FinishReason

CAR = "A car drives 120 km in 2 hours. What is its mean speed?"
WAY = r"The mean speed is the way over the time: $v = \frac{120}{2} = 60$ km/h."
PAGE = f"""Home | Forum | Log in
Exercise 4
{CAR}
Solution
{WAY}
What is half of $\\frac{{1}}{{2}}$?
See the key below.
Key: $x = 1/4$
Terms of use"""


def page(text: str | None = PAGE, **changes: Any) -> Document:
    told: dict[str, Any] = {
        "id": "page00",
        "url": "https://example.org/car",
        "source": "web",
        "licence": "CC BY 4.0",
        "attribution": "Example",
        "html": None,
        "text": text,
        "language": "en",
        "content_key": "k",
        "removal_key": "example.org/car",
    }
    return Document(**(told | changes))


def pair(question: str = CAR, answer: str = WAY, *, text: str = PAGE, **changes: Any) -> QAPair:
    """A pair that stands in `text`, if it does."""
    told: dict[str, Any] = {
        "id": "page00/qa-000",
        "question": question,
        "answer_text": answer,
        "question_span": span(question, text),
        "answer_span": span(answer, text),
        "origin": Origin.HUMAN,
        "extractor": "exercise",
        "score": 0.9,
        "url": "https://example.org/car",
        "source": "web",
        "licence": "CC BY 4.0",
        "attribution": "Example",
        "content_key": "k",
        "removal_key": "example.org/car",
        "author": "Ann",
        "votes": 7,
        "is_accepted": True,
        "signals": ["pii_email"],
    }
    return QAPair(**(told | changes))


def span(text: str, whole: str) -> Span | None:
    start = whole.find(text)
    return None if start < 0 else Span(start=start, end=start + len(text))


def saying(*replies: str | tuple[str, str], finish_reason: FinishReason = "stop") -> TeacherConfig:
    """A teacher that says each reply to the prompts its pattern is found in; a reply alone is for every prompt."""
    told = [reply if isinstance(reply, tuple) else ("", reply) for reply in replies]
    return TeacherConfig(
        name="script",
        backend="scripted",
        replies=tuple(ScriptedReply(match=match, text=text, finish_reason=finish_reason) for match, text in told),
    )


def told(*pairs: tuple[str, str]) -> str:
    """Pairs as the prompts want them."""
    return "\n".join(f"QUESTION:\n{question}\nANSWER:\n{answer}\nEND" for question, answer in pairs)


def results(stage: AskingStage[Any, Any], rows: Sequence[Record], ctx: Context) -> list[Any]:
    responder = stage.responder(ctx)

    async def asked() -> list[Any]:
        await responder.start()
        try:
            with stage.open(ctx) as fn:
                return list(await asyncio.gather(*(fn(row, responder.respond) for row in rows)))
        finally:
            await responder.close()

    return asyncio.run(asked())


class Overheard:
    """A responder that notes the prompts it hands on."""

    def __init__(self, stage: AskingStage[Any, Any], ctx: Context) -> None:
        self.stage, self.ctx = stage, ctx
        self.prompts: list[str] = []

    def ask(self, *rows: Record) -> list[Any]:
        responder = self.stage.responder(self.ctx)

        async def heard(request: Any) -> Any:
            self.prompts.append(request.messages[-1].content)
            return await responder.respond(request)

        async def asked() -> list[Any]:
            with self.stage.open(self.ctx) as fn:
                return [await fn(row, heard) for row in rows]

        return asyncio.run(asked())


def context(scratch: Path, **side: SideInput) -> Context:
    return Context(node="node", scratch=scratch, side=side)
