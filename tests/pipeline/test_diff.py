"""What is told of two versions: the recipe, the funnel, and row by row what came, went, changed and moved."""

from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from typer.testing import CliRunner

from pipeline.diff import Diff, compare, pair
from pipeline.errors import ConfigError
from pipeline.leaves import Moved, moved
from pipeline.show_diff import print_diff
from pipeline.store import Store
from tests.pipeline.editions import write_edition
from tests.pipeline.test_commands import APP
from tests.pipeline.workshop import Workshop, node

PARENT: dict[str, Any] = {"stage": "select_sft", "key": "k1", "digest": "d1", "config": {}, "pins": {}}
STEP: dict[str, Any] = {"stage": "select_sft", "rows_in": 9, "kept": 4, "rows_out": 4, "rejected": {}, "quarantined": 0}


def rows(**texts: str) -> pl.DataFrame:
    return pl.DataFrame({"id": list(texts), "text": list(texts.values()), "length": [len(t) for t in texts.values()]})


def parent(name: str, **facts: Any) -> dict[str, Any]:
    return {"node": name, **PARENT, **facts}


def step(name: str, **facts: Any) -> dict[str, Any]:
    return {"node": name, **STEP, **facts}


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """`toys` in two versions: one row came, one went, one changed, two changed their split."""
    first = {"train": rows(a="one", b="two", c="three", d="four"), "validation": rows(e="five", f="six")}
    second = {"train": rows(a="one", b="zwei", e="five", g="seven"), "validation": rows(d="four", f="six")}
    facts: dict[str, Any] = {"statistics": {"sft": {"tokens": {"mean": 3.5}}}, "licences": ["CC0"]}
    write_edition(
        tmp_path / "toys/v0001",
        {"sft": first, "gone": {"train": rows(x="x")}},
        parents=[parent("src", stage="read_jsonl"), parent("sft")],
        funnel=[step("src"), step("sft", rejected={"capped": 2})],
        environment={"polars": "2.0"},
        **facts,
    )
    write_edition(
        tmp_path / "toys/v0002",
        {"sft": second},
        parents=[parent("src", stage="read_jsonl"), parent("sft", key="k2", digest="d2", config={"per_problem": 1})],
        funnel=[step("src"), step("sft", rows_out=3, rejected={"capped": 3})],
        environment={"polars": "2.1"},
        **facts | {"statistics": {"sft": {"tokens": {"mean": 3.8}}}},
    )
    return tmp_path


def of(exports: Path, **options: Any) -> Diff:
    return compare(exports / "toys/v0001", exports / "toys/v0002", **options)


def test_rows_are_told_by_what_became_of_them(exports: Path) -> None:
    sft, gone = of(exports).views
    assert (sft.old_rows, sft.new_rows, sft.added, sft.removed, sft.changed, sft.moved) == (6, 6, 1, 1, 1, 2)
    assert sft.ids == {"added": ["g"], "removed": ["c"], "changed": ["b"], "moved": ["d", "e"]}
    assert sft.splits == {"train -> validation": 1, "validation -> train": 1}
    assert (gone.view, gone.old_rows, gone.new_rows) == ("gone", 1, None)


def test_changed_rows_are_read_to_tell_their_columns(exports: Path) -> None:
    sft = of(exports).views[0]
    assert sft.columns == {"length": 1, "text": 1}
    assert [one.id for one in sft.samples] == ["b"]
    assert sft.samples[0].differences == [
        Moved(place="text", old="two", new="zwei"),
        Moved(place="length", old=3, new=4),
    ]


def test_the_recipe_the_funnel_and_the_numbers_that_moved_are_told(exports: Path) -> None:
    diff = of(exports)
    assert [(one.node, one.change, one.causes) for one in diff.nodes] == [
        ("sft", "changed", ["per_problem: (default) -> 1"])
    ]
    assert [(one.node, one.rows_out, one.rejected) for one in diff.funnel] == [("sft", (4, 3), {"capped": (2, 3)})]
    assert diff.statistics == [Moved(place="sft.tokens.mean", old=3.5, new=3.8)]
    assert diff.environment == [Moved(place="polars", old="2.0", new="2.1")]
    assert diff.facts == []


def test_a_version_and_itself_do_not_differ(exports: Path) -> None:
    diff = compare(exports / "toys/v0001", exports / "toys/v0001")
    assert diff.is_same
    assert not any((diff.nodes, diff.funnel, diff.statistics, diff.facts, diff.environment))
    assert all(view.is_same for view in diff.views)


