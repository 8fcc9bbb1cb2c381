"""Wrong recipes and full disks: one message that names the place, the fact and the way out."""

import os
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline import ConfigError
from pipeline.config import load_config
from pipeline.discovery import discover
from pipeline.errors import StoreError, TracemillError
from pipeline.graph import ordered
from pipeline.session import run
from tests.pipeline.workshop import (
    ENVIRONMENT,
    ROOT,
    SOURCE,
    Workshop,
    by_name,
    command,
    digests,
    failed_plainly,
    node,
    tracemill,
)

SHOUT = {"uses": "shout", "needs": "src"}
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "unknown stage": ({"out": {"uses": "shuot"}}, "out has no stage 'shuot' (did you mean 'shout'?); stages: "),
    "unknown option": (
        {"out": {**SHOUT, "with": {"mrak": "?"}}},
        "out: shout has no option 'mrak' (did you mean 'mark'?); options: mark",
    ),
    "unknown key of a node": (
        {"out": {**SHOUT, "need": "src"}},
        "out has no key 'need' (did you mean 'needs'?); keys: ",
    ),
    "unknown run option": (
        {"out": {**SHOUT, "run": {"cores": 2}}},
        "out: run has no option 'cores' (did you mean 'workers'?); options: workers",
    ),
    "wrong type": (
        {"out": {**SHOUT, "with": {"mark": [1]}}},
        "out: shout.mark: Input should be a valid string (got [1])",
    ),
    "wrong type of a run option": (
        {"out": {**SHOUT, "run": {"workers": "many"}}},
        "out: run.workers: Input should be a valid integer",
    ),
    "no rows in a batch": (
        {"out": {**SHOUT, "run": {"batch_rows": 0}}},
        "out: run: batch_rows is 0; it must be at least 1",
    ),
    "an error budget over the whole": (
        {"out": {**SHOUT, "run": {"max_errors": 7}}},
        "out: run: max_errors is 7; it is a share of the rows, from 0 to 1",
    ),
    "missing option": ({"out": {"uses": "behave", "needs": "src"}}, "out: behave.script: Field required"),
    "options that are no mapping": ({"out": {**SHOUT, "with": ["mark"]}}, "out: with must be a mapping, not ['mark']"),
    "run that is no mapping": ({"out": {**SHOUT, "run": 2}}, "out: run must be a mapping, not 2"),
    "side that is no mapping": ({"out": {**SHOUT, "side": ["src"]}}, "out: side must be a mapping, not ['src']"),
    "needs that is no name": ({"out": {"uses": "shout", "needs": {"a": 1}}}, "out: needs"),
    "node that is no mapping": ({"out": "shout"}, "out: a node is a mapping with at least `uses:`"),
    "empty node": ({"out": None}, "out: a node is a mapping with at least `uses:`"),
    "unknown node in needs": (
        {"out": {"uses": "shout", "needs": "scr"}},
        "out: there is no node 'scr' (did you mean 'src'?); nodes: src, out",
    ),
    "unknown node in side": (
        {"out": {**node("publish", name="x"), "side": {"total": "sum"}}},
        "out: there is no node 'sum'; nodes: src, out",
    ),
    "unknown role in side": (
        {"out": {**SHOUT, "side": {"more": "src"}}},
        "out: shout has no side input 'more'; roles: none",
    ),
    "rows where a folder is wanted": (
        {"out": {**node("publish", name="x"), "side": {"total": "src"}}},
        "out: takes Folder as side input 'total', but 'src' gives Num",
    ),
    "mismatched records": (
        {"wide": node("widen"), "out": node("shout", needs="wide")},
        "out: takes Num as its rows, but 'wide' gives Every",
    ),
    "a folder where rows are wanted": (
        {"sum": node("total"), "out": node("shout", needs="sum")},
        "out: takes Num as its rows, but 'sum' gives Folder",
    ),
    "no input": ({"out": {"uses": "shout"}}, "out: shout needs rows; name the node they come from under `needs`"),
    "a source with input": ({"out": {"uses": "numbers", "needs": "src"}}, "out: numbers reads from outside"),
    "cycle": ({"a": node("shout", needs="b"), "b": node("shout", needs="a")}, "the nodes form a cycle: "),
    "a node that needs itself": ({"a": node("shout", needs="a")}, "the nodes form a cycle: a -> a"),
    "enabled that is neither": (
        {"out": {**SHOUT, "enabled": "later"}},
        "out: enabled is 'later'; write true or false",
    ),
    "only a node that is off": (
        {"loud": {**SHOUT, "enabled": False}, "out": {"uses": "shout", "needs": "loud"}},
        "out: its `needs` names only what is switched off (loud, enabled: false); switch out off too, or name another",
    ),
    "only a node that is off at the side": (
        {
            "sum": {**node("total"), "enabled": False},
            "out": {**node("publish", name="x"), "side": {"total": "sum"}},
        },
        "out: its side input 'total' names only what is switched off (sum, enabled: false)",
    ),
    "an option of a node that is off": (
        {"out": {**SHOUT, "enabled": False, "with": {"mrak": "?"}}},
        "out: shout has no option 'mrak'",
    ),
    "missing input file": (
        {"out": {"uses": "lines", "with": {"paths": ["nowhere.txt"]}}},
        "nowhere.txt does not exist",
    ),
}


