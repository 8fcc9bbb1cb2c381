"""The driver: reuse what is whole, resume what is partial, run what is missing, commit, publish."""

import platform
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from pipeline.artifact import Artifact
from pipeline.checks import check_budget, check_folder, check_guard, clear_torn, prepare
from pipeline.config import Node
from pipeline.context import Context, RunOptions
from pipeline.errors import ConfigError, InputChangedError
from pipeline.executors import Executor
from pipeline.fingerprint import digest_of
from pipeline.folder import run_folder
from pipeline.graph import below
from pipeline.inputs import StoredInput
from pipeline.lineage import Located, Survey
from pipeline.manifest import Manifest, Totals, content_digest
from pipeline.meter import readings_of
from pipeline.mixing import rows_per_slice
from pipeline.progress import Progress
from pipeline.remote.reading import Reading
from pipeline.report import reporter
from pipeline.shard import ShardTask, run_shard
from pipeline.stage import FileStage, SourceStage, StreamStage, TableStage
from pipeline.stream import run_stream
from pipeline.table import run_table
from pipeline.versions import Version, publish
from pipeline.watch import Watch


@dataclass(frozen=True)
class NodeResult:
    """What a run did with a node: `status` is reused, resumed or ran; `version` is set where it published."""

    node: str
    status: str
    artifact: Artifact
    manifest: Manifest
    seconds: float
    version: Version | None = None

    def summary(self) -> dict[str, Any]:
        totals = self.manifest.totals
        return {
            "status": self.status,
            "stage": self.manifest.stage,
            "key": self.manifest.key,
            "digest": self.manifest.digest,
            "rows_in": totals.rows_in,
            "kept": totals.kept,
            "rows_out": totals.rows_out,
            "rejected": sum(totals.rejected.values()),
            "reasons": dict(totals.rejected),
            "quarantined": totals.quarantined,
            "counters": dict(totals.counters),
            "seconds": round(self.seconds, 3),
        }


class Announce(Protocol):
    """Told of each node's key before it is brought up; `executes` where its result is not whole yet."""

    def __call__(self, node: str, key: str, *, executes: bool) -> None: ...


def _silent(node: str, key: str, *, executes: bool) -> None:
    pass


