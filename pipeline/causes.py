"""Why a node's key is another than that of an earlier run: what changed in it, and in what it reads."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.fingerprint import differences
from pipeline.lineage import Survey

SHOWN = 12  # signs of a digest


def changes(survey: Survey, keys: Mapping[str, Sequence[str]], name: str, then: Mapping[str, Any]) -> list[str]:
    """Lines such as `config.samples: 4 -> 2`; of an input, its node and, a step further in, what changed there.

    `keys` are those of earlier runs, by node; `then` is the payload of one of them.
    """
    one = survey.located[name]
    now = one.fingerprint.payload
    lines = differences({**then, "inputs": {}}, {**now, "inputs": {}})
    given = {"needs": one.node.needs, **one.node.side}
    for role in sorted(then["inputs"].keys() | now["inputs"].keys()):
        old, new = then["inputs"].get(role, []), now["inputs"].get(role, [])
        if len(old) != len(new):
            lines += differences(old, new, f"inputs.{role}")
            continue
        for place, (before, after) in enumerate(zip(old, new, strict=True)):
            if before != after:
                above = given[role][place]
                digests = f"{before[:SHOWN]}... -> {after[:SHOWN]}..."
                lines.append(f"inputs.{role}[{place}]: {digests}: the rows of {above} changed")
                lines += [f"  {line}" for line in _within(survey, keys, above, before)]
    return lines


def _within(survey: Survey, keys: Mapping[str, Sequence[str]], name: str, digest: str) -> Iterator[str]:
    """What changed in an input since it gave this content; nothing where that is no longer in the store."""
    one = survey.located[name]
    for key in keys.get(name, []):
        earlier = survey.store.artifact(type(one.node.stage).uses(), key)
        if earlier.key == one.artifact.key or not earlier.is_complete or not earlier.has_fingerprint:
            continue
        if earlier.manifest().digest == digest:
            yield from changes(survey, keys, name, earlier.fingerprint()["payload"])
            return
