"""On what terms the words of teachers may be used: what their configurations say, collected for an export."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.context import Ancestor
from teachers import TeacherConfig, Terms


def teacher_facts(config: TeacherConfig) -> dict[str, Any]:
    """Who a teacher is and what its terms are, as JSON: what a stage that asks it tells under `facts`."""
    terms = Terms(licence=config.terms) if isinstance(config.terms, str) else config.terms
    return {
        "name": config.name,
        "backend": config.backend,
        "model": config.model,
        "revision": config.revision,
        "licence": terms.licence if terms else None,
        "url": terms.url if terms else None,
        "note": terms.note if terms else None,
    }


def teacher_terms(lineage: Sequence[Ancestor]) -> dict[str, Any]:
    """Every teacher asked above an export, by its name: `backend`, `model`, `revision`, `licence`, `url`, `note` (None
    where nothing is stated) and `nodes`, {node: stage} that asked it.

    A name that stands for two models or terms is told twice, the second time with its node behind it.
    """
    told: dict[str, dict[str, Any]] = {}
    for step in lineage:
        for teacher in step.facts.get("teachers", ()):
            facts = {key: value for key, value in teacher.items() if key != "name"}
            name = _place(told, teacher["name"], facts, step.node)
            told.setdefault(name, facts | {"nodes": {}})["nodes"][step.node] = step.stage
    return dict(sorted(told.items()))


def _place(told: Mapping[str, Mapping[str, Any]], name: str, facts: Mapping[str, Any], node: str) -> str:
    known = told.get(name)
    return name if known is None or {**known, "nodes": None} == {**facts, "nodes": None} else f"{name} ({node})"
