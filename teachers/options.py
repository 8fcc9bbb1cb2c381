"""How a teacher is run, what it costs and on what terms: never what it says, and so no part of a key."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class EngineOptions:
    """How an engine of this machine runs. Nothing here decides what is said.

    tensor_parallel         -- GPUs that hold one copy of the model; each worker has so many for itself
    gpu_memory_utilization  -- share of their memory that weights and cache may take
    max_num_seqs            -- requests served at once; None takes the backend's own number
    max_num_batched_tokens  -- tokens in one step; None leaves it to the engine
    """

    tensor_parallel: int = 1
    gpu_memory_utilization: float = 0.9
    max_num_seqs: int | None = None
    max_num_batched_tokens: int | None = None


@dataclass(frozen=True, kw_only=True)
class EndpointOptions:
    """Where an OpenAI-compatible server answers, and how hard it may be pressed. Nothing here decides what is said.

    urls                -- base addresses that end in `/v1`, all serving the same model; requests go to the least busy
    max_in_flight       -- requests open at once at each address
    api_key_env         -- name of the environment variable that holds the key; None sends none
    requests_per_minute -- None: no limit, likewise `tokens_per_minute`, which counts prompt and allowed answer
    timeout_s           -- longest wait for the next piece of an answer
    retries             -- times a request is sent again after a failure that may pass
    """

    urls: tuple[str, ...] = ()
    api_key_env: str | None = None
    max_in_flight: int = 64
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    timeout_s: float = 600.0
    retries: int = 5


@dataclass(frozen=True, kw_only=True)
class Price:
    """What a teacher costs, in `currency`: by GPU and hour, by million tokens of prompt and of answer, or both.

    per_gpu_hour              -- of each GPU that an engine takes
    per_million_prompt_tokens, per_million_tokens -- of what an endpoint reads, and of what it writes
    """

    per_gpu_hour: float = 0.0
    per_million_prompt_tokens: float = 0.0
    per_million_tokens: float = 0.0
    currency: str = "USD"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """On what terms a teacher's words may be used, as its maker states them: told in dataset cards, enforced nowhere.

    licence -- its name, "Apache-2.0" for instance; `url` is where it stands, `note` what follows from it for a data set
    """

    licence: str
    url: str | None = None
    note: str | None = None
