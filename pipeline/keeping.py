"""With `keep: results`: drops rows that all who take them have taken, where the same rows can be made again at no cost.

What stays is whatever tells of them: manifest, reports, rejects, fingerprint. So keys, plans and funnels are as before,
and a node that must run later has the rows it needs made again first, which must then be the same.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from pipeline.errors import StoreLockedError
from pipeline.lineage import Located, Survey
from pipeline.manifest import Fate
from pipeline.progress import Progress
from pipeline.stage import BatchStage, FileStage, RowStage, Stage, TableStage


def drop_needless(survey: Survey, names: Iterable[str], progress: Progress) -> set[str]:
    """Drops those rows of these nodes that nobody needs now; returns the names of the nodes that have none."""
    gone = set()
    for name in sorted(names):
        one = survey.located[name]
        if not (_is_taken(survey, name) and _is_made_at_will(one)):
            continue
        gone.add(name)
        before = one.artifact.spent()
        if before and before.fate == Fate.GONE:
            continue
        with suppress(StoreLockedError), survey.store.lock(one.artifact, name):
            size = one.artifact.drop_rows()
            if before is None:  # else a killed run has told it
                line = f"{name}: rows dropped, {size / 1e6:,.1f} MB; made again when they are needed"
                progress.tell("dropped", line, node=name, bytes=size)
    return gone


def _is_taken(survey: Survey, name: str) -> bool:
    """Whether all who take its rows are whole. Rows that nobody takes, or that are published, are the results."""
    takers = [node for node in survey.order if name in node.above]
    if not takers or any(isinstance(node.stage, FileStage) and type(node.stage).publishes for node in takers):
        return False
    found = [survey.located.get(node.name) for node in takers]
    return all(one is not None and one.state == "complete" for one in found)


def _is_made_at_will(one: Located) -> bool:
    """Whether it gives the same rows each time, and cheaply.

    A source does where what it read is still there, which nobody promises.
    """
    stage = one.node.stage
    if not isinstance(stage, (RowStage, BatchStage, TableStage)) or type(stage).expensive or _may_waver(stage):
        return False
    return one.state == "complete" and not one.artifact.manifest().totals.quarantined


def _may_waver(stage: Stage) -> bool:
    """Whether it may give other rows the next time, as what there is to retry does; and so does a row that failed."""
    kind = type(stage)
    return not kind.steady or bool(kind.retryable_reasons) or stage.retryable() is not None


def needed_again(survey: Survey, names: Iterable[str]) -> Iterator[str]:
    """Which nodes have to make their rows again before these nodes can run."""
    todo, seen = [above for name in names for above in survey.recipe.nodes[name].above], set[str]()
    while todo:
        name = todo.pop()
        if name in survey.located:
            name = survey.maker(name).node.name
        one = survey.located.get(name)
        if name not in seen and one is not None and one.state == "complete" and one.artifact.is_spent:
            yield name
            todo += one.node.above
        seen.add(name)
