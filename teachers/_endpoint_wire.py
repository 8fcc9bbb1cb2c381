"""A request and its streamed answer as the chat completions of OpenAI, vLLM and SGLang spell them."""

import re
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import httpx2
import orjson

from teachers._endpoint_trouble import PassingError
from teachers.errors import RequestRefusedError, TeacherConfigError
from teachers.loops import LoopWatch
from teachers.special_tokens import spaced
from teachers.types import Completion, FinishReason, TeacherConfig, TeacherRequest

# Who says so in the list of models takes the extra fields of vLLM.
VLLM_LIKE = frozenset({"vllm", "sglang"})
FINISHED: Mapping[str, FinishReason] = {
    "stop": "stop",
    "eos": "stop",
    "eos_token": "stop",
    "length": "length",
    "repetition": "loop",
}
INTERRUPTED = frozenset({"abort", "error"})
# Near what a tokenizer makes of text, and the same wherever the server cuts its pieces.
WORD = re.compile(r"(\w{1,8})|[^\w\s]")
LONGEST_WORD = 8
# A stream has some hundred bytes around each token.
MAX_REPLY_BYTES, MAX_EVENT_BYTES = 256 << 20, 16 << 20


def body_of(request: TeacherRequest, config: TeacherConfig, *, owner: str | None, bounded: bool) -> dict[str, Any]:
    """The JSON to send.

    Marks of turns that a text spells out are broken by a space: the server would read them as its own.

    `owner` is who serves the model by its own word. Without `bounded` the answer may fill what room the model has.
    Raises `TeacherConfigError` for a begun answer where the server would silently begin a new one.
    """
    sampling = dict(request.sampling.payload())
    if not bounded:
        sampling.pop("max_tokens")
    body = {
        "model": config.model,
        "messages": [{"role": turn.role, "content": spaced(turn.content)} for turn in request.messages],
        "seed": request.seed,
        "stream": True,
        "stream_options": {"include_usage": True},
        **sampling,
    }
    if owner in VLLM_LIKE:
        # Said in so many words: such a server fills what is left out from the model's generation_config.json.
        off = {"top_k": -1, "min_p": 0.0, "repetition_penalty": 1.0}
        body = off | body | {"stream_options": {"include_usage": True, "continuous_usage_stats": True}}
    if config.chat_options:
        body["chat_template_kwargs"] = dict(config.chat_options)
    if request.begun:
        _begin(body, spaced(request.begun), config, owner)
    return body


def _begin(body: dict[str, Any], begun: str, config: TeacherConfig, owner: str | None) -> None:
    if owner not in VLLM_LIKE:
        raise TeacherConfigError(
            f"{config.name}: an answer is to be gone on with, which vLLM and SGLang can; this endpoint does not say "
            f"that it is one of them (owned_by in its list of models is {owner!r}). Choose how truncated answers are "
            "treated so that none is continued, or serve the model with vLLM"
        )
    body["messages"].append({"role": "assistant", "content": begun})
    body |= {"continue_final_message": True, "add_generation_prompt": False}


async def events(response: httpx2.Response) -> AsyncGenerator[dict[str, Any], None]:
    """The JSON objects of a stream of server-sent events, or the one object of a reply that is no stream.

    Raises `PassingError` for what is no JSON, and for more than any answer has.
    """
    if response.headers.get("content-type", "").startswith("application/json"):
        yield _object(b"".join([chunk async for chunk in _bounded(response)]))
        return
    rest = b""
    async for chunk in _bounded(response):
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > MAX_EVENT_BYTES:
            raise PassingError("broken_reply", f"one event has more than {MAX_EVENT_BYTES >> 20} MiB")
        for line in lines:
            if line.startswith(b"data:"):  # anything else is a comment or a name of an event
                data = line[5:].strip()
                if data == b"[DONE]":
                    return
                yield _object(data)


