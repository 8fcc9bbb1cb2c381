"""What two versions were made by: nodes, their options, the files they read, and how many rows passed each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from pipeline.fingerprint import differences
from pipeline.store import Store
from pipeline.version_manifest import parents_of

# The parts of a fingerprint that a manifest tells of, or that follow from what is above.
TOLD = frozenset({"config", "pins", "inputs", "stage"})
UNRECORDED = "another key; a manifest of format 1 does not record options"
Node = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class NodeChange:
    """A node that is `added`, `removed` or `changed`, with the causes that lie in itself: options, files, code."""

    node: str
    stage: str
    change: str
    causes: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class FunnelChange:
    """The counts of one node then and now; those of a side without the node are None, reasons those that differ."""

    node: str
    rows_in: tuple[int | None, int | None]
    rows_out: tuple[int | None, int | None]
    quarantined: tuple[int | None, int | None]
    rejected: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def node_changes(old: Mapping[str, Any], new: Mapping[str, Any], store: Store | None) -> list[NodeChange]:
    """The nodes whose own options, files or code differ between two manifests; those below them only follow."""
    before, after = ({parent["node"]: parent for parent in manifest.get("parents", [])} for manifest in (old, new))
    found = []
    for name, node in after.items():
        was = before.get(name)
        if was is None:
            options = [f"{key}: {_json(value)}" for key, value in node.get("config", {}).items()]
            found.append(NodeChange(node=name, stage=_stage(new, node), change="added", causes=options))
        elif causes := _causes(was, node, before, after, store, (_stage(old, was), _stage(new, node))):
            found.append(NodeChange(node=name, stage=_stage(new, node), change="changed", causes=causes))
    gone = [node for name, node in before.items() if name not in after]
    return found + [NodeChange(node=node["node"], stage=_stage(old, node), change="removed") for node in gone]


def _json(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _stage(manifest: Mapping[str, Any], node: Node) -> str:
    return next(parent.stage for parent in parents_of(manifest) if parent.node == node["node"])


def _causes(
    was: Node,
    now: Node,
    before: Mapping[str, Node],
    after: Mapping[str, Node],
    store: Store | None,
    stages: tuple[str, str],
) -> list[str]:
    if was["key"] == now["key"]:
        is_same = was["digest"] == now["digest"]
        return [] if is_same else ["other rows by the same options: failed or undecided rows were tried again"]
    causes = [] if stages[0] == stages[1] else [f"uses: {stages[0]} -> {stages[1]}"]
    if "config" not in was or "config" not in now:
        return [*causes, UNRECORDED]
    causes += differences(was["config"], now["config"])
    causes += [f"file {line}" for line in differences(was.get("pins", {}), now.get("pins", {}))]
    beside = _beside(store, stages, (was["key"], now["key"]))
    if beside is not None:
        return causes + beside
    if not causes and not _is_fed_anew(was, now, before, after):
        causes.append("its code, its version or a package that it uses; with --config the store tells which")
    return causes


def _beside(store: Store | None, stages: tuple[str, str], keys: tuple[str, str]) -> list[str] | None:
    """What else differs in the fingerprints that the store still has; None where it has not both."""
    if store is None:
        return None
    artifacts = [store.artifact(stage, key) for stage, key in zip(stages, keys, strict=True)]
    if not all((artifact.path / "fingerprint.json").exists() for artifact in artifacts):
        return None
    was, now = (artifact.fingerprint()["payload"] for artifact in artifacts)
    was, now = ({key: value for key, value in payload.items() if key not in TOLD} for payload in (was, now))
    return differences(was, now)


def _is_fed_anew(was: Node, now: Node, before: Mapping[str, Node], after: Mapping[str, Node]) -> bool:
    """Whether an input of it has other content. A manifest that does not tell the inputs of a node leaves it open."""
    if "needs" not in was or "needs" not in now:
        above = list(after)[: list(after).index(now["node"])]
        return any(after[name]["digest"] != before.get(name, {}).get("digest") for name in above)
    return _inputs(was, before) != _inputs(now, after)


def _inputs(node: Node, nodes: Mapping[str, Node]) -> dict[str, list[str]]:
    """The digests of a node's inputs by role."""
    roles: dict[str, Sequence[str]] = {"needs": node["needs"], **node.get("side", {})}
    return {role: [nodes[name]["digest"] for name in names if name in nodes] for role, names in roles.items()}


def funnel_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[FunnelChange]:
    """The nodes through which other numbers of rows passed, in run order; those that are gone last."""
    before, after = ({step["node"]: step for step in manifest.get("funnel", [])} for manifest in (old, new))
    found = []
    for name in [*after, *(name for name in before if name not in after)]:
        was, now = before.get(name, {}), after.get(name, {})
        reasons = {**was.get("rejected", {}), **now.get("rejected", {})}
        counts = {reason: (was.get("rejected", {}).get(reason, 0), now.get("rejected", {}).get(reason, 0))
                  for reason in sorted(reasons)}  # fmt: skip
        change = FunnelChange(
            node=name,
            rows_in=(was.get("rows_in"), now.get("rows_in")),
            rows_out=(was.get("rows_out"), now.get("rows_out")),
            quarantined=(was.get("quarantined"), now.get("quarantined")),
            rejected={reason: pair for reason, pair in counts.items() if pair[0] != pair[1]},
        )
        pairs = (change.rows_in, change.rows_out, change.quarantined)
        if change.rejected or any(pair[0] != pair[1] for pair in pairs):
            found.append(change)
    return found
