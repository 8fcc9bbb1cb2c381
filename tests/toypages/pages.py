"""A source of documents whose texts are its options."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import SourceStage
from stages.records import Document


@dataclass(frozen=True, kw_only=True)
class Pages(SourceStage[Document]):
    """One page a text, `page00` and so on, one a shard."""

    texts: tuple[str, ...]

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {}

    def shards(self) -> Sequence[int]:
        return range(len(self.texts))

    def read(self, shard: int) -> Iterator[Document]:
        yield Document(
            id=f"page{shard:02d}",
            url=f"https://example.org/{shard}",
            source="toy",
            licence="CC BY 4.0",
            attribution="Example",
            html=None,
            text=self.texts[shard],
            language="en",
            content_key=self.texts[shard],
            removal_key=f"example.org/{shard}",
        )
