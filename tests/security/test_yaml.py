"""YAML that means harm is refused in one message, and in little time and memory; what people write still works."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.errors import ConfigError
from pipeline.yamlfile import MOST_CHARACTERS, parsed, read_mapping
from tests.limits import bounded
from tracemill.audit import audit
from trainer.config import SftConfig
from trainer.errors import TrainConfigError
from trainer.options import load


def laughs(value: str, more: str) -> str:
    """Ten levels, each naming the one below ten times."""
    lines = [f"a: &a {value}"]
    lines += [f"{chr(98 + n)}: &{chr(98 + n)} {more % ','.join([f'*{chr(97 + n)}'] * 10)}" for n in range(9)]
    return "\n".join(lines)


HOSTILE = {
    "aliases that grow": (laughs("[x]", "[%s]"), "more than 20,000 values, aliases written out"),
    "merges that grow": (laughs("{k: 1}", "{<<: [%s]}"), "more than 20,000 values, aliases written out"),
    "an alias in itself": ("a: &a [*a]", "the alias *a stands inside what it names"),
    "a mapping in itself": ("a: &a {b: *a}", "the alias *a stands inside what it names"),
    "brackets": ("a: " + "[" * 100_000, "more than 50 values one in another"),
    "braces": ("{a: " * 5_000, "more than 50 values one in another"),
    "dashes": ("- " * 5_000 + "x", "more than 50 values one in another"),
    "many values": ("a: [" + "1," * 60_000 + "]", "more than 20,000 values"),
    "many keys": ("\n".join(f"k{n}: 1" for n in range(25_000)), "more than 20,000 values"),
    "a long file": ("a: " + "x" * MOST_CHARACTERS, "is longer than 2,000,000 characters"),
    "a long number": ("a: " + "9" * 5_000, "line 1: a number of 5,000 signs"),
    "a number to base 60": ("a: 1" + ":59" * 90_000, "line 1: a number of 270,001 signs"),
    "a float to base 60": ("a: 1" + ":59" * 90_000 + ".5", "line 1: a number of"),
    "a hexadecimal number": ("a: 0x" + "f" * 90_000, "line 1: a number of"),
    "a number beyond 64 bits": ("a: 18446744073709551616", "18446744073709551616 does not fit into 64 bits"),
    "a call": ("a: !!python/object/apply:os.system ['true']", "could not determine a constructor"),
    "a name": ("a: !!python/name:os.system", "could not determine a constructor"),
    "an object": ("a: !!python/object/new:tracemill.Chat {}", "could not determine a constructor"),
    "a tag under another name": ("%TAG ! tag:yaml.org,2002:python/\n---\na: !name:os.system", "could not determine"),
    "a key twice": ("a: 1\na: 2", "key 'a' stands twice in one mapping"),
    "a merge twice": ("a: &a {k: 1}\nb: {<<: *a, <<: *a}", "key '<<' stands twice in one mapping"),
    "a list for a key": ("? [a]\n: 1", "is not valid YAML"),
    "no such day": ("a: 2026-02-31", "day is out of range for month"),
    "a tag that lies": ("a: !!bool maybe", "holds what is no value"),
    "an empty number": ("a: !!int ''", "holds what is no value"),
    "half a surrogate": ('a: "\\ud800"', "half of a surrogate pair"),
    "a sign that is none": ('a: "\\U00110000"', "holds what is no value"),
    "a control character": ("a: \x00", "is not valid YAML"),
    "two documents": ("a: 1\n---\nb: 2", "is not valid YAML"),
    "nothing it names": ("a: *b", "found undefined alias"),
}


@contextmanager
def small() -> Iterator[None]:
    """Bounded in time and memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with bounded():
        yield
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kB


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_yaml_is_refused_in_one_message(tmp_path: Path, what: str) -> None:
    text, message = HOSTILE[what]
    path = tmp_path / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    with small(), pytest.raises(ConfigError) as refused:
        read_mapping(path, "recipe")
    assert message in str(refused.value)
    assert str(refused.value).startswith("recipe")
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("what", ["aliases that grow", "brackets", "a call", "a long number"])
def test_every_file_of_a_user_is_read_by_the_same_reader(tmp_path: Path, what: str) -> None:
    """Recipes, the files they name, overrides, training files and what those extend, a judge's teacher."""
    text, message = HOSTILE[what]
    (evil := tmp_path / "evil.yaml").write_text(text)
    (tmp_path / "recipe.yaml").write_text("nodes: {a: {uses: read_jsonl, with: {file: evil.yaml}}}")
    (tmp_path / "train.yaml").write_text("extends: evil.yaml")
    for refused in (lambda: load_config(evil), lambda: load_config(tmp_path / "recipe.yaml")):
        with pytest.raises(ConfigError, match=r"evil\.yaml") as caught:
            refused()
        assert message in str(caught.value)
    for training in (evil, tmp_path / "train.yaml"):
        with pytest.raises(TrainConfigError) as caught_too:
            load(training, SftConfig)
        assert message in str(caught_too.value)
    with pytest.raises(ConfigError) as caught:
        audit(splits=["dev"], judge=evil, weights=None, with_attacks=False)
    assert message in str(caught.value)


def test_an_override_is_read_by_it_too(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text("nodes: {a: {uses: read_jsonl, with: {paths: []}}}")
    with pytest.raises(ConfigError, match="stands inside what it names"):
        load_config(path, overrides=["a.paths=&a [*a]"])


def test_a_device_is_not_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "recipe.yaml").symlink_to("/dev/zero")
    with pytest.raises(ConfigError, match="longer than"):
        read_mapping(tmp_path / "recipe.yaml", "recipe")


def test_aliases_and_merges_that_people_write_mean_what_they_say() -> None:
    text = "a: &a {k: 1, j: [x, y]}\nb: {<<: *a, k: 3}\nc: *a\nd: {<<: [*a, {m: 9}]}\n"
    assert parsed(text, "recipe") == {
        "a": {"k": 1, "j": ["x", "y"]},
        "b": {"k": 3, "j": ["x", "y"]},
        "c": {"k": 1, "j": ["x", "y"]},
        "d": {"k": 1, "j": ["x", "y"], "m": 9},
    }


def test_all_recipes_that_are_shipped_are_read() -> None:
    paths = sorted((Path(__file__).parents[2] / "configs").rglob("*.yaml"))
    assert len(paths) > 20
    for path in paths:
        assert read_mapping(path, f"{path}")
