"""Where toy rows come from."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import Reject, SourceStage
from tests.toystages.records import Num


@dataclass(frozen=True, kw_only=True)
class Numbers(SourceStage[Num]):
    """Rows `r0000`, `r0001`, ... in shards of `per`."""

    rows: int = 20
    per: int = 10
    salt: str = ""
    limit: int | None = None

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {}

    def shards(self) -> Sequence[int]:
        return range(0, min(self.rows, self.limit or self.rows), self.per)

    def read(self, shard: int) -> Iterator[Num]:
        for n in range(shard, min(shard + self.per, self.rows, self.limit or self.rows)):
            yield Num(id=f"r{n:04d}", n=n, text=f"{self.salt}{n}")


@dataclass(frozen=True, kw_only=True)
class Lines(SourceStage[Num]):
    """A row per line of the files, a shard per file; empty lines are dropped, `!` breaks the reader.

    `grow` appends to the file while it is read, as another process might.
    """

    paths: list[Path]
    grow: bool = False

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {path.name: digest(path) for path in self.paths}

    def shards(self) -> Sequence[int]:
        return range(len(self.paths))

    def read(self, shard: int) -> Iterator[Num | Reject]:
        path = self.paths[shard]
        for n, line in enumerate(path.read_text().splitlines()):
            if line == "!":
                raise ValueError("unreadable line")
            yield Num(id=line.split(" ")[0], n=n, text=line) if line else Reject("empty", id=f"line-{n}")
        if self.grow:
            with path.open("a") as file:
                file.write("more\n")
