"""Tags on problems, by models trained here in miniature."""

import zipfile
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from pipeline.errors import ConfigError
from stages._recall_model import FastTextSettings, train
from stages._tags_language import prose
from stages.records import Problem
from stages.tag_problems import TagProblems
from tests.stages.tagger_rows import difficulty_model, subject_model
from tests.stages.training_rows import problem
from tests.support import MemorySide, context, run_batch

ENGLISH = "What is the sum of the first numbers that are not divisible by any of the others"
SPANISH = "Cuál es la suma de los primeros números que no son divisibles por ninguno de los otros"


@cache
def languages() -> Path:
    folder = Path(mkdtemp())
    lines = folder / "lines.txt"
    pairs = [("en", word) for word in ENGLISH.split()] + [("es", word) for word in SPANISH.split()]
    lines.write_text("".join(f"__label__{code} {word}\n" for code, word in pairs * 20), "utf-8")
    settings = FastTextSettings(dim=4, lr=0.5, word_ngrams=1, min_count=1, epochs=20, bucket=10)
    train(lines, folder / "lid.bin", settings, seed=0)
    return folder / "lid.bin"


def tagged(
    tmp_path: Path, question: str, *, models: bool = False, row: Problem | None = None, **options: Any
) -> Problem:
    sides = {"subjects": MemorySide(path=subject_model()), "difficulties": MemorySide(path=difficulty_model())}
    ctx = context(tmp_path, **(sides if models else {}))
    (found,) = run_batch(TagProblems(**options), [row or problem("a", question=question)], ctx)
    assert isinstance(found, Problem)
    return found


@pytest.mark.parametrize(
    ("question", "language"),
    [
        (f"{ENGLISH}?", "en"),
        (f"¿{SPANISH}?", "es"),
        (f"¿{SPANISH} $What is the first of the others$ \\text{{sum}}?", "es"),
        ("What is $x$?", None),
        (r"\[\text{What is the sum of the first numbers}\]", None),
        ("", None),
        ("12 + 3 = ?", None),
    ],
)
def test_the_language_is_that_of_the_words_outside_formulas(
    tmp_path: Path, question: str, language: str | None
) -> None:
    assert tagged(tmp_path, question, languages=languages()).language == language


def test_a_language_the_model_is_not_sure_of_is_none(tmp_path: Path) -> None:
    mixed = f"{ENGLISH}? {SPANISH}"
    assert tagged(tmp_path, mixed, languages=languages(), min_language=0.99).language is None


def test_the_model_may_lie_in_a_wheel(tmp_path: Path) -> None:
    wheel = tmp_path / "some-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(languages(), "some/resources/lid.bin")
        archive.writestr("some/__init__.py", "")
    assert tagged(tmp_path, ENGLISH, languages=wheel).language == "en"


def test_subject_and_difficulty_come_from_their_models(tmp_path: Path) -> None:
    found = tagged(tmp_path, "What is 17 plus 8?", models=True, min_subject=1.0)
    assert (found.subject, found.difficulty, found.language) == (None, "easy", None)
    found = tagged(tmp_path, "How many moles of acid react with 3 g of sodium?", models=True)
    assert found.subject == "chemistry"


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    row = problem("a", question=ENGLISH, subject="given", difficulty="given", language="xx")
    assert tagged(tmp_path, "", row=row, models=True, languages=languages()) == row


def test_rows_with_and_without_tags_keep_their_places(tmp_path: Path) -> None:
    rows = [
        problem(str(n), question=(SPANISH, ENGLISH)[n % 2], language="xx" if n % 3 == 0 else None) for n in range(6)
    ]
    found = run_batch(TagProblems(languages=languages()), rows, context(tmp_path))
    assert [row.language for row in found] == ["xx", "en", "es", "xx", "es", "en"]


def test_nothing_to_tag_by_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nothing to tag by"):
        tagged(tmp_path, ENGLISH)


def test_a_language_model_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not exist"):
        tagged(tmp_path, ENGLISH, languages=tmp_path / "lid.176.ftz")
    other = tmp_path / "other.bin"
    other.write_bytes(b"no model" * 100)
    with pytest.raises(ConfigError, match="no fastText model"):
        tagged(tmp_path, ENGLISH, languages=other)
    with zipfile.ZipFile(tmp_path / "empty.whl", "w") as archive:
        archive.writestr("a.txt", "")
    with pytest.raises(ConfigError, match="holds 0 files"):
        tagged(tmp_path, ENGLISH, languages=tmp_path / "empty.whl")


def test_a_confidence_above_one_is_refused() -> None:
    with pytest.raises(ConfigError, match="min_subject"):
        TagProblems(min_subject=90)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Find $x$ such that \\(y\\) holds.", "Find such that holds"),
        ("It costs \\$5 and \\$6.", "It costs and"),
        ("[asy] draw((0,0)); [/asy] What is drawn?", "What is drawn"),
        (r"\begin{align*} a &= b \end{align*} Why?", "Why"),
        ("L'aire du triangle <b>ABC</b>", "L'aire du triangle ABC"),
        ("See https://example.org/path/to now", "See now"),
    ],
)
def test_prose_is_what_stands_outside_formulas_and_markup(text: str, words: str) -> None:
    assert prose(text) == words
