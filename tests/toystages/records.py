"""Row types of the toy stages."""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.schema import Record


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    x: float
    label: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Num(Record):
    n: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Every(Record):
    """One field of each kind that a record may have."""

    text: str
    whole: int
    real: float
    flag: bool
    colour: Colour
    words: list[str]
    reals: list[float]
    colours: list[Colour]
    point: Point
    points: list[Point]
    maybe_text: str | None
    maybe_whole: int | None
    maybe_real: float | None
    maybe_flag: bool | None
    maybe_colour: Colour | None
    maybe_words: list[str] | None
    maybe_point: Point | None
    holes: list[str | None]
