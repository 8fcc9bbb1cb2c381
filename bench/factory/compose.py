"""What every style starts from and ends with."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from bench.factory import words
from bench.factory.chrome import Site, document
from bench.factory.encode import ENCODINGS, Encoding
from bench.factory.page import Expected, Page
from bench.factory.pairs import Pair, Pool
from bench.factory.threads import Habits, Thread, draw_thread, title_of
from bench.factory.writer import Writer

RAW = ("dollar", "dollar3", "paren")
IMAGES = ("latex_php", "codecogs", "mimetex")


@dataclass(frozen=True)
class Draft:
    """A page in the making: its site, its writer, its dice."""

    site: Site
    writer: Writer
    rng: Random
    pool: Pool

    @classmethod
    def begin(cls, pool: Pool, rng: Random, encodings: Sequence[str]) -> "Draft":
        encoding = ENCODINGS[rng.choice(encodings)]
        writer = Writer(encoding, rng, wrap=rng.random() < 0.3, emphasis=rng.choice((0.0, 0.01, 0.04)))
        return cls(Site.draw(rng), writer, rng, pool)

    @property
    def encoding(self) -> Encoding:
        return self.writer.encoding

    def pairs(self, fewest: int, most: int, *, longest: int = 10_000) -> list[Pair]:
        return self.pool.draw(self.rng, self.rng.randrange(fewest, most + 1), self.encoding, longest=longest)

    def thread(self, habits: Habits, *, titled: bool = True) -> Thread:
        return draw_thread(self.pool, self.encoding, self.rng, habits, titled=titled)

    def other_titles(self, count: int) -> list[str]:
        """HTML of titles of questions that are not on this page."""
        return [self.writer.inline(title_of(pair, self.rng)) for pair in self.pool.draw(self.rng, count, self.encoding)]

    def number(self) -> int:
        return self.rng.randrange(1000, 9_999_999)

    def one_of(self, *choices: str) -> str:
        return self.rng.choice(choices)

    def expect(self, pair: Pair, *titles: str) -> Expected:
        told = tuple(self.writer.plain(title) for title in titles if title)
        return Expected(self.writer.plain(pair.question), self.writer.plain(pair.answer), told)

    def essay(self, paragraphs: int) -> str:
        """Prose that asks and answers nothing."""
        return "\n".join(f"<p>{words.news(self.rng, self.rng.randrange(2, 5))}</p>" for _ in range(paragraphs))

    def page(
        self,
        style: str,
        *,
        path: str,
        title: str,
        content: str,
        expected: Sequence[Expected],
        posts: int,
        related: Sequence[str] = (),
        extra: str = "",
    ) -> Page:
        url = f"https://{self.site.domain}/{path}"
        flat = title.replace(r"\(", "$").replace(r"\)", "$").replace("\n", " ")
        html = document(
            self.site, title=flat, url=url, content=content, related=related, extra=self.encoding.head + extra
        )
        return Page(style, url, html, tuple(expected), posts, self.encoding.name)


def thread_page(draft: Draft, style: str, thread: Thread, link: str, content: str, *, related: bool = True) -> Page:
    """The page of a thread at `link`, sometimes with titles of others in a sidebar where `related` allows it."""
    rows = [draft.writer.inline(other) for other in thread.related] if related and draft.rng.random() < 0.5 else ()
    return draft.page(
        style,
        path=link[1:],
        title=thread.title,
        content=content,
        expected=thread.expected(draft.writer),
        posts=len(thread.posts),
        related=rows,
    )