def refused(shop: Workshop, **nodes: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        run(shop.recipe(**nodes))
    assert caught.value.__traceback__ is not None
    return str(caught.value)


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_recipe_is_refused_with_the_place_and_the_way_out(shop: Workshop, what: str) -> None:
    nodes, message = WRONG[what]
    assert message in refused(shop, **nodes)
    assert not (shop.folder / "store" / "artifacts").exists()


def write(shop: Workshop, text: str) -> Path:
    path = shop.folder / "recipe.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nodes: [", "is not valid YAML"),
        ("nodes:\n  a: 1\n  a: 2\n", "line 2: key 'a' stands twice in one mapping"),
        ("- a\n", "must be a mapping of keys to values"),
        ("", "must be a mapping of keys to values"),
        ("name: x\n", "`nodes:` must map node names to nodes"),
        ("nodes: {}\n", "`nodes:` must map node names to nodes"),
        ("nods: {a: 1}\n", "has no key 'nods' (did you mean 'nodes'?); keys: name, store"),
        ("packages: [tests.nowhere]\nnodes: {a: {uses: b}}\n", "packages: cannot import 'tests.nowhere'"),
        ("packages: 7\nnodes: {a: {uses: b}}\n", "packages: must be a name or a list of names"),
        (
            "store: s3://me:secret@bucket/x\npackages: [tests.toystages]\nnodes: {a: {uses: numbers}}\n",
            "holds no user and no password",
        ),
        ("name: a/b\npackages: [tests.toystages]\nnodes: {a: {uses: numbers}}\n", "name 'a/b'"),
        (
            "packages: [tests.toystages]\nnodes: {a: {uses: numbers, with: {file: gone.yaml}}}\n",
            "gone.yaml: there is no such file in /",
        ),
    ],
)
def test_a_recipe_that_cannot_be_read_is_refused(shop: Workshop, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(write(shop, text))
    assert message in str(caught.value)


def test_a_recipe_that_is_not_there_or_no_text_is_refused(shop: Workshop) -> None:
    with pytest.raises(ConfigError, match=r"nothing.yaml: there is no such file"):
        load_config(shop.folder / "nothing.yaml")
    (shop.folder / "recipe.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(shop.folder / "recipe.yaml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(shop.folder)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("out.mrak=1", "has no option 'mrak'"),
        ("uot.mark=1", "--set has no node 'uot' (did you mean 'out'?); nodes: src, out"),
        ("out.mark", "write NODE.OPTION=VALUE"),
        ("out.mark=[1", "--set 'out.mark=[1': '[1' is not valid YAML"),
        ("nods=1", "--set has no key 'nods'"),
        ("out.run.workers=x", "out: run.workers: Input should be a valid integer"),
        ("out.mark.deep=1", "mark must be a mapping, not 'a'"),
        ("inputs=null", "--set 'inputs=null': inputs is None; write the path of one folder"),
        ("inputs=", "inputs is None; write the path of one folder"),
        ("inputs=[a, b]", "inputs is ['a', 'b']; write the path of one folder"),
        ("inputs=2024", "inputs is 2024; write the path of one folder, in quotes"),
        ("store=null", "store is None; write the path of one folder"),
        ("exports=[a]", "exports is ['a']; write the path of one folder"),
    ],
)
def test_a_wrong_override_is_refused(shop: Workshop, override: str, message: str) -> None:
    path = shop.write(out=node("shout", mark="a"))
    with pytest.raises(ConfigError) as caught:
        load_config(path, overrides=[override])
    assert message in str(caught.value)


