"""What a fault is: what is done to a run, at which moment, and what a user is to see of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.faults import moments
from tests.faults.house import Done, House, Moment

AGAIN = "the same command goes on"


def _nothing(house: House) -> None:
    pass


@dataclass(frozen=True)
class Fault:
    """One kind at one moment.

    act, lasts -- what the preloaded hook does at `at`, and whether each such call after it fares the same
    before      -- what is done to the house before the run; with `whole` it begins as one that was run to its end
    limit       -- what the process of the run is put under
    ends        -- `dies` without a word, `stops` with a message that has `words`, or `goes on` to its end
    after       -- what a user does about it before the same command; what the message asks for is done anyway
    """

    kind: str
    moment: str
    at: Moment | None = None
    act: str = ""
    lasts: bool = False
    before: Callable[[House], None] = _nothing
    whole: bool = False
    limit: Callable[[], None] | None = None
    arguments: Sequence[str] = ("--quiet",)
    ends: str = "stops"
    code: int | None = None
    words: Sequence[str] = ()
    after: Callable[[House], None] = _nothing
    needs_root: bool = False
    variables: dict[str, str] = field(default_factory=dict)
    run: Callable[[House, dict[str, str]], Done] | None = None

    def __str__(self) -> str:
        return f"{self.kind} {self.moment}".replace(" ", "-")


def at(kind: str, names: Sequence[str], act: str, **more: object) -> Iterator[Fault]:
    """The same at several moments."""
    for name in names:
        yield Fault(kind, name, moments.OF[name], act, **more)  # type: ignore[arg-type]