async def _bounded(response: httpx2.Response) -> AsyncGenerator[bytes, None]:
    length = 0
    async for chunk in response.aiter_bytes():
        length += len(chunk)
        if length > MAX_REPLY_BYTES:
            raise PassingError("broken_reply", f"the reply has more than {MAX_REPLY_BYTES >> 20} MiB")
        yield chunk


def _object(data: bytes) -> dict[str, Any]:
    try:
        event = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise PassingError("broken_reply", f"the reply is no JSON ({error})") from error
    if not isinstance(event, dict):
        raise PassingError("broken_reply", "the reply is JSON, but no object")
    return event


class Reply:
    """An answer as it grows, event by event. `looping` is set as soon as it repeats itself."""

    def __init__(self) -> None:
        self.text, self.reasoning = list[str](), list[str]()
        self.finish: str | None = None
        self.usage: Mapping[str, Any] | None = None
        self.looping = False
        self.num_pieces = 0
        self._words, self._rest, self._loops = list[str](), "", LoopWatch()

    def add(self, event: Mapping[str, Any]) -> None:
        """Raises `PassingError` for an event of a form that no chat completion has."""
        try:
            self.usage = event.get("usage") or self.usage
            for choice in event.get("choices") or ():
                self._add(choice.get("delta") or choice.get("message") or {})
                self.finish = self.finish or choice.get("finish_reason")
        except (AttributeError, TypeError) as error:
            raise PassingError("broken_reply", f"the reply is no chat completion: {error}") from error

    def completion(self, request: TeacherRequest, *, wants_usage: bool) -> Completion:
        """The whole answer.

        A server that never tells how many tokens it used, and a stream we broke off, are counted: the pieces of the
        stream, or the words and symbols where those are more. With `wants_usage` a reply without them is broken.
        Raises `PassingError` for an answer that is not whole, `RequestRefusedError` for one that is none.
        """
        reason = self._reason()
        if self.usage is None and wants_usage and not self.looping:
            raise PassingError("broken_reply", "the reply ends before it tells its number of tokens")
        return Completion(
            text="".join(self.text),
            finish_reason=reason,
            num_prompt_tokens=self._counted("prompt_tokens", words_of(request)),
            num_tokens=self._counted("completion_tokens", max(self.num_pieces, len(self._words))),
            reasoning="".join(self.reasoning) or None,
        )

    def _reason(self) -> FinishReason:
        if self.looping and self.finish != "stop":
            return "loop"
        if self.finish is None:
            raise PassingError("broken_reply", "the reply broke off before its end")
        if self.finish in INTERRUPTED:
            raise PassingError("server_error", f"the server broke the answer off (finish_reason {self.finish!r})")
        if self.finish not in FINISHED:
            raise RequestRefusedError(f"the answer ended with {self.finish!r}, which is no answer of a teacher")
        return FINISHED[self.finish]

    def _counted(self, name: str, otherwise: int) -> int:
        told = (self.usage or {}).get(name)
        return told if isinstance(told, int) else otherwise

    def _add(self, delta: Mapping[str, Any]) -> None:
        if delta.get("refusal"):
            self.finish = "refusal"
        thought, said = delta.get("reasoning_content") or delta.get("reasoning"), delta.get("content")
        self.num_pieces += bool(thought or said)
        for piece, kept in ((thought, self.reasoning), (said, self.text)):
            if piece:
                kept.append(piece)
                self._watch(piece)

    def _watch(self, piece: str) -> None:
        found = list(WORD.finditer(self._rest + piece))
        self._rest = ""
        if found and found[-1][1] and found[-1].end() == found[-1].endpos and len(found[-1][0]) < LONGEST_WORD:
            self._rest = found.pop()[0]  # may go on in the next piece
        self._words += (match[0] for match in found)
        self.looping = self._loops.is_looping(self._words)


def words_of(request: TeacherRequest) -> int:
    """About how many tokens the prompt has."""
    texts = [*(turn.content for turn in request.messages), request.begun]
    return sum(1 for text in texts for _ in WORD.finditer(text))
