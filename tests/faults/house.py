"""A recipe with a stage of each shape in a folder of its own, run as a user would, and what came of it."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.config import load_config
from pipeline.lineage import Located
from pipeline.look import survey_of
from tests.pipeline.storm import content
from tests.pipeline.workshop import ENVIRONMENT, ROOT, Workshop, command, node

PRELOAD = Path(__file__).parent / "preload"
FILES, ROWS = 4, 8
WAIT_S = 120
THRIFTY = {"OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}


@dataclass(frozen=True)
class Moment:
    """The `nth` time that an audit event of this name has a path in which `where` is found, in a process with `who`."""

    event: str
    where: str
    nth: int = 1
    who: str = "tracemill"


@dataclass(frozen=True)
class Done:
    """How a run ended: the exit code, negative for a signal, and what it said."""

    code: int
    said: str

    def message(self) -> str:
        """The one line with which it stopped; fails where there is none, or more than that."""
        found = [line for line in self.said.splitlines() if line.startswith(("error:", "interrupted", "stopped"))]
        assert "Traceback" not in self.said, self.said
        assert len(found) == 1, f"{self.code}: {self.said}"
        return found[0]


@dataclass(frozen=True)
class House:
    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / "store"

    @property
    def bill(self) -> Path:
        return self.folder / "bill"

    @cached_property
    def recipe(self) -> Path:
        """Four files of rows, some of them rejected, split, or failing on purpose; every shape of a stage."""
        inputs = [self.folder / f"in{number}.txt" for number in range(FILES)]
        source = {"uses": "lines", "with": {"paths": [str(path) for path in inputs]}}
        script = ["keep", "split2", "reject", "raise", "keep"]
        path = Workshop(self.folder).write(
            src=source,
            split=node("behave", script=script, run={"max_errors": 1}),
            troubled=node("troubled", needs="split", order=self.folder / "order"),
            batched=node("troubled_batch", needs="troubled", order=self.folder / "order"),
            asked=node("inquire", needs="batched", log=self.bill, delay_s=0.002),
            table=node("sift", needs="asked", every=3),
            total=node("total", needs="table"),
            set={**node("publish", needs="table", name="toys"), "side": {"total": "total"}},
        )
        text = path.read_text()
        path.write_text(text.replace("- tests.toystages", "- tests.toystages\n- tests.toyfaults"))
        return path

    def furnish(self) -> "House":
        self.folder.mkdir(exist_ok=True)
        for number in range(FILES):
            rows = [f"{number}{row} text of {number} {row}" if row % 5 else "" for row in range(1, ROWS + 1)]
            (self.folder / f"in{number}.txt").write_text("\n".join(rows) + "\n")
        return self

    def take(self, other: "House") -> None:
        """The store and the exports of another one, as they are."""
        for name in ("store", "store-exports"):
            shutil.copytree(other.folder / name, self.folder / name, symlinks=True)
        shutil.copy(other.bill, self.bill)

    def arguments(self, *more: str) -> list[str]:
        return command("run", self.recipe, *more)

    def environment(self, moment: Moment | None = None, act: str = "", *, lasts: bool = False) -> dict[str, str]:
        if moment is None:
            return ENVIRONMENT | THRIFTY
        told = asdict(moment) | {"act": act, "lasts": lasts, "marker": str(self.folder / "struck")}
        path = {"PYTHONPATH": f"{PRELOAD}{os.pathsep}{ROOT}", "TRACEMILL_FAULT": json.dumps(told)}
        return ENVIRONMENT | THRIFTY | path

    @property
    def has_struck(self) -> bool:
        return (self.folder / "struck").exists()

    def start(
        self, *more: str, environment: Mapping[str, str] | None = None, **options: Any
    ) -> "subprocess.Popen[str]":
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "cwd": ROOT}
        given = environment or self.environment()
        return subprocess.Popen(self.arguments(*more), env=given, **pipes | options)

    def run(
        self,
        *more: str,
        environment: Mapping[str, str] | None = None,
        limit: Callable[[], None] | None = None,
        **options: Any,
    ) -> Done:
        with self.start(*more, environment=environment, preexec_fn=limit, **options) as process:
            said, _ = process.communicate(timeout=WAIT_S)
        return Done(process.returncode, said or "")

    def run_other(self, *words: object, environment: Mapping[str, str] | None = None) -> Done:
        """Another command than `run`."""
        done = subprocess.run(
            command(*map(str, words)), env=environment or self.environment(), cwd=ROOT, capture_output=True, text=True,
            timeout=WAIT_S, check=False,
        )  # fmt: skip
        return Done(done.returncode, done.stdout + done.stderr)

    # What came of it

    def located(self) -> dict[str, Located | None]:
        return survey_of(load_config(self.recipe))[1]

    def artifact(self, stage: str) -> Path:
        (path,) = (self.store / "artifacts" / stage).iterdir()
        return path

    def came_of(self) -> dict[str, Any]:
        """Digests of nodes and versions; every row, reject and failed row there is; what was published."""
        rows = {f"{one.node.name} {kind}": told(one.artifact.path, kind) for one in self.located().values() if one
                for kind in ("data", "rejects", "quarantine")}  # fmt: skip
        exports = self.folder / "store-exports" / "toys"
        published = sorted({path.name for path in exports.iterdir()} - {".lock", ".digests.json"})
        ids = (exports / "latest" / "ids.txt").read_text()
        return {"digests": content(self.recipe), "rows": rows, "published": published, "ids": ids}

    def left_over(self) -> list[Path]:
        """What no process will ever finish, in places where a next run should have cleared it."""
        kept = [path for part in ("artifacts", "journal") for path in (self.store / part).rglob("*.tmp")]
        return kept + list((self.store / "scratch").glob("*"))

    def answered(self) -> set[str]:
        """The requests whose answer is on disk."""
        texts = (path.read_bytes() for path in (self.store / "journal").rglob("*.jsonl"))
        keys = (re.match(rb'{"key":"(\w{64})".*}$', line) for text in texts for line in text.split(b"\n"))
        return {key[1].decode() for key in keys if key}

    def heed(self, message: str) -> list[Path]:
        """Does what a message asks for: removes what it says is to be removed."""
        found = re.search(r"remove (.*?) and run again", message)
        paths = [Path(name) for name in found[1].split(" and ")] if found else []
        if found and found[1] == "it":
            paths = [Path(re.search(r"(/\S+) is damaged", message)[1])]  # type: ignore[index]
        for path in paths:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return paths


def told(artifact: Path, kind: str) -> list[list[Any]]:
    columns = {"data": None, "rejects": ["id", "reason", "detail", "row"], "quarantine": ["id", "error", "row"]}[kind]
    paths = sorted((artifact / kind).glob("*.parquet"))
    frames = (pl.read_parquet(path, columns=columns) for path in paths)
    return sorted((list(map(str, row)) for frame in frames for row in frame.iter_rows()), key=str)
