"""Generation with vLLM's offline engine, on a GPU or, with the CPU build, without one.

The engine runs in a process of its own and takes requests while others are under way. Written against vLLM 0.25 to
0.33: names that came or changed between them are looked up.
"""

import asyncio
import inspect
import itertools
import json
import os
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import fields
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from teachers.chat import load_chat
from teachers.errors import TeacherConfigError, TeacherOutageError
from teachers.last_words import LastWords
from teachers.loops import CHECK_EVERY, LoopWatch
from teachers.types import Completion, FinishReason, TeacherConfig, TeacherRequest
from teachers.weights import Weights, cpu_dtype

SHUTDOWN_S = 10.0
WATCH_S = 1.0
# Beyond what the engine serves at once, one request in so many waits in it: when one ends, the next needs no way.
WAITING_SHARE = 8
CPU_BATCHED_TOKENS = 16_384
CPU_CACHE_BYTES = 1 << 30
# The engine's own 128 would share no prompt shorter than that among the samples of a problem.
CPU_BLOCK = 32
LORA_RANKS = (8, 16, 32, 64, 128, 256, 320, 512)
SETTINGS = {
    # A forked child of a process that has used torch or polars may hang.
    "VLLM_WORKER_MULTIPROC_METHOD": "spawn",
    "VLLM_LOGGING_LEVEL": "ERROR",
    "VLLM_LOGGING_STREAM": "ext://sys.stderr",
    "VLLM_NO_USAGE_STATS": "1",
    # Read by the CPU build alone, which else leaves a core to the driver: that needs a hundredth of one.
    "VLLM_CPU_NUM_OF_RESERVED_CPU": "0",
}