@dataclass
class Runner:
    survey: Survey
    executor: Executor
    progress: Progress
    workers: int | None = None
    announce: Announce = _silent

    def run(self, *, only: str | None = None, start: str | None = None) -> Iterator[NodeResult]:
        """Brings the recipe's nodes up to date in order; stops at the first that fails."""
        self.survey.store.check_writable()
        wanted = self._wanted(only, start)
        for node in self.survey.order:
            if node.name in wanted:
                self.survey.pins(node)  # a file that is not there is told before anything runs
        for node in self.survey.order:
            located = self.survey.locate(node)
            if node.name not in wanted:
                unfinished = located is None or located.state != "complete"
                if unfinished and self._is_above(node.name, wanted):
                    raise ConfigError(f"{node.name}: has no finished result to start from; run without --only/--from")
                continue
            assert located is not None
            self.announce(node.name, located.fingerprint.key, executes=located.state != "complete")
            result = self._bring_up(located)
            self.progress.finish(node.name, result.summary())
            yield result
        self.survey.store.remember()

    def _wanted(self, only: str | None, start: str | None) -> set[str]:
        names = [node.name for node in self.survey.order]
        for name in (only, start):
            if name is not None and name not in names:
                raise ConfigError(f"there is no node {name!r}; nodes: {', '.join(names)}")
        if only:
            return {only}
        return below(self.survey.order, start) if start else set(names)

    def _is_above(self, name: str, wanted: set[str]) -> bool:
        return any(name in node.above for node in self.survey.order if node.name in wanted)

    def _bring_up(self, located: Located) -> NodeResult:
        started, state = time.monotonic(), located.state
        if state == "complete":
            check_guard(located, located.artifact.manifest().guard)
        else:
            with self.survey.store.lock(located.artifact, located.node.name):
                if not located.artifact.is_complete:
                    self._execute(located)
        manifest = located.artifact.manifest()
        status = {"complete": "reused", "partial": "resumed", "missing": "ran"}[state]
        seconds = time.monotonic() - started
        return NodeResult(located.node.name, status, located.artifact, manifest, seconds, self._publish(located))

    def _publish(self, located: Located) -> Version | None:
        stage = located.node.stage
        if not (isinstance(stage, FileStage) and type(stage).publishes):
            return None
        name = str(getattr(stage, "name"))  # noqa: B009  # the field that publishing stages must have
        return publish(located.artifact.folder, self.survey.recipe.exports / name)

    # Execution

    def _execute(self, located: Located) -> None:
        artifact, node = located.artifact, located.node
        sources = self._sources(node)
        prepare(located, self._layout(node, sources))
        scratch = self.survey.store.scratch(artifact)
        context = Context(
            node=node.name,
            scratch=scratch,
            side={role: self._input(role, names) for role, names in node.side.items()},
            run=self._options(node),
            lineage=self.survey.ancestors(node) if isinstance(node.stage, FileStage) else (),
            write_report=reporter(located, self.survey),
        )
        try:
            self._execute_shape(located, context, sources)
        finally:
            self.survey.store.clear_scratch(artifact)
        self._commit(located)

    def _options(self, node: Node) -> RunOptions:
        if self.workers is None:
            return node.run
        return replace(node.run, workers=self.workers)

    def _input(self, role: str, names: Sequence[str]) -> StoredInput:
        located = [self.survey.located[name] for name in names]
        is_folder = bool(located) and located[0].node.stage.row_out is None
        if is_folder:
            check_folder(located[0])
        return StoredInput.of(role, [one.artifact for one in located], is_folder=is_folder)

    def _sources(self, node: Node) -> list[Any]:
        """What each task reads: a shard of the outside world, one file of rows or a slice of it, or all of them."""
        if isinstance(node.stage, SourceStage):
            with Reading(node.name):
                shards = list(node.stage.shards())
            if not shards:
                raise ConfigError(f"{node.name}: there is nothing to read; check its paths")
            return shards
        given = self._input("needs", node.needs) if node.needs else None
        if given is None or isinstance(node.stage, (TableStage, FileStage)):
            return [given]
        by_file = given.by_file()
        if isinstance(node.stage, StreamStage):
            rows = rows_per_slice(node.stage.requests_per_row())
            return [part for source in by_file for part in source.cut(rows)]
        return by_file

    def _layout(self, node: Node, sources: list[Any]) -> str:
        """Identifies how a node's input is cut into shards."""
        if isinstance(node.stage, SourceStage):
            return digest_of(sources)
        layout = self.survey.layout(node)
        if isinstance(node.stage, StreamStage):
            return digest_of([layout, [source.part for source in sources]])
        return layout

    def _execute_shape(self, located: Located, context: Context, sources: list[Any]) -> None:
        stage, node = located.node.stage, located.node
        if isinstance(stage, (TableStage, FileStage)):
            task = ShardTask(stage, located.artifact, 0, sources[0], context)
            self.progress.start(node.name, status="running", total=1, unit="tasks")
            run: Callable[[ShardTask], Any] = run_table if isinstance(stage, TableStage) else run_folder
            for reports in self.executor.map(located.artifact.errand(run, by_shard=False), [task], workers=1):
                located.artifact.arrived(reports)
            self.progress.advance(node.name, 1)
        else:
            self._execute_shards(located, context, sources)

    def _execute_shards(self, located: Located, context: Context, sources: list[Any]) -> None:
        node, done = located.node, located.artifact.reports()
        finished = {report.index for report in done}
        tasks = [
            ShardTask(node.stage, located.artifact, index, source, context)
            for index, source in enumerate(sources)
            if index not in finished
        ]
        is_source = isinstance(node.stage, SourceStage)
        unit = "shards" if is_source else "rows"
        rows = {task.index: 1 if is_source else task.source.num_rows for task in tasks}
        total = sum(rows.values())
        status = "resuming" if done else "running"
        readings = readings_of(node.stage, context.run.workers) if isinstance(node.stage, StreamStage) else None
        self.progress.start(node.name, status=status, total=total, unit=unit, readings=readings)
        watch = Watch(node, self.progress, Totals.of(done))
        watch.judge()
        if isinstance(node.stage, StreamStage):
            if tasks:
                run_stream(tasks, self.survey.store.journal, watch, self.executor)
            return
        run = located.artifact.errand(run_shard, by_shard=True)
        tasks.sort(key=lambda task: -rows[task.index])  # so that at the end nobody waits long for the last
        for report in self.executor.map(run, tasks, workers=context.run.workers):
            located.artifact.arrived(report)
            self.progress.advance(node.name, 1 if is_source else report.rows_in)
            watch.committed(report)

    def _commit(self, located: Located) -> None:
        node, stage = located.node, located.node.stage
        reports = located.artifact.reports()
        totals = Totals.of(reports)
        check_budget(node, totals, finished=True)
        self.survey.store.digests.forget()
        pins = self.survey.pins(node)
        if pins != located.fingerprint.payload["pins"]:
            # Nobody knows what its shards were read from, and the old file may come back, and with it this key.
            located.artifact.reopen([report.index for report in reports])
            raise InputChangedError(f"{node.name}: an input file changed while it was read; run again to read it anew")
        clear_torn(located.artifact)
        digest = reports[0].digest if isinstance(stage, FileStage) else content_digest(reports)
        located.artifact.commit(
            Manifest(
                stage=type(stage).uses(),
                key=located.fingerprint.key,
                digest=digest,
                num_shards=0 if isinstance(stage, FileStage) else len(reports),
                totals=totals,
                guard=located.fingerprint.guard,
                pins=pins,
                environment={"python": platform.python_version(), "system": platform.system()},
            )
        )
