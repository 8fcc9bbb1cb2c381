"""Row types of the recall loop. Declarations only."""

from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.schema import Record


class DomainLabel(StrEnum):
    """What is to become of a site's pages. `unlabelled`: nobody could say, so nothing is learnt from it."""

    SELECTED = "selected"
    REJECTED = "rejected"
    UNLABELLED = "unlabelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredDocument(Record):
    """What the classifier said of the document of the same id. `score` is its probability, 0 to 1.

    `is_recalled`: the score reached the threshold. `snippet` is the beginning of the text on one line.
    """

    url: str
    domain: str
    source: str
    title: str | None
    snippet: str
    num_chars: int
    score: float
    is_recalled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainSample:
    """A page of a domain as whoever labels the domain sees it."""

    url: str
    title: str | None
    snippet: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain(Record):
    """The pages of one site together. The id is that of one of its documents, which stands for all of them.

    `share_recalled` is `num_recalled / num_documents`. `labelled_by` is "rules" or the name of a model, `reason` one
    snake_case word, `reply` the model's whole text; None where nobody has labelled or replied.
    """

    domain: str
    num_documents: int
    num_recalled: int
    share_recalled: float
    mean_score: float
    num_chars: int
    samples: list[DomainSample] = field(default_factory=list)
    label: DomainLabel = DomainLabel.UNLABELLED
    reason: str | None = None
    labelled_by: str | None = None
    reply: str | None = None
