import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
import yaml
from datasets import load_dataset

from pipeline.context import Ancestor, Context
from pipeline.schema import schema_of
from stages.export_dataset import ExportDataset
from stages.records import Problem, RlRow, SftRow
from stages.select_rl import SelectRl
from stages.select_sft import SelectSft
from tests.stages.training_rows import attempt, problem, verdict
from tests.support import MemorySide, context, run_table
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


@dataclass(frozen=True, kw_only=True)
class Made:
    folder: Path
    manifest: dict[str, Any]


def views(tmp_path: Path, problems: list[Problem]) -> tuple[list[SftRow], list[SftRow], list[RlRow], MemorySide]:
    attempts = [attempt(one.id, sample) for one in problems for sample in range(2)]
    verdicts = [verdict(made, list(Outcome)[made.sample]) for made in attempts]
    ctx = context(tmp_path, attempts=MemorySide(attempts), problems=MemorySide(problems), verdicts=MemorySide(verdicts))
    correct, _ = run_table(SelectSft(), verdicts, ctx)
    every, _ = run_table(SelectSft(keep="all"), verdicts, ctx)
    prompts, _ = run_table(SelectRl(validation_share=0.3), problems, ctx)
    return correct, every, prompts, MemorySide(verdicts)


def export(folder: Path, rows: list[SftRow], *, lineage: list[Ancestor] = LINEAGE, **side: MemorySide) -> Made:
    folder.mkdir(parents=True)
    ctx = Context(node="export", scratch=folder.parent, side=side, lineage=lineage)
    ExportDataset(name="demo").build(MemorySide(rows), folder, ctx)
    return Made(folder=folder, manifest=json.loads((folder / "manifest.json").read_text()))


@pytest.fixture
def made(tmp_path: Path) -> Made:
    correct, every, prompts, verdicts = views(tmp_path, PROBLEMS)
    side = {"rl": MemorySide(prompts), "all": MemorySide(every), "verdicts": verdicts}
    return export(tmp_path / "export", correct, **side)


def test_datasets_polars_and_pandas_read_every_view_and_agree(made: Made) -> None:
    for view, rows in {"sft": 38, "rl": 38, "all": 76}.items():
        loaded = load_dataset(str(made.folder), view, cache_dir=str(made.folder.parent / "cache"))
        assert sum(split.num_rows for split in loaded.values()) == rows
        assert pl.read_parquet(made.folder / view / "*.parquet").height == rows
        assert len(pd.read_parquet(made.folder / view)) == rows
    first = loaded["train"][0]
    assert first["messages"][1]["content"].startswith("<think>\n")
    assert isinstance(first["answer"], str)


def test_files_hold_the_declared_schema_and_small_row_groups(made: Made) -> None:
    for view, record in {"sft": SftRow, "rl": RlRow, "all": SftRow}.items():
        for path in (made.folder / view).glob("*.parquet"):
            file = pq.ParquetFile(path)
            assert file.schema_arrow.names == schema_of(record).names
            assert all(file.metadata.row_group(group).num_rows <= 2000 for group in range(file.num_row_groups))


def test_examples_follow_the_split_of_their_problem(made: Made) -> None:
    def problems(view: str, split: str) -> set[str]:
        frame = pl.read_parquet(made.folder / view / f"{split}-*.parquet")
        return set(frame["provenance"].struct.field("problem_id"))

    train = problems("sft", "train") | problems("all", "train") | problems("rl", "train")
    validation = problems("sft", "validation") | problems("all", "validation") | problems("rl", "validation")
    assert validation
    assert not train & validation


def test_the_manifest_proves_the_files(made: Made) -> None:
    assert set(made.manifest["files"]) == {
        path.relative_to(made.folder).as_posix() for path in made.folder.rglob("*.parquet")
    }
    for name, file in made.manifest["files"].items():
        content = (made.folder / name).read_bytes()
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        assert file["bytes"] == len(content)
    counted = sum(sum(splits.values()) for splits in made.manifest["rows"].values())
    assert counted == sum(file["rows"] for file in made.manifest["files"].values())


def test_the_manifest_names_sources_teachers_verifier_and_funnel(made: Made) -> None:
    manifest = made.manifest
    assert manifest["sources"]["pages"]["licences"] == ["CC BY 4.0"]
    assert manifest["sources"]["mawps"]["views"]["sft"] == {"rows": 8, "problems": 8}
    assert manifest["teachers"] == {"sft": {"small": 38}, "all": {"small": 76}}
    assert manifest["verifiers"] == [{"verifier": "rule", "version": "1", "policy": Policy().digest}]
    assert manifest["funnel"][4]["rejected"] == {"contaminated": 2}
    assert str(made.folder.parent) not in json.dumps(manifest)


def test_the_card_tells_licences_yields_reasons_and_authors(made: Made) -> None:
    card = (made.folder / "README.md").read_text()
    header = yaml.safe_load(card.split("---\n")[1])
    assert header["license"] == ["cc-by-4.0", "mit"]
    assert [config["config_name"] for config in header["configs"]] == ["sft", "rl", "all"]
    assert "| pages | CC BY 4.0 | human | 30 | 30 | 30 | 100.0% | 30 |" in card
    assert "contaminated 2" in card
    assert "pages: A. Author" in card


