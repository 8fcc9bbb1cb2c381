import hashlib
import json
import re
import threading
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
import yaml
from datasets import load_dataset

from pipeline.context import Ancestor, Context
from pipeline.errors import ConfigError, ShardError
from pipeline.schema import Record, row_digest, schema_of
from stages._training_prompt import BOXED_INSTRUCTION
from stages.export_dataset import ExportDataset
from stages.records import Problem, RlRow, SelectedAttempt, SftRow, Trajectory, TrajectoryRow
from stages.select_rl import SelectRl
from stages.select_sft import SelectSft
from teachers.template import CHATML
from tests.stages.training_rows import attempt, problem, verdict
from tests.support import MemorySide, context, run_table
from tests.teachers.test_template import tokenizer
from verifier.types import Outcome, Policy


def step(node: str, stage: str, *, rows: int, kept: int, rejected: dict[str, int], **fields: Any) -> Ancestor:
    return Ancestor(
        node=node,
        stage=stage,
        key="k1",
        digest="d1",
        config=fields.pop("config", {}),
        pins=fields.pop("pins", {}),
        rows_in=rows,
        kept=kept,
        rows_out=kept,
        rejected=rejected,
        quarantined=0,
        version=2,
        code="c1",
        packages={"pyarrow": "26.0.1", "vllm": None},
        **fields,
    )


LINEAGE = [
    step("pages", "read_html", rows=40, kept=40, rejected={}),
    step("math500", "read_jsonl", rows=501, kept=501, rejected={}, config={"source": "math"}, pins={"00000": "f1"}),
    step("long", "select", rows=501, kept=500, rejected={"short": 1}, needs=("math500",)),
    step(
        "aime24", "read_benchmark", rows=30, kept=30, rejected={}, config={"benchmark": "aime24"}, pins={"00000": "f2"}
    ),
    step(
        "clean",
        "decontaminate",
        rows=40,
        kept=38,
        rejected={"contaminated": 2},
        config={"methods": ["exact", "ngram"], "ngram": 10},
        needs=("pages",),
        side={"benchmarks": ("long", "aime24")},
        given_as=("needs", "rl"),
    ),
]
PROBLEMS = [problem(f"p{number:02d}") for number in range(30)] + [
    problem(f"m{number:02d}", source="mawps", licence="MIT", attribution=None) for number in range(8)
]

VIEWS = {"sft": SftRow, "sft_all": SftRow, "rl": RlRow, "rl_all": RlRow}
ROWS = {"sft": 38, "sft_all": 76, "rl": 35, "rl_all": 38}
JUDGED = Policy(reasoning="plain")
AUDIT: dict[str, Any] = {
    "splits": {
        "test": {
            "cases": 10,
            "sha256": "c1",
            "scores": {"rules": {"all": {"n": 10, "precision": 1.0, "recall": 0.9, "f1": 0.95, "undecided": 0}}},
        }
    },
    "packages": {"sympy": "1.14"},
    "version": "1",
    "policy": JUDGED.digest,
}


@dataclass(frozen=True, kw_only=True)
class Made:
    folder: Path
    manifest: dict[str, Any]

    def read(self, view: str, split: str = "*") -> pl.DataFrame:
        return pl.read_parquet(self.folder / view / f"{split}-*.parquet")


@dataclass(frozen=True, kw_only=True)
class Given:
    """What an export is made of: the rows of its main input and its side inputs."""

    sft: list[SelectedAttempt]
    side: dict[str, MemorySide]

    def changed(self, *, sft: list[SelectedAttempt] | None = None, **side: MemorySide) -> "Given":
        return Given(sft=self.sft if sft is None else sft, side={**self.side, **side})


def given(tmp_path: Path, problems: list[Problem] = PROBLEMS) -> Given:
    attempts = [attempt(one.id, sample) for one in problems for sample in range(2)]
    verdicts = [verdict(made, list(Outcome)[made.sample]) for made in attempts]
    side = {"attempts": MemorySide(attempts), "problems": MemorySide(problems), "verdicts": MemorySide(verdicts)}
    correct, _ = run_table(SelectSft(), verdicts, context(tmp_path, **side))
    every, _ = run_table(SelectSft(keep="all"), verdicts, context(tmp_path, **side))
    prompts, _ = run_table(SelectRl(validation_share=0.3), problems, context(tmp_path, **side))
    selected = {"all": MemorySide(every), "rl": MemorySide(prompts[:-3], record=RlRow), "rl_all": MemorySide(prompts)}
    return Given(sft=correct, side=side | selected)


