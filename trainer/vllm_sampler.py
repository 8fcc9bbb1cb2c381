"""Responses drawn by vLLM, which on a GPU is several times faster than transformers.

The engine takes turns with the trainer on one device: it sleeps while the trainer computes. On a GPU it lives in the
trainer's process, so that weights pass without a copy on disk. On a CPU it lives in a process of its own and starts
anew at every `sync`: there vLLM multiplies by packed copies of the weights, and a reload leaves that of a tied head as
it was without a word.
Written against vLLM 0.25 to 0.33.
"""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from teachers.last_words import LastWords
from teachers.vllm_engine import CPU_BATCHED_TOKENS, CPU_BLOCK, CPU_CACHE_BYTES, SETTINGS
from trainer.config import ModelConfig
from trainer.errors import TrainConfigError, TrainerError
from trainer.model import save_whole, whole_weights
from trainer.rl_config import RolloutConfig
from trainer.rollouts import Rollout, Wanted

MAX_SEQS = 256  # an engine holds logits of the whole vocabulary for each
SEEDS = 2**63


class VllmSampler:
    """A `trainer.rollouts.Sampler`. Log-probabilities are those of the distribution a token was drawn from."""

    def __init__(self, model: ModelConfig, rollout: RolloutConfig, *, end_ids: Sequence[int]) -> None:
        if int(os.environ.get("WORLD_SIZE", "1")) > 1:
            raise TrainConfigError("rollout.backend vllm serves one process; start one, or take backend transformers")
        self.dtype, self.rollout, self.end_ids = model.dtype, rollout, frozenset(end_ids)
        self._engine: Any = None
        self._asleep: set[str] = set()
        self._last_words = LastWords()

    def sync(self, model: Any) -> None:
        if model.device.type == "cpu":
            self.close()
        if self._engine is None:
            self._engine = self._start(model)
            return
        self._wake("weights")
        # As from a checkpoint, which holds tied weights once: layers that keep weights in another form rebuild it.
        tied = getattr(model, "all_tied_weights_keys", {})
        weights = (named for named in whole_weights(model) if named[0] not in tied)
        self._engine.collective_rpc("reload_weights", kwargs={"weights_iterator": weights})
        self._engine.reset_prefix_cache()

    def draw(self, wanted: Sequence[Wanted], *, temperature: float, max_tokens: int) -> list[Rollout]:
        from vllm import SamplingParams

        if self._engine is None:
            raise TrainerError("the vLLM sampler holds no weights: sync comes before draw")
        self._wake("weights")
        self._wake("kv_cache")
        options = {"temperature": temperature, "max_tokens": max_tokens, "logprobs": 0, "detokenize": False}
        ends = {"ignore_eos": True, "stop_token_ids": sorted(self.end_ids)}  # the ends hold the model's own
        prompts = [{"prompt_token_ids": one.prompt_ids} for one in wanted]
        sampling = [SamplingParams(**options, **ends, seed=one.seed % SEEDS) for one in wanted]
        outputs = self._engine.generate(prompts, sampling, use_tqdm=False)
        self._sleep()
        drawn = [self._rollout(one, output.outputs[0]) for one, output in zip(wanted, outputs, strict=True)]
        return drawn if temperature else [replace(one, logps=[0.0] * len(one.ids)) for one in drawn]

    def close(self) -> None:
        if self._engine is not None:
            self._engine.llm_engine.engine_core.shutdown()
            self._engine = None
            self._asleep.clear()

    def _rollout(self, wanted: Wanted, output: Any) -> Rollout:
        ids, finish = list(output.token_ids), output.finish_reason
        if finish != ("stop" if ids and ids[-1] in self.end_ids else "length"):
            raise TrainerError(f"vLLM ended a response for {finish!r} with token {ids[-1:]}; ends: {set(self.end_ids)}")
        logps = [at[token].logprob for token, at in zip(ids, output.logprobs, strict=True)]
        return Rollout(prompt_ids=wanted.prompt_ids, ids=ids, logps=logps, finish=finish)

    def _wake(self, tag: str) -> None:
        if tag in self._asleep:
            _free_cached_memory()
            self._engine.wake_up(tags=[tag])
            self._asleep.remove(tag)

    def _sleep(self) -> None:
        """Level 1 keeps the weights in main memory: level 2 would draw from garbage where no sync comes between."""
        if self._engine.model_config.enable_sleep_mode:
            self._engine.sleep(level=1)
            self._asleep = {"weights", "kv_cache"}

    def _start(self, model: Any) -> Any:
        import torch

        # Read when the engine is built; only in this process can it take weights from an iterator.
        os.environ["VLLM_ENABLE_V1_MULTIPROCESSING"] = str(int(model.device.type == "cpu"))
        for name, value in SETTINGS.items():
            os.environ.setdefault(name, value)
        try:
            from vllm import LLM
        except ImportError as error:
            raise TrainConfigError(f"rollout.backend is vllm, which cannot be imported: {error}") from error
        _free_cached_memory()
        self._last_words.forget()
        # An engine in this process seeds torch for itself.
        with tempfile.TemporaryDirectory(prefix="tracemill-policy-") as folder, torch.random.fork_rng():
            save_whole(model, Path(folder))
            try:
                with self._last_words.listening():
                    return LLM(folder, **self._options(model))
            except (RuntimeError, ValueError, OSError) as error:
                raise TrainerError(self._last_words.told(f"vLLM did not start: {error}")) from error

    def _options(self, model: Any) -> dict[str, Any]:
        wanted = self.rollout
        max_length = wanted.max_prompt_length + wanted.max_tokens
        options: dict[str, Any] = {
            "skip_tokenizer_init": True,
            "use_tqdm_on_load": False,
            "generation_config": "vllm",  # the model's own would add ends and cut the distribution
            "dtype": self.dtype,
            "max_model_len": max_length,
            "max_num_seqs": min(wanted.batch_size or wanted.prompts * wanted.samples, MAX_SEQS),
            "logprobs_mode": "processed_logprobs",
            "enable_prefix_caching": False,
        }
        if model.device.type != "cpu":
            return options | {"enable_sleep_mode": True, "gpu_memory_utilization": wanted.gpu_memory_utilization}
        # Prompts in chunks and a request's own seed do not go together on a CPU.
        return options | {
            "enable_chunked_prefill": False,
            "max_num_batched_tokens": max(CPU_BATCHED_TOKENS, max_length),
            "kv_cache_memory_bytes": CPU_CACHE_BYTES,
            "block_size": CPU_BLOCK,
            "enforce_eager": True,
        }


def _free_cached_memory() -> None:
    """Memory that torch keeps for later is missing in the engine's own pool."""
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
