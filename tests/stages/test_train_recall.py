"""Real training in miniature: held-out figures, choice of examples, the same bytes each time."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import ConfigError, ShardError
from stages._recall_examples import Choice, choose
from stages._recall_folds import folds_of
from stages._recall_metrics import EXAMPLES_FILE, FACTS_FILE, read_facts
from stages._recall_model import MODEL_FILE, PRESETS, FastTextSettings
from stages.records import DomainLabel
from stages.train_recall import TrainRecall
from tests.stages.recall_rows import TINY, build, document, domain, negatives, positives, scored, single, tiny, trained
from tests.support import MemorySide


@pytest.fixture
def model() -> Path:
    return trained()


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_training_twice_gives_the_same_bytes_however_many_run_at_once(model: Path, tmp_path: Path) -> None:
    again = build(tiny(), tmp_path / "again", workers=1)
    assert digests(again) == digests(model)
    other = build(tiny(seed=1, folds=0), tmp_path / "other")
    assert digests(other)[MODEL_FILE] != digests(model)[MODEL_FILE]


def test_the_model_tells_the_sides_apart(model: Path) -> None:
    exercise = single(model, "Solve $x^2 = 9$ for $x$. We have $x = 3$ or $x = -3$, so the answer is $3$.")
    recipe = single(model, "Warm the oil in a pan and stir in the garlic; serve with bread and a salad.")
    assert exercise > 0.8 > 0.2 > recipe


def test_each_example_is_held_out_once_and_with_its_whole_domain(model: Path) -> None:
    examples = pl.read_parquet(model / EXAMPLES_FILE)
    assert examples.height == 80
    assert set(examples["origin"]) == {"seed"}
    assert examples.group_by("domain").agg(pl.col("fold").n_unique())["fold"].max() == 1
    assert examples.group_by("fold").agg(pl.col("threshold").n_unique())["threshold"].to_list() == [1, 1, 1]


def test_the_facts_follow_from_the_held_out_scores(model: Path) -> None:
    facts, examples = read_facts(model), pl.read_parquet(model / EXAMPLES_FILE)
    taken = examples.with_columns(taken=pl.col("score") >= pl.col("threshold"))
    hits = taken.filter(pl.col("taken") & pl.col("is_positive")).height
    assert facts.held_out is not None
    assert facts.held_out["precision"] == pytest.approx(hits / taken["taken"].sum(), abs=1e-6)
    assert facts.held_out["recall"] == pytest.approx(hits / taken["is_positive"].sum(), abs=1e-6)
    assert facts.held_out["documents"] == 80
    kept = taken.filter(pl.col("score") >= facts.threshold)["is_positive"]
    assert kept.sum() / kept.len() >= facts.target_precision
    assert sum(counts["true_positive"] for counts in facts.held_out["by_domain"].values()) == hits


def test_a_held_out_score_is_that_of_a_model_without_the_fold(model: Path, tmp_path: Path) -> None:
    examples = pl.read_parquet(model / EXAMPLES_FILE)
    fold = dict(examples.select("id", "fold").iter_rows())
    kept = [MemorySide([row for row in side.records if fold[row.id] != 0]) for side in (positives(), negatives())]
    without = build(tiny(folds=0), tmp_path / "without", seeds=kept[0], negatives=kept[1])
    texts = {row.id: row.text for side in (positives(), negatives()) for row in side.records}  # type: ignore[attr-defined]
    for row_id, score in examples.filter(pl.col("fold") == 0).select("id", "score").head(5).iter_rows():
        assert single(without, texts[row_id]) == pytest.approx(score, abs=1e-6)


def test_labelled_domains_give_examples_of_their_own(tmp_path: Path) -> None:
    corpus = [
        document(f"Stir the soup and add pan {n}.", id=f"n{n}", url=f"https://soup.example/{n}") for n in range(4)
    ]
    corpus += [document(f"Solve $x = {n}$ for $x$.", id=f"p{n}", url=f"https://maths.example/{n}") for n in range(4)]
    corpus += [document("Nobody knows.", id="u0", url="https://open.example/0")]
    scores = [scored(f"n{n}", "soup.example", 0.9) for n in range(4)]
    scores += [scored(f"p{n}", "maths.example", 0.9 if n else 0.1) for n in range(4)] + [
        scored("u0", "open.example", 0.9)
    ]
    domains = [
        domain("soup.example", label=DomainLabel.REJECTED),
        domain("maths.example", label=DomainLabel.SELECTED),
        domain("open.example"),
    ]
    built = build(
        tiny(folds=0), tmp_path, corpus=MemorySide(corpus), scores=MemorySide(scores), domains=MemorySide(domains)
    )
    examples = pl.read_parquet(built / EXAMPLES_FILE).filter(pl.col("origin") == "corpus").sort("id")
    # p0 was not recalled, u0's domain has no label.
    assert examples.select("id", "is_positive").rows() == [
        *((f"n{n}", False) for n in range(4)),
        *((f"p{n}", True) for n in range(1, 4)),
    ]
    tally = {(row["side"], row["origin"]): row["documents"] for row in read_facts(built).examples}
    assert tally == {
        ("positive", "seed"): 40,
        ("positive", "corpus"): 3,
        ("negative", "seed"): 40,
        ("negative", "corpus"): 4,
    }


def test_documents_without_text_are_counted_and_not_learnt(tmp_path: Path) -> None:
    seeds = MemorySide([*positives().records, document(" \n ", id="blank"), document(None, id="none")])
    facts = read_facts(build(tiny(folds=0), tmp_path, seeds=seeds))
    assert facts.num_empty == 2
    assert facts.examples[0]["documents"] == 40
    assert facts.held_out is None
    assert facts.threshold == 0.5


def test_bounds_draw_by_id_and_leave_the_first_choice_of_an_id() -> None:
    choices = [Choice(f"{side}{n}", f"{side}{n % 2}", side == "p", "seed") for side in "pn" for n in range(20)]
    chosen = choose([*choices, Choice("p0", "p0", False, "corpus")], per_domain=6, per_side=8, seed=3)
    assert sum(one.is_positive for one in chosen.values()) == 8
    assert max(sum(one.domain == name for one in chosen.values()) for name in ("p0", "p1", "n0", "n1")) <= 6
    assert all(one.origin == "seed" for one in chosen.values())
    assert list(chosen) == list(choose(reversed(choices), per_domain=6, per_side=8, seed=3))
    assert list(chosen) != list(choose(choices, per_domain=6, per_side=8, seed=4))


def test_a_seed_on_both_sides_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ShardError, match="is a positive and a negative seed; take it out"):
        build(tiny(), tmp_path, negatives=positives())


def test_folds_get_positive_domains_evenly() -> None:
    dealt = folds_of({f"p{n}": True for n in range(6)} | {f"n{n}": False for n in range(9)}, folds=3)
    assert sorted(dealt[f"p{n}"] for n in range(6)) == [0, 0, 1, 1, 2, 2]
    assert sorted(dealt[f"n{n}"] for n in range(9)) == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_too_few_domains_are_said_with_the_way_out(tmp_path: Path) -> None:
    seeds = MemorySide([document(f"Solve $x = {n}$.", id=f"p{n}", url="https://one.example/") for n in range(20)])
    with pytest.raises(ShardError, match=r"too few domains for held-out figures.*set folds: 0"):
        build(tiny(), tmp_path, seeds=seeds)


def test_a_side_without_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(ShardError, match="one side has none"):
        build(tiny(), tmp_path, seeds=MemorySide([document(None)]))


def test_what_went_wrong_in_training_is_the_message(tmp_path: Path) -> None:
    settings = FastTextSettings(dim=4, lr=0.5, word_ngrams=1, min_count=10**6, epochs=1, bucket=5_000)
    with pytest.raises(ShardError, match="cannot be trained: no word is frequent enough; lower min_count"):
        build(TrainRecall(settings=settings, folds=0), tmp_path)


def test_a_model_over_its_bound_is_an_error_that_says_what_to_turn(tmp_path: Path) -> None:
    settings = FastTextSettings(dim=4, lr=0.5, word_ngrams=1, min_count=2, epochs=1, bucket=5_000, max_megabytes=0.01)
    with pytest.raises(ShardError, match=r"more than max_megabytes 0\.01: raise min_count"):
        build(TrainRecall(settings=settings, folds=0), tmp_path)


def test_a_quantised_model_is_smaller_and_still_tells_the_sides_apart(model: Path, tmp_path: Path) -> None:
    packed = build(TrainRecall(settings=replace(TINY, bucket=20_000, quantise=True), folds=0), tmp_path / "packed")
    plain = build(TrainRecall(settings=replace(TINY, bucket=20_000), folds=0), tmp_path / "plain")
    assert (packed / MODEL_FILE).stat().st_size < (plain / MODEL_FILE).stat().st_size / 2
    assert single(packed, "Solve $x^2 = 9$ for $x$.") > single(packed, "Stir in the garlic.")


def test_presets_hold_what_was_published_and_what_stays_small() -> None:
    published = PRESETS["webinstruct"].options()
    assert published == {"dim": 256, "lr": 0.1, "wordNgrams": 3, "minCount": 3, "epoch": 3, "bucket": 2_000_000}
    assert PRESETS["small"].max_megabytes == 50
    assert TrainRecall().preset == "small"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"preset": "huge"}, "no preset 'huge'; presets: small, webinstruct"),
        ({"folds": 2}, "it must be 0 or at least 3"),
        ({"target_precision": 0.0}, "it is a share above 0"),
        ({"max_per_side": 0}, "must be at least 1"),
    ],
)
def test_options_that_mean_nothing_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        TrainRecall(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dim": 0}, "dim is 0"),
        ({"lr": 0}, "lr is 0"),
        ({"bucket": 0}, "bucket is 0; it must be at least 1"),
    ],
)
def test_settings_that_mean_nothing_are_refused(changes: dict[str, float], message: str) -> None:
    told = {"dim": 4, "lr": 0.5, "word_ngrams": 1, "min_count": 1, "epochs": 1, "bucket": 5_000}
    with pytest.raises(ConfigError, match=message):
        FastTextSettings(**(told | changes))  # type: ignore[arg-type]


def test_side_inputs_of_later_rounds_come_together(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="corpus, scores and domains come together; missing: scores, domains"):
        build(tiny(), tmp_path, corpus=positives())


def test_a_folder_without_a_model_and_one_of_another_version_are_refused(model: Path, tmp_path: Path) -> None:
    with pytest.raises(ShardError, match="holds no recall model"):
        read_facts(tmp_path)
    facts = json.loads((model / FACTS_FILE).read_text()) | {"normaliser": 0}
    (tmp_path / FACTS_FILE).write_text(json.dumps(facts))
    with pytest.raises(ShardError, match="reads texts of version 0, not 1; train anew"):
        read_facts(tmp_path)


def test_a_seed_that_nothing_has_read_is_an_error(tmp_path: Path) -> None:
    seeds = MemorySide([document(None, id="raw", html="<p>Solve x.</p>")])
    with pytest.raises(ShardError, match=r"document raw \(a.example\) is HTML alone; put html_to_text before"):
        build(tiny(), tmp_path, seeds=seeds)