def trajectory(**changes: Any) -> Trajectory:
    counts = {field.name: 0 for field in fields(Trajectory)}
    marks = counts | {"repetition": 0.0, "foreign": 0.0, "has_code": False, "leak": None}
    return Trajectory(**(marks | changes))


def export(folder: Path, rows: Given, *, lineage: list[Ancestor] = LINEAGE) -> Made:
    folder.mkdir(parents=True)
    ctx = Context(node="export", scratch=folder.parent, side=rows.side, lineage=lineage)
    ExportDataset(name="demo").build(MemorySide(rows.sft, record=SelectedAttempt), folder, ctx)
    return Made(folder=folder, manifest=json.loads((folder / "manifest.json").read_text()))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Made once: nobody changes it."""
    folder = tmp_path_factory.mktemp("made")
    return export(folder / "export", given(folder))


def test_datasets_polars_pandas_and_duckdb_read_every_view_with_the_same_columns(made: Made) -> None:
    for view, rows in ROWS.items():
        loaded = load_dataset(str(made.folder), view, cache_dir=str(made.folder.parent / "cache"))
        names = schema_of(VIEWS[view]).names
        assert {split: part.num_rows for split, part in loaded.items()} == made.manifest["rows"][view]
        assert loaded["train"].column_names == made.read(view).columns == names
        assert made.read(view).height == rows
        assert list(pd.read_parquet(made.folder / view)) == names
        found = duckdb.sql(f"SELECT * FROM '{made.folder}/{view}/*.parquet'")
        assert found.columns == names
        assert len(found) == rows


def test_the_examples_of_the_documentation_run(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    (made.folder.parent / "exports" / "demo").mkdir(parents=True)
    (made.folder.parent / "exports" / "demo" / "latest").symlink_to(made.folder)
    monkeypatch.chdir(made.folder.parent)
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(made.folder.parent / "cache"))
    text = (Path(__file__).parents[2] / "docs" / "datasets.md").read_text("utf-8")
    examples = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(examples) == 5
    for example in examples:
        exec(example, {})


def test_readers_agree_on_the_values(made: Made) -> None:
    loaded = load_dataset(str(made.folder), "sft_all", cache_dir=str(made.folder.parent / "cache"))
    rows = sorted((row for part in loaded.values() for row in part), key=lambda row: row["id"])
    assert rows == made.read("sft_all").sort("id").to_dicts()


def test_files_hold_exactly_the_declared_schema(made: Made) -> None:
    for view, record in VIEWS.items():
        for path in (made.folder / view).glob("*.parquet"):
            assert pq.read_schema(path).remove_metadata() == schema_of(record)


def test_an_example_is_asked_and_answered_in_the_words_of_training(tmp_path: Path) -> None:
    attempts = [
        attempt("p00", 0, reasoning="  two and\ntwo ", final=" So \\boxed{4}.\n"),
        attempt("p00", 1, reasoning=None),
        attempt("p00", 2, reasoning=" \n"),
    ]
    start = given(tmp_path, [problem("p00", question=" What is 2 + 2? ")])
    every = [replace(start.side["all"].records[0], id=one.id) for one in attempts]
    rows = start.changed(sft=[], all=MemorySide(every), attempts=MemorySide(attempts))
    made = export(tmp_path / "export", rows)
    first, unthought, blank = made.read("sft_all").to_dicts()
    assert first["prompt"] == [{"role": "user", "content": f"What is 2 + 2?\n\n{BOXED_INSTRUCTION}"}]
    told = "<think>\ntwo and\ntwo\n</think>\n\nSo \\boxed{4}."
    assert first["completion"] == [{"role": "assistant", "content": told}]
    assert first["messages"] == first["prompt"] + first["completion"]
    assert (first["reasoning"], first["final"]) == ("  two and\ntwo ", " So \\boxed{4}.\n")
    assert unthought["completion"][0]["content"] == blank["completion"][0]["content"] == "So \\boxed{4}."
    assert unthought["reasoning"] is None


def test_an_example_tells_where_it_came_from_and_how_hard_its_problem_is(made: Made) -> None:
    row = made.read("sft").row(by_predicate=pl.col("id") == "m03/small-00", named=True)
    assert row["provenance"] == {
        "problem_id": "m03",
        "cluster": "key of m03",
        "url": "https://example.org/m03",
        "source": "mawps",
        "licence": "MIT",
        "attribution": None,
        "author": None,
        "removal_key": "example.org",
        "origin": "human",
    }
    assert (row["answer"], row["answer_type"], row["outcome"]) == ("4", "integer", "correct")
    assert (row["teacher"], row["num_tokens"], row["finish_reason"]) == ("small", 30, "stop")
    assert row["pass_rate_low"] < row["pass_rate"] == 0.5 < row["pass_rate_high"]
    assert row["difficulty"] is row["trajectory"] is None


def test_marks_of_trajectories_stand_with_the_examples(tmp_path: Path) -> None:
    rows = given(tmp_path, PROBLEMS[:2])
    marks = [
        TrajectoryRow(id=one.id, problem_id=one.problem_id, trajectory=trajectory(wait=place))
        for place, one in enumerate(rows.side["attempts"].records)
    ]
    made = export(tmp_path / "export", rows.changed(trajectories=MemorySide(marks)))
    waits = {row["id"]: row["trajectory"]["wait"] for row in made.read("sft_all").to_dicts()}
    assert waits == {mark.id: mark.trajectory.wait for mark in marks}
    assert made.manifest["statistics"]["sft_all"]["groups"][0]["reasoning"]["rows"] == 4
    with pytest.raises(ConfigError, match=r"not in side input `trajectories` \(first: p00/small-00\)"):
        export(tmp_path / "other", rows.changed(trajectories=MemorySide(marks[1:])))


def test_rows_of_all_views_follow_the_split_of_their_cluster_in_rl_all(tmp_path: Path) -> None:
    rows = given(tmp_path)
    odd = [replace(row, split="train") for row in rows.side["rl"].records]
    made = export(tmp_path / "export", rows.changed(rl=MemorySide(odd)))

    def clusters(split: str) -> set[str]:
        found = (made.read(view, split)["provenance"].struct.field("cluster") for view in VIEWS)
        return {cluster for view in found for cluster in view}

    held_out = {row.provenance.cluster for row in rows.side["rl_all"].records if row.split == "validation"}
    assert clusters("validation") == held_out
    assert not clusters("train") & held_out
    assert set(made.read("rl", "validation")["split"]) == {"validation"}


def test_the_manifest_proves_every_file_but_itself(made: Made) -> None:
    there = {path.relative_to(made.folder).as_posix() for path in made.folder.rglob("*") if path.is_file()}
    assert set(made.manifest["files"]) == there - {"manifest.json"}
    for name, file in made.manifest["files"].items():
        content = (made.folder / name).read_bytes()
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        assert file["bytes"] == len(content)
    counted = sum(file.get("rows", 0) for name, file in made.manifest["files"].items() if not name.startswith("index"))
    assert counted == sum(sum(splits.values()) for splits in made.manifest["rows"].values()) == sum(ROWS.values())


def test_an_index_has_the_digest_of_each_row_in_the_order_of_the_files(made: Made) -> None:
    for view, record in VIEWS.items():
        index = pl.read_parquet(made.folder / "index" / f"{view}.parquet")
        rows = [
            (row["id"], path.name.split("-")[0], row_digest([row[name] for name in names_digested(record)]))
            for split in ("train", "validation")
            for path in sorted((made.folder / view).glob(f"{split}-*"))
            for row in pq.read_table(path).to_pylist()
        ]
        assert index.rows() == [(id, split, whole.to_bytes(32)[:16]) for id, split, whole in rows]


def names_digested(record: type[Record]) -> list[str]:
    return [name for name in schema_of(record).names if name not in ("messages", "completion")]


def test_the_manifest_names_sources_teachers_verifier_funnel_and_parents(made: Made) -> None:
    manifest = made.manifest
    assert manifest["format"] == 2
    assert manifest["sources"]["pages"]["licences"] == ["CC BY 4.0"]
    assert manifest["sources"]["pages"]["sampled_problems"] == 30
    assert manifest["sources"]["mawps"]["views"]["sft"] == {"rows": 8, "problems": 8}
    assert manifest["teachers"] == {"sft": {"small": 38}, "sft_all": {"small": 76}}
    assert manifest["tokens"] == {"sft": 38 * 30, "sft_all": 76 * 30}
    assert manifest["answer_types"]["rl"] == {"integer": 35}
    assert manifest["verifiers"] == [{"verifier": "rule", "version": "1", "policy": JUDGED.digest}]
    assert manifest["funnel"][4]["rejected"] == {"contaminated": 2}
    assert manifest["parents"][1] == {
        "node": "math500",
        "stage": "read_jsonl",
        "key": "k1",
        "digest": "d1",
        "version": 2,
        "code": "c1",
        "packages": {"pyarrow": "26.0.1", "vllm": None},
        "needs": [],
        "side": {},
        "config": {"source": "math"},
        "pins": {"00000": "f1"},
        "given_as": [],
    }
    assert manifest["parents"][4]["given_as"] == ["needs", "rl"]
    assert {"tracemill", "python", "polars", "pyarrow", "sympy"} <= set(manifest["environment"])
    assert str(made.folder.parent) not in json.dumps(manifest)


def test_the_manifest_has_statistics_of_every_view(made: Made) -> None:
    statistics = made.manifest["statistics"]
    assert {view: facts["rows"] for view, facts in statistics.items()} == ROWS
    assert statistics["rl_all"]["splits"] == made.manifest["rows"]["rl_all"]


def test_an_audit_of_the_verifier_stands_in_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "audit").mkdir()
    (tmp_path / "audit" / "audit.json").write_text(json.dumps(AUDIT))
    made = export(tmp_path / "export", given(tmp_path).changed(audit=MemorySide(path=tmp_path / "audit")))
    assert made.manifest["audit"] == AUDIT


def test_the_chat_template_of_a_tokenizer_is_tried_on_the_verified_rows(tmp_path: Path) -> None:
    tokenizer("chatml", CHATML).save_pretrained(tmp_path / "folder")
    lineage = [step("weights", "convert_gguf", rows=0, kept=0, rejected={}, is_folder=True, given_as=("tokenizer",))]
    rows = given(tmp_path, PROBLEMS[:4]).changed(tokenizer=MemorySide(path=tmp_path / "folder"))
    (facts,) = export(tmp_path / "export", rows, lineage=lineage).manifest["templates"]
    assert (facts["tokenizer"], facts["view"], facts["rows"], facts["passed"]) == ("weights", "sft", 4, True)


def test_a_selection_of_no_rows_is_exported_beside_a_tokenizer(tmp_path: Path) -> None:
    tokenizer("chatml", CHATML).save_pretrained(tmp_path / "folder")
    rows = given(tmp_path, PROBLEMS[:4]).changed(sft=[], tokenizer=MemorySide(path=tmp_path / "folder"))
    made = export(tmp_path / "export", rows)
    assert "templates" not in made.manifest
    assert "None was tried on these rows." in (made.folder / "README.md").read_text()


def test_the_card_tells_licences_and_views(made: Made) -> None:
    header = yaml.safe_load((made.folder / "README.md").read_text().split("---\n")[1])
    assert header["license"] == ["cc-by-4.0", "mit"]
    assert [config["config_name"] for config in header["configs"]] == list(VIEWS)


def test_the_report_of_the_run_lies_beside_the_rows(tmp_path: Path) -> None:
    rows, folder = given(tmp_path, PROBLEMS[:2]), tmp_path / "export"
    folder.mkdir()
    ctx = Context(node="export", scratch=tmp_path, side=rows.side, write_report=lambda path: Path.touch(path))
    ExportDataset(name="demo").build(MemorySide(rows.sft), folder, ctx)
    assert "report.html" in json.loads((folder / "manifest.json").read_text())["files"]


def test_the_digest_depends_on_the_rows_and_not_on_their_order_or_history(tmp_path: Path) -> None:
    rows = given(tmp_path)
    backwards = {role: MemorySide(side.records[::-1]) for role, side in rows.side.items()}
    first = export(tmp_path / "1", rows)
    reordered = export(tmp_path / "2", Given(sft=rows.sft[::-1], side=backwards), lineage=[])
    assert first.manifest["digest"] == reordered.manifest["digest"]
    index = [pl.read_parquet(made.folder / "index" / "sft_all.parquet").sort("id") for made in (first, reordered)]
    assert index[0].equals(index[1])


def test_the_digest_changes_with_a_row_a_text_a_split_and_the_policy(tmp_path: Path) -> None:
    rows = given(tmp_path)
    attempts, prompts, verdicts = (list(rows.side[role].records) for role in ("attempts", "rl_all", "verdicts"))
    strict = replace(JUDGED, extraction="strict")
    swapped = [replace(row, split={"train": "validation", "validation": "train"}[row.split]) for row in prompts]
    changes = [
        rows,
        rows.changed(sft=rows.sft[:-1]),
        rows.changed(attempts=MemorySide([replace(attempts[0], reasoning="two and two!"), *attempts[1:]])),
        rows.changed(sft=[replace(rows.sft[0], difficulty="hard"), *rows.sft[1:]]),
        rows.changed(rl_all=MemorySide(swapped)),
        rows.changed(verdicts=MemorySide([replace(row, policy=strict.digest) for row in verdicts])),
    ]
    digests = [export(tmp_path / str(place), changed).manifest["digest"] for place, changed in enumerate(changes)]
    assert len(set(digests)) == len(changes)


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    one, two = (export(tmp_path / name, given(tmp_path)) for name in ("1", "2"))
    assert one.manifest == two.manifest


def test_the_cut_into_batches_groups_and_files_changes_no_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = export(tmp_path / "1", given(tmp_path))
    for module in ("_export_rows", "_export_prompts"):
        monkeypatch.setattr(f"stages.{module}.BATCH_ROWS", 7)
    monkeypatch.setattr("stages._views.ROW_GROUP_ROWS", 10)
    monkeypatch.setattr("stages._views.FILE_ROWS", 20)
    made = export(tmp_path / "2", given(tmp_path))
    names = sorted(path.name for path in (made.folder / "sft_all").glob("train-*"))
    assert names == [f"train-{place:05d}-of-{len(names):05d}.parquet" for place in range(len(names))]
    assert len(names) == 4
    groups = [pq.ParquetFile(made.folder / "sft_all" / name).metadata for name in names]
    assert max(group.row_group(place).num_rows for group in groups for place in range(group.num_row_groups)) == 10
    assert made.manifest["digest"] == whole.manifest["digest"]
    index = pl.read_parquet(made.folder / "index" / "sft_all.parquet").filter(pl.col("split") == "train")
    assert index["id"].to_list() == made.read("sft_all", "train")["id"].to_list()


def test_long_rows_are_put_together_and_written_a_few_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = export(tmp_path / "1", given(tmp_path))
    monkeypatch.setattr("stages._export_rows.BATCH_BYTES", 300)
    monkeypatch.setattr("stages._views.ROW_GROUP_BYTES", 2_000)
    made = export(tmp_path / "2", given(tmp_path))
    (path,) = (made.folder / "sft_all").glob("train-00000-*")
    groups = pq.ParquetFile(path).metadata
    sizes = [groups.row_group(place).num_rows for place in range(groups.num_row_groups)]
    assert len(sizes) > 3
    assert max(sizes) < 10
    assert made.manifest["digest"] == whole.manifest["digest"]
    assert made.read("sft_all").sort("id").equals(whole.read("sft_all").sort("id"))


def test_views_without_rows_are_files_with_their_columns(tmp_path: Path) -> None:
    empty = {"sft": [], "all": MemorySide(record=SelectedAttempt), "rl": MemorySide(record=RlRow)}
    made = export(tmp_path / "export", given(tmp_path).changed(**empty))  # type: ignore[arg-type]
    for view in ("sft", "sft_all", "rl"):
        assert made.manifest["rows"][view] == {"train": 0, "validation": 0}
        assert made.read(view).columns == schema_of(VIEWS[view]).names
        assert pl.read_parquet(made.folder / "index" / f"{view}.parquet").height == 0
    assert list(load_dataset(str(made.folder), "rl_all", cache_dir=str(tmp_path / "cache"))) == ["train", "validation"]


def test_an_export_without_any_row_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    empty = {role: MemorySide(record=RlRow) for role in ("rl", "rl_all")} | {"all": MemorySide(record=SelectedAttempt)}
    with pytest.raises(ShardError, match="export: no view has a row"):
        export(tmp_path / "export", given(tmp_path).changed(sft=[], **empty))
    assert not list((tmp_path / "export").iterdir())


def test_a_view_with_an_empty_validation_split_still_loads(tmp_path: Path) -> None:
    rows = given(tmp_path)
    held_out = {row.id for row in rows.side["rl_all"].records if row.split == "validation"}
    made = export(tmp_path / "export", rows.changed(sft=[row for row in rows.sft if row.problem_id not in held_out]))
    assert made.manifest["rows"]["sft"]["validation"] == 0
    assert list(load_dataset(str(made.folder), "sft", cache_dir=str(tmp_path / "cache"))) == ["train"]


@pytest.mark.parametrize(
    ("role", "fact"),
    [
        ("attempts", r"2 selected attempts are not in side input `attempts` \(first: p00/small-00\)"),
        ("problems", r"1 problems of selected attempts are not in side input `problems` \(first: p00\)"),
        ("rl_all", r"1 problems are of no cluster in side input `rl_all`.* \(first: p00\)"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, role: str, fact: str) -> None:
    rows = given(tmp_path)
    left = [row for row in rows.side[role].records if not row.id.startswith("p00")]
    with pytest.raises(ConfigError, match=fact):
        export(tmp_path / "export", rows.changed(**{role: MemorySide(left)}))


@pytest.mark.parametrize("role", ["all", "attempts", "problems", "rl", "rl_all"])
def test_what_comes_twice_is_named(tmp_path: Path, role: str) -> None:
    rows = given(tmp_path)
    first = rows.side[role].records[0].id
    twice = [*rows.side[role].records, rows.side[role].records[0]]
    with pytest.raises(ConfigError, match=rf"stand more than once in .* \(first: {first}"):
        export(tmp_path / "export", rows.changed(**{role: MemorySide(twice)}))


def test_a_cluster_in_two_splits_is_named(tmp_path: Path) -> None:
    rows = given(tmp_path)
    first = rows.side["rl_all"].records[0]
    assert isinstance(first, RlRow)
    other = replace(first, id="q", split={"train": "validation", "validation": "train"}[first.split])
    with pytest.raises(ConfigError, match=r"several splits in side input `rl_all` \(first: key of m00\)"):
        export(tmp_path / "export", rows.changed(rl_all=MemorySide([*rows.side["rl_all"].records, other])))


def test_a_split_of_another_name_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    rows = given(tmp_path)
    first, *others = rows.side["rl_all"].records
    assert isinstance(first, RlRow)
    with pytest.raises(ConfigError, match=r"splits other than train and validation .* \(first: key of m00\)"):
        export(tmp_path / "export", rows.changed(rl_all=MemorySide([replace(first, split="test"), *others])))
    assert not list((tmp_path / "export").iterdir())


@pytest.mark.parametrize("name", ["", "..", "a/b", "demo@v0001", "my set", "-x"])
def test_a_name_that_is_no_folder_and_no_word_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="name is"):
        ExportDataset(name=name)


def test_a_thread_that_cannot_write_fails_the_export_with_its_error_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(OSError, match="No space left"):
        export(tmp_path / "export", given(tmp_path))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("export")]


def test_what_was_checked_against_follows_from_the_nodes_above(made: Made) -> None:
    assert made.manifest["decontaminated"] == [
        {
            "node": "clean",
            "stage": "decontaminate",
            "options": {"methods": ["exact", "ngram"], "ngram": 10},
            "rows_in": 40,
            "dropped": 2,
            "against": ["math500", "aime24"],
            "sources": ["pages"],
        }
    ]
    assert made.manifest["benchmarks"] == [
        {
            "node": "math500",
            "benchmark": "math",
            "rows": 501,
            "looked_for": 500,
            "digest": "d1",
            "files": {"00000": "f1"},
        },
        {
            "node": "aime24",
            "benchmark": "aime24",
            "rows": 30,
            "looked_for": 30,
            "digest": "d1",
            "files": {"00000": "f2"},
        },
    ]
    card = (made.folder / "README.md").read_text()
    assert "| clean | decontaminate | methods exact, ngram; ngram 10 | 40 | 2 | math500, aime24 | pages |" in card
    assert "| aime24 | aime24 | 30 | 30 | `d1` |" in card
    assert "All rows came through one of these nodes." in card


def test_an_export_that_was_not_decontaminated_says_so(tmp_path: Path) -> None:
    made = from_lineage(tmp_path, [])
    assert made.manifest["decontaminated"] == made.manifest["benchmarks"] == []
    assert "Not decontaminated" in (made.folder / "README.md").read_text()


def from_lineage(tmp_path: Path, lineage: list[Ancestor]) -> Made:
    return export(tmp_path / "export", given(tmp_path, PROBLEMS[:2]), lineage=lineage)


def test_benchmarks_looked_for_by_meaning_are_told_of_by_their_own_names_and_rows(tmp_path: Path) -> None:
    lineage = [
        *LINEAGE[:4],
        step("vectors", "embed", rows=530, kept=0, rejected={}, needs=("long", "aime24"), is_folder=True),
        step(
            "near",
            "match_benchmarks",
            rows=38,
            kept=38,
            rejected={},
            needs=("pages",),
            side={"benchmarks": ("vectors",)},
        ),
        step("judged", "judge_matches", rows=38, kept=38, rejected={}, needs=("near",)),
        step(
            "left",
            "by_matches",
            rows=38,
            kept=37,
            rejected={"contaminated": 1},
            needs=("pages",),
            side={"matches": ("judged",)},
            given_as=("needs",),
        ),
    ]
    made = from_lineage(tmp_path, lineage)
    told = [(one["node"], one["dropped"], one["against"], one["sources"]) for one in made.manifest["decontaminated"]]
    assert told == [("near", 0, ["math500", "aime24"], ["pages"]), ("left", 1, ["math500", "aime24"], ["pages"])]
    held = [(one["benchmark"], one["rows"], one["looked_for"]) for one in made.manifest["benchmarks"]]
    assert held == [("math", 501, 500), ("aime24", 30, 30)]
    assert made.manifest["not_decontaminated"] == []


def test_a_benchmark_of_which_no_row_was_left_is_told_of_with_none(tmp_path: Path) -> None:
    pages, math500, long, aime24, clean = LINEAGE
    made = from_lineage(tmp_path, [pages, math500, replace(long, rows_out=0), replace(aime24, rows_out=0), clean])
    held = [(one["node"], one["rows"], one["looked_for"]) for one in made.manifest["benchmarks"]]
    assert held == [("math500", 501, 0), ("aime24", 0, 0)]
    assert "| aime24 | aime24 | 0 | 0 |" in (made.folder / "README.md").read_text()


def test_a_source_whose_rows_join_behind_the_check_is_told_as_not_checked(tmp_path: Path) -> None:
    lineage = [
        *(replace(one, given_as=()) for one in LINEAGE),
        step("late", "read_jsonl", rows=5, kept=5, rejected={}),
        step("both", "dedup_exact", rows=43, kept=43, rejected={}, needs=("clean", "late"), given_as=("needs",)),
    ]
    made = from_lineage(tmp_path, lineage)
    assert [one["sources"] for one in made.manifest["decontaminated"]] == [["pages"]]
    assert made.manifest["not_decontaminated"] == ["late"]
    assert "Not checked: rows read by late came here" in (made.folder / "README.md").read_text()


def test_a_check_on_a_side_branch_is_none_of_the_rows(tmp_path: Path) -> None:
    lineage = [
        *(replace(one, given_as=()) for one in LINEAGE),
        step("tagger", "train_tagger", rows=38, kept=0, rejected={}, needs=("clean",), is_folder=True),
        step("late", "read_jsonl", rows=5, kept=5, rejected={}),
        step("tagged", "tag", rows=5, kept=5, rejected={}, needs=("late",), side={"subjects": ("tagger",)}),
        step("tried", "verify", rows=5, kept=5, rejected={}, needs=("late",), side={"problems": ("tagged",)}),
    ]
    made = from_lineage(tmp_path, [*lineage[:-1], replace(lineage[-1], given_as=("needs",))])
    assert made.manifest["decontaminated"] == made.manifest["benchmarks"] == []
    assert made.manifest["not_decontaminated"] == ["late"]
    assert "Not decontaminated" in (made.folder / "README.md").read_text()
