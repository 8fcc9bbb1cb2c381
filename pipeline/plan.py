"""What a run would do and cost, from the ratios and rates of earlier runs; `unknown` where there were none."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.config import Node, Recipe
from pipeline.lineage import Located
from pipeline.look import survey_of
from pipeline.manifest import Totals
from pipeline.session import last_keys
from pipeline.stage import SourceStage, Stage, StreamStage
from pipeline.store import Artifact, Store


@dataclass(frozen=True, kw_only=True)
class Step:
    """One node: `action` is hit, partial or miss. Estimates are None where no earlier run tells.

    seconds -- wall time with the same number of workers as then; bytes -- disk; tokens -- asked of a teacher, at most:
    what the journal holds already is not asked again.
    """

    node: str
    stage: str
    action: str
    rows_in: int | None
    rows_out: int | None
    seconds: float | None = None
    tokens: int | None = None
    bytes: int | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def plan(recipe: Recipe) -> list[Step]:
    """The nodes in run order."""
    survey, found = survey_of(recipe)
    earlier = last_keys(survey.store, recipe.name)
    rows: dict[str, int | None] = {}
    steps = []
    for node in survey.order:
        step = _step(node, found[node.name], _earlier(survey.store, node, earlier), rows)
        rows[node.name] = step.rows_out
        steps.append(step)
    return steps


def _earlier(store: Store, node: Node, keys: Mapping[str, list[str]]) -> Artifact | None:
    """The newest finished artifact of this node in an earlier run."""
    stage = type(node.stage).uses()
    artifacts = (store.artifact(stage, key) for key in keys.get(node.name, []))
    return next((artifact for artifact in artifacts if artifact.is_complete), None)


def _step(node: Node, one: Located | None, earlier: Artifact | None, rows: Mapping[str, int | None]) -> Step:
    stage = type(node.stage).uses()
    if one and one.state == "complete":
        totals = one.artifact.manifest().totals
        return Step(node=node.name, stage=stage, action="hit", rows_in=totals.rows_in, rows_out=totals.rows_out)
    done = Totals.of(one.artifact.reports()) if one else Totals()
    action = "partial" if done.rows_in else "miss"
    given = None if isinstance(node.stage, SourceStage) else _sum(rows[name] for name in node.needs)
    if earlier is None:
        return Step(node=node.name, stage=stage, action=action, rows_in=given, rows_out=None)
    then = earlier.manifest().totals
    given = then.rows_in if given is None else given
    scale = _scale(node.stage, given, then)
    left = scale * max(given - done.rows_in, 0) / max(given, 1)
    tokens = then.counters.get("tokens")
    return Step(
        node=node.name,
        stage=stage,
        action=action,
        rows_in=given,
        rows_out=round(then.rows_out * scale),
        seconds=round(then.seconds * left, 1),
        tokens=round(tokens * left) if tokens else None,
        bytes=round(earlier.size() * left),
    )


def _scale(stage: Stage, given: int, then: Totals) -> float:
    """How many times the earlier run's work this is: by requests where a teacher is asked, else by rows."""
    requests = then.counters.get("asked", 0) + then.counters.get("reused", 0)
    per_row = stage.requests_per_row() if isinstance(stage, StreamStage) else None
    if per_row and requests:
        return given * per_row / requests
    return given / max(then.rows_in, 1)


def _sum(counts: Any) -> int | None:
    known = list(counts)
    return None if any(count is None for count in known) else sum(known)
