"""Keys: what makes a result new, what does not, and the guard of expensive stages."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline import ConfigError, code
from pipeline.code import ParsedModules, source_digest
from pipeline.config import load_config
from pipeline.errors import CodeDriftError
from pipeline.fingerprint import canonical, canonical_config, differences, digest_of
from pipeline.look import why
from pipeline.session import run
from pipeline.tend import bless
from tests.pipeline.workshop import ENVIRONMENT, Workshop, by_name, node, statuses

# A bit of everything whose syntax tree moved, or could, between Python 3.11 and 3.12.
FIXTURE = '''\
"""Docstring."""
from __future__ import annotations
import os as o, sys
from collections.abc import (Iterator)

LIMIT: int = 1_000  # a comment
NAMES = {"a": 1, **{}, "b": [*range(3)], 'c': -1.5e3, "d": 2j, "e": b"x", "f": ..., "g": None}


@decorated(1, key="x")
class Thing(Base, metaclass=Meta):
    """Docstring."""

    field: list[str] | None = None

    async def method(self, a, /, b=1, *args: int, c, d=2, **rest) -> Iterator[int]:
        """Docstring."""
        async with a as x, b:
            yield await x
        return


def generic(values):
    text = f"{values!r:>{LIMIT}} {LIMIT=} {'nested' + f'{1:02d}'} {{}}" "tail" f"{values['k']}"
    try:
        assert (n := len(values)) > 0, "empty"
    except* (ValueError, TypeError) as group:
        raise RuntimeError from group
    finally:
        del text
    match values:
        case {"k": [1, *others], **kw} if others:
            return lambda x=1: x if x else not x
        case Thing(field=None) | str() as s:
            global LIMIT
        case _:
            pass
    while n:
        n -= 1
        if n == 3: continue
        else: break
    return [x async for y in values for x in y if x is not None], {x for x in values}, u"kind", r"\\d"
'''
GOLDEN = "c1de19de749e6435ab83f1794dfb609e9bf030525ea1f245b67d564df312e59e"


def test_the_digest_of_code_is_the_same_on_every_supported_python() -> None:
    assert source_digest(FIXTURE) == GOLDEN


@pytest.mark.parametrize(
    "edit",
    [
        ("# a comment", "# another one"),
        ('    """Docstring."""\n\n    field', '    """Says more."""\n\n    field'),
        ("1_000", "1000"),
        ('u"kind"', "'kind'"),
        ("import (Iterator)", "import Iterator"),
        ("if n == 3: continue\n", "if n == 3:\n            continue\n\n"),
    ],
)  # fmt: skip
def test_comments_docstrings_and_layout_do_not_count(edit: tuple[str, str]) -> None:
    assert edit[0] in FIXTURE
    assert source_digest(FIXTURE.replace(*edit)) == source_digest(FIXTURE)


@pytest.mark.parametrize(
    "edit", [("1_000", "1_001"), ("c, d=2", "c, d=3"), ("not x", "x"), ("as s", "as t"), ("ge", "e")]
)
def test_an_edit_of_code_counts(edit: tuple[str, str]) -> None:
    assert source_digest(FIXTURE.replace(*edit)) != source_digest(FIXTURE)


def test_what_a_module_means_is_remembered_by_its_source_and_a_broken_memory_only_costs_time(tmp_path: Path) -> None:
    module, memory = tmp_path / "module.py", tmp_path / "code.json"
    module.write_text("from . import other\nLIMIT = 1\n")
    first = ParsedModules(memory)
    parsed = first[module]
    first.save()
    assert str(parsed.digest) in memory.read_text()
    assert ParsedModules(memory)[module] == parsed
    assert parsed.imports == (("", 1, ("other",)),)
    module.write_text("from . import other\nLIMIT = 2\n")
    assert ParsedModules(memory)[module].digest != parsed.digest
    module.write_text("from . import other\nLIMIT = 1\n")
    for broken in (
        "",
        "[]",
        '{"by": 1}',
        json.dumps({"by": json.loads(memory.read_text())["by"], "modules": {"a": 1}}),
    ):
        memory.write_text(broken)
        assert ParsedModules(memory)[module] == parsed


ROWS = """
from dataclasses import dataclass
from enum import StrEnum


