"""Threads: a question, replies of which some answer, and which of them a correct extractor takes.

The rule: the accepted answer where one is marked; else, where votes are shown, the answering reply with the most; else
the first reply that answers. Replies that only thank, ask back or push are no answers, whatever their votes. Further
replies that answer are also right. A thread without an answering reply gives no pair.
"""

from dataclasses import dataclass, field, replace
from random import Random

from bench.factory import words
from bench.factory.encode import Encoding
from bench.factory.page import Expected
from bench.factory.pairs import Pair, Pool
from bench.factory.writer import Writer


@dataclass(frozen=True)
class Post:
    """`quotes` is a post this one quotes above its own words. `remarks` are comments under it."""

    author: str
    text: str
    answers: bool = False
    accepted: bool = False
    votes: int = 0
    quotes: "Post | None" = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Thread:
    title: str
    subject: str
    question: Post
    replies: tuple[Post, ...]
    shows_votes: bool
    related: tuple[str, ...] = field(default=())

    @property
    def posts(self) -> list[Post]:
        return [self.question, *self.replies]

    def expected(self, writer: Writer) -> tuple[Expected, ...]:
        answering = [reply for reply in self.replies if reply.answers]
        if not answering:
            return ()
        best = self._best(answering)
        others = tuple(writer.plain(reply.text) for reply in answering if reply is not best)
        title, question = writer.plain(self.title), writer.plain(self.question.text)
        return (Expected(question, writer.plain(best.text), (title,) if title else (), others),)

    def _best(self, answering: list[Post]) -> Post:
        accepted = [reply for reply in answering if reply.accepted]
        if accepted:
            return accepted[0]
        return max(answering, key=lambda reply: reply.votes) if self.shows_votes else answering[0]


@dataclass(frozen=True, kw_only=True)
class Habits:
    """What a kind of site allows. `noise`: replies may be chatter (elsewhere chatter stands in remarks)."""

    votes: bool = False
    accepts: bool = False
    noise: bool = True
    quotes: bool = True
    remarks: bool = False
    sorted_by_votes: bool = False
    greets: float = 0.15
    most_also: int = 2


def title_of(pair: Pair, rng: Random) -> str:
    """The first sentence of the question, or a topic; never with a formula in display."""
    first = pair.question.split("\n")[0].split(". ")[0]
    if len(first) < 110 and "\\[" not in first and first.count("\\(") == first.count("\\)") and rng.random() < 0.4:
        return first
    one, two = (pair.keywords * 2)[:2]
    return rng.choice(
        (
            f"Help with a problem about {one}",
            f"{pair.subject}: {one} and {two}",
            f"How do I work this out? ({one})",
            f"{one.title()} question",
            f"{pair.subject} homework, {one} {two}",
            f"Stuck on a {pair.subject.lower()} problem with {one}",
        )
    )


def draw_thread(pool: Pool, encoding: Encoding, rng: Random, habits: Habits, *, titled: bool = True) -> Thread:
    """Three in four threads are answered; the rest have no reply or, where the site has such, only chatter."""
    pair = pool.draw(rng, 1, encoding)[0]
    asker, *names = words.people(rng, 9)
    body = pair.question
    if titled and rng.random() < habits.greets:
        body = f"{rng.choice(words.GREETINGS)}\n\n{body}\n\n{rng.choice(words.CLOSINGS)}"
    question = Post(asker, body, votes=rng.randrange(-1, 12), remarks=_remarks(rng, habits))
    replies = _replies(pair, question, names, rng, habits)
    related = tuple(title_of(other, rng) for other in pool.draw(rng, rng.randrange(3, 8), encoding))
    return Thread(title_of(pair, rng) if titled else "", pair.subject, question, tuple(replies), habits.votes, related)


def _replies(pair: Pair, question: Post, names: list[str], rng: Random, habits: Habits) -> list[Post]:
    fate = rng.random()
    if fate < 0.1 or (fate < 0.25 and not habits.noise):
        return []
    before = [_chatter(names.pop(), question, rng, habits) for _ in range(rng.choice((0, 0, 1, 2)) * habits.noise)]
    if fate < 0.25:
        return [*before, _chatter(names.pop(), question, rng, habits)]
    answers = _answers(pair, question, names, rng, habits)
    after: list[Post] = []
    if habits.noise and rng.random() < 0.5:
        quoted = answers[0] if habits.quotes and rng.random() < 0.4 else None
        after.append(Post(question.author, rng.choice(words.THANKS), votes=rng.randrange(2), quotes=quoted))
    if habits.noise and rng.random() < 0.2:
        after.append(Post(names.pop(), rng.choice(words.CHATTER), votes=0))
    if habits.sorted_by_votes:
        return sorted([*answers, *before, *after], key=lambda post: (-post.accepted, -post.votes))
    return [*before, *answers, *after]


def _answers(pair: Pair, question: Post, names: list[str], rng: Random, habits: Habits) -> list[Post]:
    quoted = question if habits.quotes and rng.random() < 0.3 else None
    solution = Post(names.pop(), pair.answer, True, quotes=quoted, remarks=_remarks(rng, habits))
    count = min(rng.choice((0, 0, 1, 2)), habits.most_also) if pair.short else 0
    also = [
        Post(names.pop(), text.format(short=pair.short), True, remarks=_remarks(rng, habits))
        for text in rng.sample(words.ALSO, count)
    ]
    marked = habits.accepts and rng.random() < 0.6
    votes = rng.sample(range(1, 60), count + 1)
    if not marked:
        votes.sort(reverse=True)
    answers = [replace(post, votes=vote) for post, vote in zip([solution, *also], votes, strict=True)]
    answers[0] = replace(answers[0], accepted=marked)
    if marked or habits.votes:
        rng.shuffle(answers)
    return answers


def _chatter(author: str, question: Post, rng: Random, habits: Habits) -> Post:
    if rng.random() < 0.2:
        return Post(question.author, rng.choice(words.OWN_CHATTER))
    quoted = question if habits.quotes and rng.random() < 0.15 else None
    return Post(author, rng.choice(words.CHATTER), quotes=quoted)


def _remarks(rng: Random, habits: Habits) -> tuple[str, ...]:
    if not habits.remarks or rng.random() < 0.5:
        return ()
    return tuple(rng.sample(words.REMARKS, rng.randrange(1, 4)))