class VllmTeacher:
    """`start` raises `TeacherOutageError` where the engine cannot be had, `respond` where it died or was closed.

    After `close` it can be started again. A cancelled `respond` is broken off in the engine.
    """

    def __init__(self, config: TeacherConfig, *, weights: Path | None, slots: int) -> None:
        self.config = config
        self.weights = Weights(config, weights)
        self.max_num_seqs = config.engine.max_num_seqs or slots
        self.slots = self.max_num_seqs + max(1, self.max_num_seqs // WAITING_SHARE)
        self._engine: Any = None
        self._names = itertools.count()
        self._last_words = LastWords()
        self._under_way: set[asyncio.Task[Any]] = set()

    @cached_property
    def digest(self) -> str:
        return self.weights.digest

    async def start(self) -> None:
        if self._engine is None:
            self._engine = await asyncio.to_thread(self._load)
            self._watching = asyncio.create_task(self._watch(self._engine))

    async def respond(self, request: TeacherRequest) -> Completion:
        from vllm.v1.engine.exceptions import EngineDeadError, EngineGenerateError

        if self._engine is None:
            raise TeacherOutageError(f"{self.config.name}: the engine is not running")
        prompt = self._chat.prompt(request)
        work = asyncio.create_task(self._generate(prompt, request))
        self._under_way.add(work)
        work.add_done_callback(self._under_way.discard)
        try:
            answer, reason = await work
        except (EngineDeadError, EngineGenerateError) as error:
            died = f"{self.config.name}: the engine died: {error.__cause__ or error}"
            raise TeacherOutageError(self._last_words.told(died)) from error
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task and task.cancelling():  # by who asked, and not by the engine's end
                raise
            gone = f"{self.config.name}: the engine stopped before it had answered"
            raise TeacherOutageError(self._last_words.told(gone)) from None
        return self._chat.completion(prompt, answer, reason)

    async def close(self) -> None:
        if self._engine is None:
            return
        engine, self._engine = self._engine, None
        self._watching.cancel()
        self._break_off()
        if (handler := getattr(engine, "output_handler", None)) is not None:
            handler.cancel()  # it would take the end of the engine for its death, and log a traceback
        timed = "timeout" in inspect.signature(engine.shutdown).parameters
        await asyncio.to_thread(partial(engine.shutdown, timeout=SHUTDOWN_S) if timed else engine.shutdown)

    def decode(self, payload: Mapping[str, Any]) -> Completion:
        return Completion.from_payload(payload)

    def _load(self) -> Any:
        for name, value in SETTINGS.items():
            os.environ.setdefault(name, value)
        try:
            from vllm.engine.arg_utils import AsyncEngineArgs
            from vllm.v1.engine.async_llm import AsyncLLM
        except ImportError as error:
            raise TeacherOutageError(f"{self.config.name}: vLLM cannot be imported: {error}") from error
        self._chat = load_chat(self.weights)
        self._lora = self._adapter()
        options = self._options()
        self._last_words.forget()
        try:
            with self._last_words.listening():
                engine = AsyncLLM.from_engine_args(AsyncEngineArgs(**options))
        except (RuntimeError, ValueError, OSError) as error:
            reason = f"{self.config.name}: vLLM did not start: {error}"
            raise TeacherOutageError(self._last_words.told(reason)) from error
        self._last_words.forget()
        return engine

    def _options(self) -> dict[str, Any]:
        from vllm.engine.arg_utils import AsyncEngineArgs
        from vllm.platforms import current_platform

        wanted = self.config.engine
        options: dict[str, Any] = {
            "model": self.weights.location,
            "revision": self.weights.revision,
            "dtype": self.config.dtype,
            "max_model_len": self._chat.max_length,
            "max_num_seqs": self.max_num_seqs,
            "tensor_parallel_size": wanted.tensor_parallel,
            "enable_prefix_caching": True,
            "disable_log_stats": True,
        }
        if "stream_interval" in {field.name for field in fields(AsyncEngineArgs)}:
            options["stream_interval"] = CHECK_EVERY  # waking a request for every token costs more than its step
        if self._lora:
            options |= {"enable_lora": True, "max_loras": 1, "max_lora_rank": self._lora_rank()}
        if wanted.max_num_batched_tokens:
            options["max_num_batched_tokens"] = wanted.max_num_batched_tokens
        if not current_platform.is_cpu():
            return options | {"gpu_memory_utilization": wanted.gpu_memory_utilization}
        # On a CPU a request's own seed kills the engine when its prompt is cut into chunks ("CPU Generator does not
        # use offset"), so prompts are taken whole. Compiling pays for itself only in runs of many minutes.
        return options | {
            "dtype": cpu_dtype() if self.config.dtype == "auto" else self.config.dtype,
            "enable_chunked_prefill": False,
            "max_num_batched_tokens": max(wanted.max_num_batched_tokens or CPU_BATCHED_TOKENS, self._chat.max_length),
            "kv_cache_memory_bytes": CPU_CACHE_BYTES,
            "block_size": CPU_BLOCK,
            "enforce_eager": True,
        }

    def _adapter(self) -> Any:
        from vllm.lora.request import LoRARequest

        return LoRARequest(self.config.name, 1, str(self.config.lora)) if self.config.lora else None

    def _lora_rank(self) -> int:
        """The smallest rank the engine is built for that holds the adapter's."""
        assert self.config.lora is not None
        try:
            rank = json.loads((self.config.lora / "adapter_config.json").read_text())["r"]
        except (OSError, ValueError, KeyError) as error:
            raise TeacherConfigError(
                f"{self.config.name}: {self.config.lora} holds no LoRA adapter: {error}"
            ) from error
        fitting = [size for size in LORA_RANKS if size >= rank]
        if not fitting:
            raise TeacherConfigError(f"{self.config.name}: a LoRA rank of {rank}; vLLM serves at most {LORA_RANKS[-1]}")
        return fitting[0]

    async def _generate(self, prompt: list[int], request: TeacherRequest) -> tuple[list[int], FinishReason]:
        """The answer's tokens; a text that has begun to loop is broken off."""
        name = f"{self.config.name}-{next(self._names)}"
        outputs = self._engine.generate(
            {"prompt_token_ids": prompt}, self._sampling(prompt, request), name, lora_request=self._lora
        )
        watch, answer = LoopWatch(), list[int]()
        async with aclosing(outputs):  # closing one that has not ended breaks the request off
            async for output in outputs:
                answer += output.outputs[0].token_ids
                ended = output.finished and bool(answer) and answer[-1] in self._chat.ends
                if watch.is_looping(answer) and not ended:
                    return answer, "loop"
        return answer, "stop" if answer and answer[-1] in self._chat.ends else "length"

    def _sampling(self, prompt: list[int], request: TeacherRequest) -> Any:
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind

        wanted = request.sampling
        return SamplingParams(
            temperature=wanted.temperature,
            top_p=wanted.top_p,
            top_k=wanted.top_k,
            min_p=wanted.min_p,
            repetition_penalty=wanted.repetition_penalty,
            max_tokens=self._chat.room(prompt, request),
            seed=request.seed,
            ignore_eos=True,  # the ends below hold the model's own
            stop_token_ids=sorted(self._chat.ends),
            detokenize=False,
            output_kind=RequestOutputKind.DELTA,
        )

    async def _watch(self, engine: Any) -> None:
        """A request that was on its way into the engine when it died would wait for ever."""
        while not engine.errored:
            await asyncio.sleep(WATCH_S)
        await asyncio.sleep(WATCH_S)  # those inside are told by the engine itself
        self._break_off()

    def _break_off(self) -> None:
        for work in self._under_way:
            work.cancel()
