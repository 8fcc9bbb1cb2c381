"""What the factory hands to the judge."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expected:
    """A pair the page shows. Texts as the page shows them, formulas as `\\(..\\)` or `\\[..\\]`.

    `question` is the body alone and may also be told with one of `titles` before it: the title of the page or post, the
    label the page shows ("Exercise 3."). `answer` is the one a correct extractor takes; those in `also_ok` answer the
    question too and count for precision, never for recall.
    """

    question: str
    answer: str
    titles: tuple[str, ...] = ()
    also_ok: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    style: str
    url: str
    html: str
    expected: tuple[Expected, ...]
    posts: int
    encoding: str
