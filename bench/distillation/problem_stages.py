"""Problems as they stand, none left out, for the benchmarks beside this."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.rows import problem
from pipeline.stage import Reject, SourceStage
from stages.records import Problem


@dataclass(frozen=True, kw_only=True)
class TakeProblems(SourceStage[Problem]):
    """JSONL with `id`, `question` and `answer`."""

    path: Path

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {"path": digest(self.path)}

    def shards(self) -> Sequence[Any]:
        return [0]

    def read(self, shard: Any) -> Iterator[Problem | Reject]:
        for line in self.path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield problem(row["id"], row["question"], row["answer"])
