"""The newest commit of a model or data set on the hub: recipes name what they read by commit, people by name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.errors import ConfigError, OutageError

Kind = Literal["model", "dataset"]
_COMMIT = re.compile(r"[0-9a-f]{40}")
_NAME = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?")
_TIMEOUT_S = 20.0
_LOCAL: Mapping[Kind, str] = {
    "model": "--model FOLDER takes a folder of weights",
    "dataset": "without --dataset the recipe reads bundled rows; name your folder there, in place of `path: rows`",
}


@dataclass(frozen=True, slots=True)
class Pinned:
    name: str
    commit: str


def pinned(name: str, revision: str | None, *, kind: Kind) -> Pinned:
    """`name` at `revision`, or else at its newest commit, for which the hub is asked.

    Raises `ConfigError` where there is no such thing, `OutageError` where the hub is not reached.
    """
    check_name(name, kind)
    if revision is not None:
        if not _COMMIT.fullmatch(revision):
            raise ConfigError(f"init: --revision {revision!r} may move; give the commit's 40 digits")
        return Pinned(name, revision)
    return Pinned(name, _newest(name, kind))


def check_name(name: str, kind: Kind) -> None:
    """Raises `ConfigError` for what cannot be a name on the hub, a folder that is not there for instance."""
    if _NAME.fullmatch(name):
        return
    if kind == "dataset":
        raise ConfigError(f"init: {name} is no name on the hub, such as OWNER/NAME; of a folder, {_LOCAL[kind]}")
    raise ConfigError(f"init: {name} is neither a folder nor a name on the hub, such as OWNER/NAME")


def _newest(name: str, kind: Kind) -> str:
    import httpx2
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

    page = f"its page there lists the commits: give one with --revision. Without the hub: {_LOCAL[kind]}"
    try:
        info = HfApi().repo_info(name, repo_type=kind, timeout=_TIMEOUT_S)
    except RepositoryNotFoundError as error:
        raise ConfigError(f"init: the hub has no {kind} {name} that may be read without a login; check it") from error
    except (HfHubHTTPError, httpx2.HTTPError, OSError) as error:
        raise OutageError(
            f"init: the hub does not tell the commit of {name}: {type(error).__name__}; {page}"
        ) from error
    if not info.sha:
        raise OutageError(f"init: the hub tells no commit of {name}; {page}")
    return str(info.sha)
