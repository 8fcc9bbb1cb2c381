"""The questions that dedup is measured on: all of the benchmarks' own, and what is made of them by rule.

Nothing is drawn but from digests of ids, so every run makes the same rows.
"""

import hashlib
import random
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.quality.sources import data_folder, read_rows
from bench.rows import pair
from stages.records import QAPair

_FIELDS = (
    ("body", "question"), ("Body", "Question"), ("question",), ("problem",), ("Question",), ("input",),
    ("problem_text",),
)  # fmt: skip
_ANSWERS = ("answer", "Answer", "target", "final_answer")
_NUMBER = re.compile(r"\d+")
_SENTENCE = re.compile(r"(?<=[.?!])\s+")
_NAMES = ("Ada", "Bela", "Chen", "Dora", "Emil", "Farid", "Goran", "Hana", "Ines", "Jonas", "Kofi", "Lena", "Musa")
_OPENERS = ("Solve the following problem.", "Answer this:", "Please help me with this one.", "Question:")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}\b")


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    text: str
    answer: str


def real_questions() -> list[Question]:
    """Every question of every benchmark, about 60,000; the same question may stand in several."""
    found = []
    for path in sorted((data_folder() / "benchmarks").glob("*.gz")):
        for number, row in enumerate(read_rows(path)):
            fields = next(names for names in _FIELDS if all(name in row for name in names))
            answer = next((str(row[name]) for name in _ANSWERS if name in row), "")
            name = f"{path.name.split('.')[0]}-{number}"
            found.append(Question(name, " ".join(str(row[field]) for field in fields), answer))
    return found


def as_pair(question: Question) -> QAPair:
    return pair(question.id, question.text, question.answer)


def chance(*parts: object) -> random.Random:
    return random.Random(hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=8).digest())


def with_words_dropped(text: str, rng: random.Random) -> str:
    words = text.split()
    for _ in range(rng.randint(1, 3)):
        if len(words) > 3:
            del words[rng.randrange(len(words))]
    return " ".join(words)


def with_other_words(text: str, rng: random.Random) -> str:
    """One to three words made unlike any other, as a typing error or a synonym does."""
    words = text.split()
    for _ in range(rng.randint(1, 3)):
        place = rng.randrange(len(words)) if words else 0
        words[place : place + 1] = ["".join(rng.choices("bcdfghklmnprst", k=5))]
    return " ".join(words)


def with_an_opener(text: str, rng: random.Random) -> str:
    return f"{rng.choice(_OPENERS)} {text}"


def with_a_sentence_moved(text: str, rng: random.Random) -> str:
    sentences = _SENTENCE.split(text)
    sentences.append(sentences.pop(rng.randrange(len(sentences))))
    return " ".join(sentences)


def with_other_numbers(text: str, rng: random.Random) -> str:
    return _NUMBER.sub(lambda found: str(int(found[0][:6]) + rng.randint(1, 60)), text)


def with_other_names(text: str, rng: random.Random) -> str:
    return _NAME.sub(lambda _: rng.choice(_NAMES), text)


def cut_short(text: str, rng: random.Random) -> str:
    words = text.split()
    return " ".join(words[: max(3, round(len(words) * rng.uniform(0.75, 0.98)))])


PERTURBED: dict[str, Callable[[str, random.Random], str]] = {
    "words dropped": with_words_dropped,
    "other words": with_other_words,
    "an opener": with_an_opener,
    "a sentence moved": with_a_sentence_moved,
    "other numbers": with_other_numbers,
    "other names": with_other_names,
    "cut short": cut_short,
}


def made_questions(count: int) -> Iterator[Question]:
    """`count` questions: of ten, six put together from sentences of two others with other numbers, two with other
    numbers and names alone, one perturbed a little, and one as it is or in capitals."""
    real = [question for question in real_questions() if len(question.text.split()) > 4]
    rules = [*PERTURBED.values()]
    for number in range(count):
        rng = chance("made", number)
        one = rng.choice(real)
        if number % 10 < 6:
            text = _recombined(one.text, rng.choice(real).text, rng)
        elif number % 10 < 8:
            text = with_other_names(with_other_numbers(one.text, rng), rng)
        elif number % 10 == 8:
            text = rng.choice(rules)(one.text, rng)
        else:
            text = one.text.upper() if rng.random() < 0.5 else one.text
        yield Question(f"made-{number:07d}", text, one.answer)


def _recombined(one: str, other: str, rng: random.Random) -> str:
    sentences = [*_SENTENCE.split(one), *_SENTENCE.split(other)]
    chosen = rng.sample(sentences, k=max(1, len(sentences) // 2))
    return with_other_names(with_other_numbers(" ".join(chosen), rng), rng)