class Colour(StrEnum):
    RED = "red"


@dataclass
class Shade:
    colour: Colour = Colour.RED
    shown = ("colour",)


class Other:
    size: int = 1
"""


@pytest.mark.parametrize(
    ("imports", "edit", "counts"),
    [
        ("from hues.records import Shade", ('"red"', '"rouge"'), True),  # a value of what it uses
        ("from .records import Shade", ("Colour = Colour.RED", "Colour | None = None"), True),
        ("from hues.records import Shade", ("size: int = 1", "size: int = 2"), False),
        ("from hues.records import Shade", ('("colour",)', "()"), False),  # how rows are shown
        ("from hues.records import Other as Another", ("size: int = 1", "size: int = 2"), True),
        ("from hues.records import Colour", ("colour: Colour", "color: Colour"), False),
        ("from hues import records", ("size: int = 1", "size: int = 2"), True),
        ("from . import records", ("size: int = 1", "size: int = 2"), True),
        ("import hues.records", ("size: int = 1", "size: int = 2"), True),
        ("from hues.records import *", ("size: int = 1", "size: int = 2"), True),
        ("import hues", ("size: int = 1", "size: int = 2"), False),
    ],
)
def test_of_row_types_those_count_that_a_module_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, imports: str, edit: tuple[str, str], counts: bool
) -> None:
    (package := tmp_path / "hues").mkdir()
    (package / "__init__.py").touch()
    (package / "stage.py").write_text(imports)
    monkeypatch.syspath_prepend(tmp_path)
    code._module_path.cache_clear()
    digests = []
    for rows in (ROWS, ROWS.replace(*edit)):
        (package / "records.py").write_text(rows)
        memory = ParsedModules(tmp_path / "code.json")
        digests += [code.code_digest("hues.stage", frozenset({"hues"}), memory)]
        memory.save()
        remembered = ParsedModules(tmp_path / "code.json")
        assert code.code_digest("hues.stage", frozenset({"hues"}), remembered) == digests[-1]
    assert (digests[0] != digests[1]) == counts


# Values


@dataclasses.dataclass(frozen=True, kw_only=True)
class Inner:
    size: int = 1
    file: Path | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    name: str
    share: float = 0.5
    words: list[str] = dataclasses.field(default_factory=list)
    inner: Inner = dataclasses.field(default_factory=Inner)
    path: Path | None = None
    paths: list[Path] = dataclasses.field(default_factory=list)


def test_defaults_and_paths_stay_out_of_a_configuration() -> None:
    assert canonical_config(Options(name="a")) == {"name": "a"}
    assert canonical_config(Options(name="a", share=0.5, words=[])) == {"name": "a"}
    full = Options(name="a", path=Path("/x"), paths=[Path("/y")], inner=Inner(size=2, file=Path("/z")))
    assert canonical_config(full) == {"name": "a", "inner": {"size": 2}}


def test_one_value_has_one_digest_whatever_its_spelling() -> None:
    assert digest_of({"a": 1, "b": [1.0]}) == digest_of({"b": (1,), "a": 1.0})
    assert digest_of(["ab", "c"]) != digest_of(["a", "bc"])
    assert digest_of({"a": None}) != digest_of({})
    assert digest_of(True) != digest_of(1)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1: 2}, {"a": {1, 2}}, b"x", 2**64, object(), "\ud800"])
def test_a_value_without_one_spelling_is_refused(value: Any) -> None:
    with pytest.raises(ConfigError, match=r"no canonical form|must be text"):
        digest_of(canonical(value))


def test_differences_are_told_leaf_by_leaf() -> None:
    old = {"config": {"samples": 4, "words": ["a"]}, "pins": {"f": "a" * 64}}
    new = {"config": {"samples": 2, "words": ["a"], "seed": 1}, "pins": {"f": "b" * 64}}
    assert differences(old, new) == [
        "config.samples: 4 -> 2",
        "config.seed: (default) -> 1",
        "pins.f: aaaaaaaaaaaa... -> bbbbbbbbbbbb...",
    ]


def test_of_long_lists_the_entries_that_differ_are_told() -> None:
    long = [{"question": "How far is it from one end to the other?", "keep": True} for _ in range(3)]
    edited = [*long[:2], long[2] | {"keep": False}]
    assert differences({"cases": long}, {"cases": edited}) == ["cases[2].keep: true -> false"]
    assert differences({"cases": long}, {"cases": long[:1]}) == ["cases: 3 entries -> 1"]
    assert differences({"band": [0, 0.25]}, {"band": [0, 0.5]}) == ["band: [0,0.25] -> [0,0.5]"]


# Stages of a user, edited between runs: each run is a process of its own, as code is read once.

STAGES = """
from dataclasses import dataclass
from pipeline import RowStage
from tests.toystages.records import Num
from userstages._shared import FACTOR

