"""Generation with vLLM's offline engine, on a GPU or, with the CPU build, without one.

The engine runs in a process of its own and takes requests while others are under way.
"""

import asyncio
import itertools
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from teachers.chat import load_chat
from teachers.errors import TeacherOutageError
from teachers.loops import CHECK_EVERY, is_looping
from teachers.types import Completion, FinishReason, TeacherConfig, TeacherRequest
from teachers.weights import Weights

SHUTDOWN_S = 10.0
CPU_BATCHED_TOKENS = 16_384
CPU_CACHE_BYTES = 1 << 30
SETTINGS = {
    # A forked child of a process that has used torch or polars may hang.
    "VLLM_WORKER_MULTIPROC_METHOD": "spawn",
    "VLLM_LOGGING_LEVEL": "WARNING",
    "VLLM_NO_USAGE_STATS": "1",
}


class VllmTeacher:
    """`start` raises `TeacherOutageError` where the engine cannot be had, `respond` where it died."""

    def __init__(self, config: TeacherConfig, *, weights: Path | None, slots: int) -> None:
        self.config, self.slots = config, slots
        self.weights = Weights(config, weights)
        self._engine: Any = None
        self._names = itertools.count()

    @cached_property
    def digest(self) -> str:
        return self.weights.digest

    async def start(self) -> None:
        if self._engine is None:
            await asyncio.to_thread(self._load)

    async def respond(self, request: TeacherRequest) -> Completion:
        from vllm.v1.engine.exceptions import EngineDeadError, EngineGenerateError

        if self._engine is None:
            raise TeacherOutageError(f"{self.config.name}: the engine is not running")
        prompt = self._chat.prompt(request)
        try:
            answer, reason = await self._generate(prompt, request)
        except (EngineDeadError, EngineGenerateError) as error:
            raise TeacherOutageError(f"{self.config.name}: the engine died: {error}") from error
        return self._chat.completion(prompt, answer, reason)

    async def close(self) -> None:
        if self._engine is not None:
            self._engine.shutdown(timeout=SHUTDOWN_S)
            self._engine = None

    def decode(self, payload: Mapping[str, Any]) -> Completion:
        return Completion.from_payload(payload)

    def _load(self) -> None:
        for name, value in SETTINGS.items():
            os.environ.setdefault(name, value)
        try:
            from vllm.engine.arg_utils import AsyncEngineArgs
            from vllm.v1.engine.async_llm import AsyncLLM
        except ImportError as error:
            raise TeacherOutageError(f"{self.config.name}: vLLM cannot be imported: {error}") from error
        self._chat = load_chat(self.weights)
        try:
            self._engine = AsyncLLM.from_engine_args(AsyncEngineArgs(**self._options()))
        except (RuntimeError, ValueError, OSError) as error:
            raise TeacherOutageError(f"{self.config.name}: vLLM did not start: {error}") from error

    def _options(self) -> dict[str, Any]:
        from vllm.platforms import current_platform

        options = {
            "model": self.weights.location,
            "revision": self.weights.revision,
            "dtype": self.config.dtype,
            "max_model_len": self._chat.max_length,
            "max_num_seqs": self.slots,
            "enable_prefix_caching": True,
            "disable_log_stats": True,
        }
        if not current_platform.is_cpu():
            return options
        # On a CPU a request's own seed kills the engine when its prompt is cut into chunks ("CPU Generator does not
        # use offset"), so prompts are taken whole. Compiling pays for itself only in runs of many minutes.
        return options | {
            "dtype": "float32" if self.config.dtype == "auto" else self.config.dtype,
            "enable_chunked_prefill": False,
            "max_num_batched_tokens": max(CPU_BATCHED_TOKENS, self._chat.max_length),
            "kv_cache_memory_bytes": CPU_CACHE_BYTES,
            "enforce_eager": True,
        }

    async def _generate(self, prompt: list[int], request: TeacherRequest) -> tuple[list[int], FinishReason]:
        """The answer's tokens; a text that has begun to loop is broken off."""
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind

        sampling = SamplingParams(
            temperature=request.sampling.temperature,
            top_p=request.sampling.top_p,
            max_tokens=self._chat.room(prompt, request),
            seed=request.seed,
            stop_token_ids=sorted(self._chat.ends),
            detokenize=False,
            output_kind=RequestOutputKind.DELTA,
        )
        name, answer = f"{self.config.name}-{next(self._names)}", list[int]()
        async for output in self._engine.generate({"prompt_token_ids": prompt}, sampling, name):
            before = len(answer) // CHECK_EVERY
            answer += output.outputs[0].token_ids
            ended = output.finished and output.outputs[0].finish_reason == "stop"
            due = output.finished or len(answer) // CHECK_EVERY > before
            if not ended and due and is_looping(answer):
                await self._engine.abort(name)
                return answer, "loop"
        return answer, "stop" if answer and answer[-1] in self._chat.ends else "length"