def test_a_version_without_an_index_is_compared_by_its_ids(exports: Path) -> None:
    old = write_edition(exports / "old/v0001", {"sft": {"train": rows(a="1", b="2")}}, index=False)
    new = write_edition(exports / "old/v0002", {"sft": {"train": rows(b="3"), "validation": rows(c="4")}})
    (sft,) = compare(old, new).views
    assert (sft.added, sft.removed, sft.changed) == (1, 1, None)


@pytest.mark.parametrize(
    ("was", "now", "causes"),
    [
        ({}, {"digest": "d2"}, ["other rows by the same options: failed or undecided rows were tried again"]),
        ({}, {"key": "k2", "pins": {"a.jsonl": "9"}}, ["file a.jsonl: (default) -> 9"]),
        ({}, {"key": "k2", "stage": "take_all"}, ["uses: select_sft -> take_all"]),
        ({}, {"key": "k2"}, ["its code, its version or a package that it uses; with --config the store tells which"]),
        ({"needs": ["src"]}, {"needs": ["other"], "key": "k2"}, []),
    ],
)
def test_why_a_node_is_another(tmp_path: Path, was: dict[str, Any], now: dict[str, Any], causes: list[str]) -> None:
    above = [parent("src"), parent("other", digest="d9")]
    old = write_edition(tmp_path / "a/v0001", {}, parents=[*above, parent("sft", **was)])
    new = write_edition(tmp_path / "a/v0002", {}, parents=[*above, parent("sft", **was | now)])
    assert [line for one in compare(old, new).nodes for line in one.causes] == causes


def test_nodes_that_came_and_went_are_named(tmp_path: Path) -> None:
    old = write_edition(tmp_path / "a/v0001", {}, parents=[parent("src"), parent("near")])
    new = write_edition(tmp_path / "a/v0002", {}, parents=[parent("src"), parent("exact", config={"by": "text"})])
    found = [(one.node, one.change, one.causes) for one in compare(old, new).nodes]
    assert found == [("exact", "added", ["by: text"]), ("near", "removed", ())]


def test_the_store_tells_what_dropped_the_rows_that_are_gone(shop: Workshop) -> None:
    found = [shop.run(split=node("behave", script=script), table=node("sift", needs="split"))
             for script in (["keep"], ["keep", "reject"])]  # fmt: skip
    store, versions = Store(shop.folder / "store"), []
    for number, run in enumerate(found, 1):
        artifacts = {name: run[name].artifact for name in ("src", "split", "table")}
        kept = pl.concat([pl.read_parquet(path) for path in artifacts["table"].data_files()])
        steps = [{"node": name, **run[name].summary(), "rejected": {}} for name in artifacts]
        parents = [parent(name, **{key: run[name].summary()[key] for key in ("stage", "key", "digest")})
                   for name in artifacts]  # fmt: skip
        views = {"all": {"train": kept}}
        versions.append(write_edition(shop.folder / f"t/v{number}", views, parents=parents, funnel=steps))
    (view,) = compare(*versions, store=store).views
    assert view.removed
    assert view.why == {"removed": {"split: scripted": view.removed}}
    (back,) = compare(*reversed(versions), store=store).views
    assert back.why == {"added": {"split: scripted": view.removed}}


def test_one_name_compares_its_last_two_versions(exports: Path) -> None:
    toys = exports / "toys"
    assert pair("toys", None, exports=exports) == (toys / "v0001", toys / "v0002")
    assert pair("toys@v0002", None, exports=exports) == (toys / "v0001", toys / "v0002")
    assert pair("toys@v0002", str(toys / "v0001"), exports=exports) == (toys / "v0002", toys / "v0001")
    with pytest.raises(ConfigError, match="toys@v0001 has no version before it"):
        pair("toys@v0001", None, exports=exports)


def test_the_command_tells_a_person_and_a_script(exports: Path) -> None:
    said = CliRunner().invoke(APP, ["diff", "toys", "--exports", str(exports)])
    assert said.exit_code == 0, said.output
    for words in (
        "toys@v0001 -> toys@v0002: other content",
        "sft.per_problem: (default) -> 1",
        "polars: 2.0 -> 2.1",
        "capped 2 -> 3",
        "removed 1: c",
        "moved 2 (train -> validation 1, validation -> train 1): d, e",
        "b  text: two -> zwei",
        "sft.tokens: mean 3.5 -> 3.8",
    ):
        assert words in said.stdout
    told = CliRunner().invoke(APP, ["diff", "toys@v0001", "toys@v0002", "--json", "--exports", str(exports)])
    assert orjson.loads(told.stdout)["views"][0]["removed"] == 1


