"""Taggers trained in miniature, for real."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ConfigError, ShardError
from stages._recall_model import MODEL_FILE
from stages._tags_model import FACTS_FILE, NamedTagger, Tag, Tagger, read_facts
from stages.train_tagger import TrainTagger
from tests.stages.tagger_rows import LEVELS, TINY, TOPICS, built, difficulty_model, questions, subject_model, written


def trained(tmp_path: Path, rows: list[dict[str, Any]], **options: Any) -> Path:
    fields: dict[str, Any] = {"paths": [written(tmp_path / "rows.jsonl", rows)], "tag": "subject", "settings": TINY}
    return built(TrainTagger(**(fields | options)), tmp_path)


def test_questions_are_named_after_what_was_learnt() -> None:
    tagger = NamedTagger(subject_model(), "subject", 0.0)
    asked = ["With what velocity does a stone of 3 kg fall from a tower?", "Which cells divide by meiosis?"]
    assert tagger.names(asked) == ["physics", "biology"]


def test_the_facts_say_what_was_learnt_from_and_how_good_it_is() -> None:
    facts = read_facts(subject_model(), "subject")
    assert (facts.labels, facts.are_ordered) == (sorted(TOPICS), False)
    assert facts.examples == {label: 40 for label in TOPICS}
    assert facts.held_out["rows"] > 5
    assert facts.held_out["accuracy_given"] >= facts.target_accuracy == 0.9
    assert facts.threshold_is_met


def test_training_twice_gives_the_same_folder_whatever_the_order_of_rows(tmp_path: Path) -> None:
    again = trained(tmp_path, questions(TOPICS)[::-1])
    for name in (MODEL_FILE, FACTS_FILE):
        digests = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for folder in (again, subject_model())]
        assert digests[0] == digests[1], name


def test_columns_are_found_under_several_names_and_labels_renamed(tmp_path: Path) -> None:
    rows = [
        {("problem" if index % 2 else "question"): row["question"], ("field" if index % 3 else "kind"): row["label"]}
        for index, row in enumerate(questions(TOPICS))
    ]
    rows += [{"question": "What has no label?"}, {"kind": "physics"}, {"question": " ", "kind": "physics"}]
    rename = {"physics": "science", "chemistry": "science"}
    facts = read_facts(trained(tmp_path, rows, label_fields=["field", "kind"], rename=rename), "subject")
    assert facts.examples == {"biology": 40, "science": 80}
    assert facts.num_skipped == 3


def test_a_question_that_comes_twice_is_learnt_once(tmp_path: Path) -> None:
    facts = read_facts(trained(tmp_path, questions(TOPICS) * 2), "subject")
    assert sum(facts.examples.values()) == 120


def test_levels_follow_their_scale_and_others_are_left_out(tmp_path: Path) -> None:
    facts = read_facts(difficulty_model(), "difficulty")
    assert (facts.labels, facts.are_ordered) == (["easy", "middle", "hard"], True)
    rows = [*questions(LEVELS), {"question": "What?", "label": "Level ?"}]
    facts = read_facts(trained(tmp_path, rows, tag="difficulty", scale=list(LEVELS)), "difficulty")
    assert facts.num_skipped == 1


@pytest.mark.parametrize(
    ("shares", "tag"),
    [
        ([0.4, 0.1, 0.2, 0.3], Tag(1, 0.7)),  # the likeliest is the lowest, but as much lies above
        ([0.0, 0.0, 0.2, 0.8], Tag(3, 1.0)),
        ([0.9, 0.0, 0.0, 0.1], Tag(0, 0.9)),
    ],
)
def test_an_ordered_tag_is_the_median_with_the_mass_within_one_step(shares: list[float], tag: Tag) -> None:
    tagger = Tagger(difficulty_model() / MODEL_FILE, num_labels=4, are_ordered=True)
    labels = [f"__label__{number}" for number in range(4)]
    assert tagger._tag(labels[::-1], shares[::-1]) == tag


def test_a_row_that_is_no_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"question": "a", "label": "b"}\n{oops\n')
    with pytest.raises(ShardError, match=r"rows\.jsonl@\d+: "):
        built(TrainTagger(paths=[path], tag="subject"), tmp_path)


def test_rows_of_one_label_only_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ShardError, match="at least two labels"):
        trained(tmp_path, questions({"physics": TOPICS["physics"]}))


def test_a_model_for_another_tag_or_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ShardError, match="tells subject, not difficulty"):
        read_facts(subject_model(), "difficulty")
    with pytest.raises(ShardError, match="name a node of train_tagger"):
        read_facts(tmp_path, "subject")
    facts = json.loads((subject_model() / FACTS_FILE).read_text()) | {"normaliser": 0}
    (tmp_path / FACTS_FILE).write_text(json.dumps(facts))
    with pytest.raises(ShardError, match="train anew"):
        read_facts(tmp_path, "subject")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"target_accuracy": 1.0}, "target_accuracy"),
        ({"held_out_share": 0.0}, "held_out_share"),
        ({"scale": ["a", "a"]}, "scale"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        TrainTagger(paths=[], tag="subject", **options)