def test_the_digest_depends_on_the_rows_and_not_on_their_order_or_history(tmp_path: Path) -> None:
    correct, every, prompts, verdicts = views(tmp_path, PROBLEMS)
    side = {"all": MemorySide(every), "verdicts": verdicts}
    first = export(tmp_path / "1", correct, rl=MemorySide(prompts), **side)
    reordered = export(tmp_path / "2", correct[::-1], rl=MemorySide(prompts[::-1]), lineage=[], **side)
    fewer = export(tmp_path / "3", correct[:-1], rl=MemorySide(prompts), **side)
    unjudged = export(tmp_path / "4", correct, rl=MemorySide(prompts), all=MemorySide(every))
    assert first.manifest["digest"] == reordered.manifest["digest"]
    assert len({first.manifest["digest"], fewer.manifest["digest"], unjudged.manifest["digest"]}) == 3


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    correct, _, prompts, _ = views(tmp_path, PROBLEMS)
    one, two = (export(tmp_path / name, correct, rl=MemorySide(prompts)) for name in ("1", "2"))
    assert one.manifest == two.manifest


def test_a_view_without_rows_is_a_file_with_its_columns(tmp_path: Path) -> None:
    _, _, prompts, _ = views(tmp_path, PROBLEMS)
    made = export(tmp_path / "export", [], rl=MemorySide(prompts))
    assert made.manifest["rows"]["sft"] == {"train": 0, "validation": 0}
    assert pl.read_parquet(made.folder / "sft" / "*.parquet").columns == schema_of(SftRow).names
    assert "all" not in made.manifest["rows"]


def test_a_view_with_an_empty_validation_split_still_loads(tmp_path: Path) -> None:
    correct, _, prompts, _ = views(tmp_path, PROBLEMS)
    held_out = {row.provenance.problem_id for row in prompts if row.split == "validation"}
    training = [row for row in correct if row.provenance.problem_id not in held_out]
    made = export(tmp_path / "export", training, rl=MemorySide(prompts))
    assert made.manifest["rows"]["sft"]["validation"] == 0
    assert list(load_dataset(str(made.folder), "sft", cache_dir=str(tmp_path / "cache"))) == ["train"]


def test_many_rows_are_cut_into_numbered_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stages._views.ROW_GROUP_ROWS", 10)
    monkeypatch.setattr("stages._views.FILE_ROWS", 20)
    _, every, prompts, _ = views(tmp_path, PROBLEMS)
    made = export(tmp_path / "export", every, rl=MemorySide(prompts))
    names = sorted(path.name for path in (made.folder / "sft").glob("train-*"))
    assert names[0] == f"train-00000-of-{len(names):05d}.parquet"
    assert len(names) > 1
    assert sum(made.manifest["rows"]["sft"].values()) == 76


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
    correct, _, prompts, _ = views(tmp_path, PROBLEMS[:2])
    made = export(tmp_path / "export", correct, lineage=[], rl=MemorySide(prompts))
    assert made.manifest["decontaminated"] == made.manifest["benchmarks"] == []
    assert "Not decontaminated" in (made.folder / "README.md").read_text()


def given(tmp_path: Path, lineage: list[Ancestor]) -> Made:
    correct, _, prompts, _ = views(tmp_path, PROBLEMS[:2])
    return export(tmp_path / "export", correct, lineage=lineage, rl=MemorySide(prompts))


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
    made = given(tmp_path, lineage)
    told = [(one["node"], one["dropped"], one["against"], one["sources"]) for one in made.manifest["decontaminated"]]
    assert told == [("near", 0, ["math500", "aime24"], ["pages"]), ("left", 1, ["math500", "aime24"], ["pages"])]
    held = [(one["benchmark"], one["rows"], one["looked_for"]) for one in made.manifest["benchmarks"]]
    assert held == [("math", 501, 500), ("aime24", 30, 30)]
    assert made.manifest["not_decontaminated"] == []


def test_a_benchmark_of_which_no_row_was_left_is_told_of_with_none(tmp_path: Path) -> None:
    pages, math500, long, aime24, clean = LINEAGE
    made = given(tmp_path, [pages, math500, replace(long, rows_out=0), replace(aime24, rows_out=0), clean])
    held = [(one["node"], one["rows"], one["looked_for"]) for one in made.manifest["benchmarks"]]
    assert held == [("math500", 501, 0), ("aime24", 0, 0)]
    assert "| aime24 | aime24 | 0 | 0 |" in (made.folder / "README.md").read_text()


def test_a_source_whose_rows_join_behind_the_check_is_told_as_not_checked(tmp_path: Path) -> None:
    lineage = [
        *(replace(one, given_as=()) for one in LINEAGE),
        step("late", "read_jsonl", rows=5, kept=5, rejected={}),
        step("both", "dedup_exact", rows=43, kept=43, rejected={}, needs=("clean", "late"), given_as=("needs",)),
    ]
    made = given(tmp_path, lineage)
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
    made = given(tmp_path, [*lineage[:-1], replace(lineage[-1], given_as=("needs",))])
    assert made.manifest["decontaminated"] == made.manifest["benchmarks"] == []
    assert made.manifest["not_decontaminated"] == ["late"]
    assert "Not decontaminated" in (made.folder / "README.md").read_text()