def test_values_of_one_place_share_a_line_and_so_do_groups_in_which_the_same_moved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def statistics(rows: int, mean: float) -> dict[str, Any]:
        groups = [{"teacher": name, "rows": rows, "length": {"mean": mean, "p50": 7}} for name in (None, "qwq")]
        return {"sft": {"rows": rows, "groups": groups, "terms": {f"t{n:02d}": {"rate": rows} for n in range(40)}}}

    old, new = (
        write_edition(tmp_path / f"a/v{n}", {"sft": {"train": rows(a="1")}}, statistics=statistics(n, n / 2))
        for n in (1, 2)
    )
    print_diff(compare(old, new))
    told = capsys.readouterr().out.partition("statistics\n")[2].splitlines()
    assert told[:3] == [
        "  sft: rows 1 -> 2",
        "  sft.groups[all; qwq]: rows 1 -> 2",
        "  sft.groups[all; qwq].length: mean 0.5 -> 1",
    ]
    assert len(told) == 17
    assert told[16] == "  and 27 more such lines; --json has all"


def test_a_store_that_lacks_a_result_is_not_taken_for_one_that_dropped_nothing(exports: Path) -> None:
    (sft, _) = of(exports, store=Store(exports / "store")).views
    assert sft.why == {
        "removed": {"(not known: the store lacks results of sft)": 1},
        "added": {"(not known: the store lacks results of sft)": 1},
    }
    said = CliRunner().invoke(APP, ["diff", "toys", "--exports", str(exports), "--store", str(exports / "store")])
    assert "store is no store: nothing was run there" in str(said.exception)


def test_ids_and_texts_are_never_read_as_markup(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = write_edition(tmp_path / "a/v0001", {"sft": {"train": pl.DataFrame({"id": ["[red]x"], "text": ["[/b]"]})}})
    new = write_edition(tmp_path / "a/v0002", {"sft": {"train": pl.DataFrame({"id": ["[red]x"], "text": ["[/i]"]})}})
    print_diff(compare(old, new))
    assert "[red]x  text: [/b] -> [/i]" in capsys.readouterr().out


def test_of_a_long_text_the_place_is_shown_where_it_begins_to_differ(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = "the same words again and again " * 40
    frames = [pl.DataFrame({"id": ["a"], "turns": [[{"role": "user", "text": f"{long}{end}"}]]}) for end in ("x", "y")]
    old, new = (write_edition(tmp_path / f"a/v{n}", {"sft": {"train": frame}}) for n, frame in enumerate(frames))
    print_diff(compare(old, new))
    assert "turns[user].text: …rds again and again x -> …rds again and again y" in " ".join(
        capsys.readouterr().out.split()
    )


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, {"a.c": (2, 3)}),
        ({"a": {"b": 1}}, {}, {"a.b": (1, None)}),
        ({"a": 1}, {"a": {"b": 2}}, {"a.b": (None, 2)}),
        ({"a": [1, 2]}, {"a": [1]}, {"a": ([1, 2], [1])}),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, {"a[0].b": (1, 2)}),
        ({"a": [{"role": "user", "b": 1}]}, {"a": [{"role": "user", "b": 2}]}, {"a[user].b": (1, 2)}),
        (
            {"a": [{"t": None, "o": None, "n": 3}, {"t": "x", "o": None, "n": 1}, {"t": "x", "o": "right", "n": 1}]},
            {"a": [{"t": None, "o": None, "n": 4}, {"t": "y", "o": None, "n": 1}, {"t": "x", "o": "right", "n": 2}]},
            {
                "a[all].n": (3, 4),
                "a[x].t": ("x", None),
                "a[x].n": (1, None),
                "a[x,right].n": (1, 2),
                "a[y].t": (None, "y"),
                "a[y].n": (None, 1),
            },
        ),
        (
            {"a": [{"b": "x"}, {"b": "y"}]},
            {"a": [{"b": "y"}, {"b": "x"}]},
            {"a": ([{"b": "x"}, {"b": "y"}], [{"b": "y"}, {"b": "x"}])},
        ),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1}, {"b": 3}]}, {"a[1].b": (None, 3)}),
    ],
)
def test_leaves_that_differ_are_named_by_their_place(old: Any, new: Any, places: dict[str, Any]) -> None:
    assert {one.place: (one.old, one.new) for one in moved(old, new)} == places