@dataclass(frozen=True, kw_only=True)
class Times(RowStage[Num, Num]):
    mark: str = ""
    def process(self, row: Num) -> Num:
        return Num(id=row.id, n=row.n * FACTOR, text=row.text + self.mark)

@dataclass(frozen=True, kw_only=True)
class DearTimes(Times):
    version = 1
    expensive = True
    packages = ("orjson",)
"""
RECIPE = """
store: {folder}/store
packages: [tests.toystages, userstages]
nodes:
  src: {{uses: numbers, with: {{rows: 5}}}}
  cheap: {{uses: times, needs: src}}
  dear: {{uses: dear_times, needs: src}}
  after: {{uses: shout, needs: cheap}}
"""


class User:
    """A folder with stages and a recipe."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.package = folder, folder / "userstages"
        self.package.mkdir()
        (self.package / "__init__.py").write_text("")
        self.write("_shared", "FACTOR = 3\n")
        self.write("times", STAGES)
        (folder / "recipe.yaml").write_text(RECIPE.format(folder=folder))

    def write(self, module: str, text: str) -> None:
        (self.package / f"{module}.py").write_text(text)

    def edit(self, module: str, old: str, new: str) -> None:
        text = (self.package / f"{module}.py").read_text()
        assert old in text
        self.write(module, text.replace(old, new))

    def call(self, *words: str) -> str:
        """Runs this module as a script: `run`, `bless`, `why`."""
        environment = {
            **ENVIRONMENT,
            "PYTHONPATH": f"{ENVIRONMENT['PYTHONPATH']}:{self.folder}",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.pipeline.test_fingerprint", str(self.folder / "recipe.yaml"), *words],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def main(path: str, *words: str) -> None:
    recipe = load_config(path, overrides=words[2:])
    try:
        if words[0] == "run":
            sys.stdout.write(str(statuses(by_name(run(recipe)))))
        elif words[0] == "bless":
            bless(recipe, words[1])
        else:
            sys.stdout.write("\n".join(why(recipe, words[1])))
    except CodeDriftError as error:
        sys.stdout.write(f"stopped: {error}")


@pytest.fixture
def user(tmp_path: Path) -> User:
    return User(tmp_path)


ALL_REUSED = str(dict.fromkeys(("src", "cheap", "dear", "after"), "reused"))


def test_comments_change_no_key_and_an_edit_re_runs_the_cheap_and_stops_at_the_dear(user: User) -> None:
    assert "ran" in user.call("run")
    user.edit("times", "@dataclass", "# Why this is here.\n@dataclass")
    user.edit("_shared", "FACTOR", '"""Shared."""\nFACTOR')
    assert user.call("run") == ALL_REUSED
    user.edit("_shared", "FACTOR = 3", "FACTOR = 1 + 2")  # the same rows by other code
    said = user.call("run")
    assert said.startswith("stopped: dear: the code of dear_times changed, but its version is still 1.")
    assert "tracemill bless CONFIG dear" in said
    user.call("bless", "dear")
    assert user.call("run") == ALL_REUSED


def test_an_edit_that_gives_the_same_rows_re_runs_that_node_alone(user: User) -> None:
    user.call("run")
    user.edit("times", "DearTimes(Times)", "Kept(Times)")
    user.edit("times", "row.n * FACTOR", "FACTOR * row.n")
    recipe = user.folder / "recipe.yaml"
    recipe.write_text(recipe.read_text().replace("  dear: {uses: dear_times, needs: src}\n", ""))
    assert user.call("run") == "{'src': 'reused', 'cheap': 'ran', 'after': 'reused'}"


def test_a_version_bump_re_runs_the_dear_and_why_says_so(user: User) -> None:
    user.call("run")
    user.edit("times", "row.n * FACTOR", "row.n * FACTOR + 1")
    user.edit("times", "version = 1", "version = 2  # v2: one more")
    assert "version: 1 -> 2" in user.call("why", "dear")
    assert user.call("run") == "{'src': 'reused', 'cheap': 'ran', 'dear': 'ran', 'after': 'ran'}"


def test_a_package_of_the_dear_is_guarded_until_blessed(shop: Workshop) -> None:
    recipe = shop.recipe(out=node("dear"))
    artifact = by_name(run(recipe))["out"].artifact
    manifest = artifact.manifest()
    older = {"packages": {**manifest.guard["packages"], "orjson": "0.1"}}  # as if it had been made with that
    artifact.commit(dataclasses.replace(manifest, guard={**manifest.guard, **older}))
    with pytest.raises(CodeDriftError, match="out: the packages of dear changed"):
        run(recipe)
    assert why(recipe, "out")[0].startswith("out stops a run: bump its `version`, or tracemill bless ")
    assert why(recipe, "out")[1].startswith("packages.orjson: 0.1 -> ")
    bless(recipe, "out")
    assert statuses(by_name(run(recipe)))["out"] == "reused"


def test_what_was_stopped_before_its_first_shard_goes_on_with_other_code(shop: Workshop) -> None:
    recipe = shop.recipe(out=node("dear"))
    artifact = by_name(run(recipe))["out"].artifact
    described = json.loads((artifact.path / "fingerprint.json").read_text())
    described["guard"]["packages"]["orjson"] = "0.1"
    (artifact.path / "fingerprint.json").write_text(json.dumps(described))
    (artifact.path / "manifest.json").unlink()
    with pytest.raises(CodeDriftError, match="out: the packages of dear changed"):
        run(recipe)
    for report in (artifact.path / "shards").glob("*.json"):
        report.unlink()
    assert statuses(by_name(run(recipe)))["out"] == "ran"


def test_only_dear_results_can_be_blessed(shop: Workshop) -> None:
    recipe = shop.recipe(out=node("dear"), after=node("shout", needs="out"))
    with pytest.raises(ConfigError, match="there is no store at "):
        bless(recipe, "out")
    run(recipe, only="src")
    with pytest.raises(ConfigError, match="out: there is no result to bless; run first"):
        bless(recipe, "out")
    run(recipe)
    with pytest.raises(ConfigError, match="after: shout is cheap, its code is in its key"):
        bless(recipe, "after")


def test_why_names_what_changed(shop: Workshop) -> None:
    run(shop.recipe(out=node("shout")))
    assert why(shop.recipe(out=node("shout")), "out")[0].startswith("out is reused: its key ")
    other = shop.recipe(out=node("shout", mark="?"))
    assert why(other, "out")[-1] == "config.mark: (default) -> ?"
    assert why(shop.recipe(new=node("shout", mark="#")), "new")[-1] == "no earlier run of this recipe has this node"


if __name__ == "__main__":
    main(*sys.argv[1:])