def test_overrides_reach_options_run_options_and_the_store(shop: Workshop) -> None:
    path = shop.write(out={"uses": "shout", "needs": "src"})
    overrides = ["out.mark=a=b", "out.run.max_errors=0.5", "name=renamed", f"store={shop.folder / 'elsewhere'}"]
    recipe = load_config(path, overrides=overrides, limit=7)
    assert recipe.nodes["out"].stage.mark == "a=b"  # type: ignore[attr-defined]
    assert recipe.nodes["out"].run.max_errors == 0.5
    assert recipe.nodes["src"].stage.limit == 7  # type: ignore[attr-defined]
    assert (recipe.name, recipe.store) == ("renamed", shop.folder / "elsewhere")


def test_paths_of_options_count_from_the_folder_of_inputs(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shop.write(src={"uses": "lines", "with": {"paths": ["a.txt"]}})
    plain, given = path.read_text(), path.with_name("given.yaml")
    given.write_text(f"inputs: given\n{plain}")
    monkeypatch.chdir(shop.folder)

    def read(recipe: Path, *overrides: str) -> list[Path]:
        paths: list[Path] = load_config(recipe, overrides=overrides).nodes["src"].stage.paths  # type: ignore[attr-defined]
        return paths

    assert read(path) == [shop.folder / "a.txt"]
    assert read(given) == [shop.folder / "given" / "a.txt"]
    assert read(given, "inputs=elsewhere") == [shop.folder / "elsewhere" / "a.txt"]


def test_an_override_may_name_options_where_the_recipe_gave_none(shop: Workshop) -> None:
    path = shop.write(out={"uses": "shout", "needs": "src", "with": None, "run": None})
    recipe = load_config(path, overrides=["out.mark=a", "out.run.workers=2"])
    assert recipe.nodes["out"].stage.mark == "a"  # type: ignore[attr-defined]
    assert recipe.nodes["out"].run.workers == 2


def test_a_node_that_is_off_is_left_out_wherever_it_is_named_until_one_override_switches_it_on(shop: Workshop) -> None:
    nodes = {"plain": node("shout"), "loud": {**node("shout", mark="!!"), "enabled": False}}
    both = {"out": {"uses": "shout", "needs": ["plain", "loud"]}}
    alone = shop.run(plain=nodes["plain"], out={"uses": "shout", "needs": ["plain"]})
    path = shop.write(**nodes, **both)
    off = by_name(run(load_config(path)))
    assert list(off) == ["src", "plain", "out"]
    assert (digests(off), off["out"].status) == (digests(alone), "reused")
    on = by_name(run(load_config(path, overrides=["loud.enabled=true"])))
    assert on["loud"].status == "ran"
    assert on["out"].manifest.totals.rows_in == 2 * off["out"].manifest.totals.rows_in
    assert by_name(run(load_config(path, overrides=["loud.enabled=no"]))).keys() == off.keys()


def test_a_side_input_of_several_nodes_goes_on_without_the_one_that_is_off(shop: Workshop) -> None:
    more = {"loud": {**SHOUT, "enabled": False}, "out": {**SHOUT, "side": {"more": ["src", "loud"]}}}
    assert shop.recipe(**more).nodes["out"].side == {"more": ("src",)}


def test_options_from_a_file_count_by_content_and_their_paths_start_there(shop: Workshop) -> None:
    inner = shop.folder / "inner"
    inner.mkdir()
    (inner / "in.txt").write_text("a\n")
    (inner / "options.yaml").write_text(yaml.safe_dump({"paths": ["in.txt"]}))
    by_file = shop.run(src={"uses": "lines", "with": {"file": "inner/options.yaml"}})
    direct = shop.run(src={"uses": "lines", "with": {"paths": ["inner/in.txt"]}})
    assert digests(by_file) == digests(direct)
    assert direct["src"].status == "reused"


def test_an_override_may_name_a_file_counted_from_where_it_is_typed(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = shop.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "trouble.yaml").write_text("one: fault\n")
    monkeypatch.chdir(elsewhere)
    path = shop.write(ask=node("inquire", log=shop.folder / "log"))
    recipe = load_config(path, overrides=["ask.trouble={file: trouble.yaml}", "ask.trouble.two=outage"])
    assert getattr(recipe.nodes["ask"].stage, "trouble") == {"one": "fault", "two": "outage"}  # noqa: B009
    with pytest.raises(ConfigError, match=r"--set trouble: file none.yaml: there is no such file in .*elsewhere"):
        load_config(path, overrides=["ask.trouble={file: none.yaml}"])


def test_nodes_run_in_the_order_of_their_inputs_whatever_their_order_in_the_file(shop: Workshop) -> None:
    recipe = shop.recipe(after=node("shout", needs="out"), out=node("shout"), src=SOURCE)
    assert [one.name for one in ordered(recipe)] == ["src", "out", "after"]


def test_a_stage_module_that_does_not_import_is_named(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in (("lacking", "import no_such_library\n"), ("torn", "def broken(:\n")):
        package = shop.folder / f"pack_{name}"
        package.mkdir()
        (package / "__init__.py").write_text("")
        (package / "work.py").write_text(text)
    monkeypatch.syspath_prepend(shop.folder)
    for name, fact in (("lacking", "no_such_library"), ("torn", "invalid syntax")):
        path = write(shop, f"packages: [pack_{name}]\nnodes: {{a: {{uses: b}}}}\n")
        with pytest.raises(ConfigError, match=rf"packages: cannot import 'pack_{name}.work' \(.*{fact}"):
            load_config(path)


def test_a_stage_that_is_no_frozen_dataclass_is_refused(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    (shop.folder / "loose.py").write_text(
        "from pipeline import RowStage\nfrom tests.toystages.records import Num\n"
        "class Loose(RowStage[Num, Num]):\n    def process(self, row): return row\n"
    )
    monkeypatch.syspath_prepend(shop.folder)
    path = write(shop, "packages: [loose]\nnodes: {a: {uses: loose}}\n")
    with pytest.raises(
        ConfigError, match=r"loose.Loose must be a frozen dataclass: @dataclass\(frozen=True, kw_only=True\)"
    ):
        load_config(path)


def test_of_a_single_package_only_the_modules_of_the_wanted_stages_are_imported(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = shop.folder / "shelf"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "heavy.py").write_text("raise ImportError('too heavy')\n")
    (package / "light.py").write_text(
        "from dataclasses import dataclass\nfrom pipeline import RowStage\nfrom tests.toystages.records import Num\n"
        "@dataclass(frozen=True, kw_only=True)\n"
        "class Light(RowStage[Num, Num]):\n    def process(self, row): return row\n"
    )
    monkeypatch.syspath_prepend(shop.folder)
    assert [*discover(["shelf"], {"light"})] == ["light"]
    with pytest.raises(ConfigError, match="too heavy"):
        discover(["shelf"], {"light", "misspelt"})


# Stores that cannot be written. The tests may run as root, whom permissions do not stop.


@pytest.mark.parametrize("place", ["store", "store/artifacts", "store/artifacts/numbers", "store/runs", "store/locks"])
def test_a_file_in_the_place_of_a_folder_is_named_with_the_way_out(shop: Workshop, place: str) -> None:
    (shop.folder / place).parent.mkdir(parents=True, exist_ok=True)
    (shop.folder / place).write_text("")
    with pytest.raises(StoreError, match=rf"cannot write {shop.folder}/store.*"):
        shop.run(out=node("shout"))


def test_a_file_in_the_place_of_the_exports_is_named(shop: Workshop) -> None:
    (shop.folder / "store-exports").write_text("")
    with pytest.raises(StoreError, match=r"cannot write .*store-exports.*a file stands where a folder is needed"):
        shop.run(out=node("publish", name="x"))


def limited(size: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


WIDE = {"uses": "numbers", "with": {"rows": 3000, "per": 3000, "salt": "x" * 40}}


@pytest.mark.parametrize(
    "nodes",
    [
        {"out": node("shout")},
        {"out": node("sift")},
        {"out": node("publish", name="x")},
        {"out": node("inquire", log="/dev/null")},
    ],
    ids=["rows", "table", "folder", "journal"],
)
def test_a_disk_that_fills_up_is_told_plainly_and_the_run_goes_on_afterwards(
    shop: Workshop, nodes: dict[str, Any]
) -> None:
    """A limit on the size of a file stands for the full disk; the source fits, what follows does not."""
    path = shop.write(src=WIDE, **nodes)
    run(load_config(path), only="src")
    largest = max(one.stat().st_size for one in (shop.folder / "store").rglob("*.parquet"))
    done = subprocess.run(
        command("run", path, "--quiet"), cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False,
        preexec_fn=limited(largest // 2),
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == 1
    assert any(word in done.stderr for word in ("file size limit is reached", "File too large")), done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert by_name(run(load_config(path)))["out"].manifest.totals.rows_in == 3000


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder], check=False, capture_output=True
    ).returncode:
        pytest.skip("may not mount a small file system here")
    return folder


def test_a_full_disk_is_told_plainly(shop: Workshop, small_disk: Path) -> None:
    try:
        path = shop.write(src={"uses": "numbers", "with": {"rows": 40_000, "per": 2000}}, out=node("shout"))
        done = tracemill("run", path, "--quiet", "--store", small_disk)
        failed_plainly(done, 1, "cannot write", "the disk is full; free space and run the same command again")
    finally:
        subprocess.run(["umount", "-l", small_disk], check=True)


# Exit codes of the command


@pytest.mark.timeout(120)
def test_exit_codes_and_messages_of_the_command(shop: Workshop) -> None:
    good = shop.write(out=node("behave", script=["raise"]))
    failed_plainly(tracemill("run", good, "--set", "out.scirpt=1"), 2, "out: behave has no option 'scirpt'")
    failed_plainly(tracemill("run", shop.folder / "none.yaml"), 2, "there is no such file")
    failed_plainly(tracemill("run", good, "--executor", "ray"), 2, "there is no executor 'ray'; executors: local, dask")
    failed_plainly(tracemill("run", good, "--quiet"), 1, "out: 5 of 5 rows failed", "tracemill quarantine")
    blocked = shop.folder / "blocked"
    blocked.write_text("")
    failed_plainly(tracemill("run", good, "--store", blocked), 1, "a file stands where a folder is needed")
    usage = tracemill("run", good, "--wokers", "2")
    assert usage.returncode == 2
    assert "Traceback" not in usage.stderr


def test_every_deliberate_error_is_one_a_user_can_act_on() -> None:
    assert issubclass(ConfigError, TracemillError)
    assert os.environ.get("PYTHONOPTIMIZE", "") == ""
