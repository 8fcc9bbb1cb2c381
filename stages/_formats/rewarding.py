"""Writes reward files out, with what the data set was verified by, so that reward and data cannot disagree."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from verifier.types import EXTRACTION, VERSION, Policy

FOLDER = Path(__file__).parent / "rewards"
# Of the files there. They are read and not imported, so this is how a change of them reaches the keys of stages.
SOURCES_DIGEST = "2cc0f4981a136cd0"
NAMES = tuple(f"{name}_reward.py" for name in ("trl", "verl", "openrlhf", "open_instruct", "nemo_rl", "slime"))
_MADE_WITH = re.compile(r"^MADE_WITH: dict\[str, str\] = \{\}$", re.MULTILINE)


def write_rewards(folder: Path, manifest: Mapping[str, Any]) -> None:
    """All of them into `folder`, which is made. Raises `ConfigError` where the rows followed several policies."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        write_reward(folder / name, manifest)


def write_reward(path: Path, manifest: Mapping[str, Any]) -> None:
    facts = "".join(f'    "{name}": {json.dumps(value)},\n' for name, value in made_with(manifest).items())
    source = (FOLDER / path.name).read_text("utf-8")
    text, count = _MADE_WITH.subn(lambda _: f"MADE_WITH: dict[str, str] = {{\n{facts}}}", source)
    assert count == 1, f"{path.name} has {count} lines to write MADE_WITH into"
    path.write_text(text, "utf-8")


def made_with(manifest: Mapping[str, Any]) -> dict[str, str]:
    """What the verdicts of a version followed: data set, policy, extraction, the verifier's version.

    A judge's verdicts stand under the policy of the rules that it came after, and a version of its own.
    """
    judged = manifest["verifiers"] or [rules_of_now()]
    policies = {one["policy"] for one in judged}
    versions = {one["version"] for one in judged if one["verifier"] == "rule"} or {VERSION}
    if len(policies) > 1 or len(versions) > 1:
        found = ", ".join(sorted(policies | versions))
        raise ConfigError(
            f"{manifest['name']} was verified in several ways ({found}), and a reward can follow one: "
            f"give all `verify` nodes the same `extraction`"
        )
    (policy,), (version,) = policies, versions
    extraction = next((name for name in EXTRACTION if _policy(name).digest == policy), None)
    if extraction is None:
        raise ConfigError(
            f"{manifest['name']} was verified under policy {policy}, which this tracemill does not know; "
            f"export it with the tracemill that made it"
        )
    return {"dataset": manifest["name"], "policy": policy, "extraction": extraction, "verifier": version}


def rules_of_now() -> dict[str, str]:
    """The installed rules under the default policy, as manifests name who judges."""
    return {"verifier": "rule", "version": VERSION, "policy": _policy(EXTRACTION[0]).digest}


def _policy(extraction: str) -> Policy:
    return Policy(reasoning="plain", extraction=extraction)
