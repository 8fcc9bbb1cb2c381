"""Generation with a transformers causal language model, batched by ourselves: for machines without vLLM.

All open texts are stepped together in one worker thread; waiting requests join as soon as a slot is free, finished
ones leave at once. A sample depends on its seed and prompt alone, up to the rounding that another batch size changes.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from teachers.chat import load_chat
from teachers.errors import TeacherConfigError, TeacherOutageError
from teachers.loops import CHECK_EVERY, LoopWatch
from teachers.threads import spin_briefly
from teachers.types import Completion, FinishReason, TeacherConfig, TeacherRequest
from teachers.weights import Weights, cpu_dtype

if TYPE_CHECKING:
    import torch


@dataclass(slots=True, kw_only=True, eq=False)
class Text:
    """One request under way: prompt and answer as token ids, and its own stream of random numbers.

    seen -- which words of the vocabulary stand in it, where repetition is penalised
    """

    request: TeacherRequest
    prompt: list[int]
    room: int
    draws: "torch.Generator"
    answer: "asyncio.Future[Completion]"
    tokens: list[int] = field(default_factory=list)
    loops: LoopWatch = field(default_factory=LoopWatch)
    seen: "torch.Tensor | None" = None

    @property
    def last_token(self) -> int:
        return self.tokens[-1] if self.tokens else self.prompt[-1]


class TransformersTeacher:
    """`slots` texts grow at once: more of them are faster until their caches no longer fit the memory.

    For decoders with full attention in every layer. `start` raises `TeacherOutageError` where the model cannot be had,
    `respond` where it broke or was closed; after `close` it can be started again. A cancelled `respond` leaves its slot
    at the next step.
    """

    def __init__(self, config: TeacherConfig, *, weights: Path | None, slots: int) -> None:
        if config.lora:
            raise TeacherConfigError(f"{config.name}: LoRA adapters need vLLM; merge the adapter or use backend: vllm")
        if config.engine.tensor_parallel > 1:
            raise TeacherConfigError(f"{config.name}: a model on several GPUs needs vLLM; use backend: vllm")
        self.config, self.slots = config, config.engine.max_num_seqs or slots
        self.weights = Weights(config, weights)
        self._driver: asyncio.Task[None] | None = None

    @cached_property
    def digest(self) -> str:
        return self.weights.digest

    async def start(self) -> None:
        if self._driver is None:
            self._waiting: deque[Text] = deque()
            self._open: list[Text] = []
            self._wake = asyncio.Event()
            # One thread for all of torch's work: OpenMP keeps a pool of its own for every thread that calls it.
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="teacher")
            try:
                await asyncio.get_running_loop().run_in_executor(self._thread, self._load)
            except BaseException:
                self._thread.shutdown(wait=False)
                raise
            self._driver = asyncio.create_task(self._drive())
            self._driver.add_done_callback(self._fail_all)

    async def respond(self, request: TeacherRequest) -> Completion:
        if self._driver is None or self._driver.done():
            raise TeacherOutageError(f"{self.config.name}: the engine is not running")
        text = self._text(request)
        self._waiting.append(text)
        self._wake.set()
        return await text.answer

    async def close(self) -> None:
        if self._driver is None:
            return
        self._driver.cancel()
        await asyncio.wait([self._driver])
        await asyncio.to_thread(self._thread.shutdown)
        self._driver = None
        del self._model

    def decode(self, payload: Mapping[str, Any]) -> Completion:
        return Completion.from_payload(payload)

    def _load(self) -> None:
        spin_briefly()
        import torch
        from transformers import AutoModelForCausalLM
        from transformers.utils.logging import disable_progress_bar

        from teachers.slots import SlotModel

        disable_progress_bar()
        device = "cuda" if torch.cuda.is_available() else "cpu"
        dtype = cpu_dtype() if self.config.dtype == "auto" and device == "cpu" else self.config.dtype
        self._chat = load_chat(self.weights)
        where = self.weights.location
        try:
            model = AutoModelForCausalLM.from_pretrained(
                where, revision=self.weights.revision, dtype=dtype, trust_remote_code=False
            )
        except OSError as error:
            raise TeacherOutageError(f"{self.config.name}: cannot load {where}: {error}") from error
        self._model = SlotModel(model.to(device).eval(), slots=self.slots, max_length=self._chat.max_length)

    def _text(self, request: TeacherRequest) -> Text:
        import torch

        prompt = self._chat.prompt(request)
        return Text(
            request=request,
            prompt=prompt,
            room=self._chat.room(prompt, request),
            draws=torch.Generator().manual_seed(request.seed),
            answer=asyncio.get_running_loop().create_future(),
        )

    async def _drive(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            if not self._open and not self._waiting:
                self._wake.clear()
                await self._wake.wait()
            joining = self._next()
            self._open += joining
            if not self._open:
                continue
            for text, completion in await loop.run_in_executor(self._thread, self._step, joining):
                if not text.answer.done():
                    text.answer.set_result(completion)

    def _next(self) -> list[Text]:
        """Waiting texts for the free slots; who is no longer waited for is passed over."""
        joining: list[Text] = []
        while self._waiting and len(self._open) + len(joining) < self.slots:
            text = self._waiting.popleft()
            if not text.answer.cancelled():
                joining.append(text)
        return joining

    def _step(self, joining: list[Text]) -> list[tuple[Text, Completion]]:
        """One more token for every open text, in the worker thread; gives the texts that are done."""
        import torch

        with torch.inference_mode():
            for text in joining:
                self._model.add(text.prompt)
            for text, token in zip(self._open, self._draw(), strict=True):
                text.tokens.append(token)
            return self._take_finished()

    def _draw(self) -> list[int]:
        import torch

        from teachers.drawing import Limits, draw, penalised

        device = self._model.device
        logits = self._model.step(torch.tensor([text.last_token for text in self._open], device=device))
        samplings = [text.request.sampling for text in self._open]
        if any(sampling.repetition_penalty != 1 for sampling in samplings):
            penalties = torch.tensor([[float(sampling.repetition_penalty)] for sampling in samplings], device=device)
            logits = penalised(logits, seen=self._seen(logits), penalties=penalties)
        drawn = draw(
            logits,
            limits=Limits.of(samplings, device=device),
            uniforms=torch.cat([torch.rand(1, generator=text.draws) for text in self._open]).to(device),
        )
        tokens: list[int] = drawn.tolist()
        return tokens

    def _seen(self, logits: "torch.Tensor") -> "torch.Tensor":
        """Of the shape of `logits`: which tokens each text already holds. Rows without a penalty are left empty."""
        import torch

        nothing = torch.zeros_like(logits[0], dtype=torch.bool)
        for text in self._open:
            if text.request.sampling.repetition_penalty == 1:
                continue
            if text.seen is None:
                text.seen = nothing.clone()
                text.seen[text.prompt] = True
            text.seen[text.tokens[-1:]] = True
        return torch.stack([nothing if text.seen is None else text.seen for text in self._open])

    def _take_finished(self) -> list[tuple[Text, Completion]]:
        """Takes finished and abandoned texts out, the last row first: the row that moves up has then been looked at."""
        finished = []
        for row in range(len(self._open) - 1, -1, -1):
            text = self._open[row]
            reason = self._finish_reason(text)
            if reason is None and not text.answer.cancelled():
                continue
            if reason:
                finished.append((text, self._chat.completion(text.prompt, text.tokens, reason)))
            self._model.drop(row)
            self._open[row] = self._open[-1]
            self._open.pop()
        return finished

    def _finish_reason(self, text: Text) -> FinishReason | None:
        if text.tokens[-1] in self._chat.ends:
            return "stop"
        full = len(text.tokens) >= text.room
        if (full or len(text.tokens) % CHECK_EVERY == 0) and text.loops.is_looping(text.tokens):
            return "loop"
        return "length" if full else None

    def _fail_all(self, driver: "asyncio.Task[None]") -> None:
        """The engine's end: what broke it, if anything did, is told to every request still open."""
        cause = None if driver.cancelled() else driver.exception()
        for text in [*self._open, *self._waiting]:
            if not text.answer.done():
                outage = TeacherOutageError(f"{self.config.name}: the engine stopped: {cause!r}")
                outage.__cause__ = cause
                text.answer.set_exception(outage)
