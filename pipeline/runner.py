"""The driver: reuse what is whole, resume what is partial, run what is missing, commit, publish."""

import platform
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from pipeline.artifact import Artifact
from pipeline.checks import check_again, check_budget, check_guard, clear_torn, prepare
from pipeline.config import Keep, Node
from pipeline.context import Context, RunOptions
from pipeline.errors import ConfigError, InputChangedError
from pipeline.executors import Executor
from pipeline.feeding import input_of, layout_of, sources_of
from pipeline.folder import run_folder
from pipeline.graph import chosen
from pipeline.keeping import drop_needless
from pipeline.lineage import Located, Survey
from pipeline.manifest import Manifest, Totals, content_digest
from pipeline.meter import readings_of
from pipeline.progress import Progress
from pipeline.report import reporter
from pipeline.shard import ShardTask, run_shard
from pipeline.stage import FileStage, SourceStage, StreamStage, TableStage
from pipeline.stream import run_stream
from pipeline.table import run_table
from pipeline.versions import Version, publish
from pipeline.watch import Watch


@dataclass(frozen=True)
class NodeResult:
    """What a run did with a node: `status` is reused, resumed, ran or, of rows that were dropped, made again.

    `version` is set where it published.
    """

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
    again: set[str] = field(default_factory=set)  # nodes whose rows were dropped, and made again for others

    def run(self, *, only: str | None = None, start: str | None = None) -> Iterator[NodeResult]:
        """Brings the recipe's nodes up to date in order; stops at the first that fails."""
        self.survey.store.check_writable()
        wanted = chosen(self.survey.order, only=only, start=start)
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
            result = self._bring_up(located, for_itself=node.name == only)
            self.progress.finish(node.name, result.summary())
            if self.survey.recipe.keep == Keep.RESULTS:
                self.again -= drop_needless(self.survey, {*node.above, *self.again}, self.progress)
            yield result
        self.survey.store.remember()

    def _is_above(self, name: str, wanted: set[str]) -> bool:
        return any(name in node.above for node in self.survey.order if node.name in wanted)

    def _bring_up(self, located: Located, *, for_itself: bool) -> NodeResult:
        """`for_itself` a node has its rows, also where nothing that runs needs them."""
        started, state = time.monotonic(), located.state
        status = {"complete": "reused", "partial": "resumed", "missing": "ran"}[state]
        if state == "complete":
            check_guard(located, located.artifact.manifest().guard)
            if for_itself and located.artifact.is_spent:
                return self._make_again(located)
        else:
            with self.survey.store.lock(located.artifact, located.node.name):
                if not located.artifact.is_complete:
                    self._execute(located)
        manifest = located.artifact.manifest()
        seconds = time.monotonic() - started
        return NodeResult(located.node.name, status, located.artifact, manifest, seconds, self._publish(located))

    # Rows that were dropped

    def _make_again(self, located: Located) -> NodeResult:
        started, name, artifact = time.monotonic(), located.node.name, located.artifact
        with self.survey.store.lock(artifact, name):
            if artifact.is_spent:
                self._execute(self.survey.maker(name))
        return NodeResult(name, "made again", artifact, artifact.manifest(), time.monotonic() - started)

    def _restore(self, names: Sequence[str]) -> None:
        """Has rows that were dropped made again where they are needed now."""
        for located in map(self.survey.maker, names):
            name = located.node.name
            if located.artifact.is_spent:
                self.announce(name, located.fingerprint.key, executes=True)
                self.progress.finish(name, self._make_again(located).summary())
                self.again.add(name)

    def _publish(self, located: Located) -> Version | None:
        stage = located.node.stage
        if not (isinstance(stage, FileStage) and type(stage).publishes):
            return None
        name = str(getattr(stage, "name"))  # noqa: B009  # the field that publishing stages must have
        recipe = self.survey.recipe
        return publish(located.artifact.folder, recipe.exports / name, is_trial=recipe.limit is not None)

    # Execution

    def _execute(self, located: Located) -> None:
        artifact, node = located.artifact, located.node
        self._restore(node.above)
        sources = sources_of(self.survey, node)
        layout = layout_of(self.survey, node, sources)
        artifact.begin_again()
        prepare(located, layout)
        scratch = self.survey.store.scratch(artifact)
        context = Context(
            node=node.name,
            scratch=scratch,
            side={role: input_of(self.survey, role, names) for role, names in node.side.items()},
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
        check_again(located, digest, totals)
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
