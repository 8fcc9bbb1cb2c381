"""The help of every command: in a group, with examples that the command line understands."""

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from tracemill.cli import application
from tracemill.examples import EXAMPLES, GROUPS

TREE: Any = typer.main.get_command(application())


def walk(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for name, inner in command.commands.items():
        yield from walk(inner, (*path, name)) if hasattr(inner, "commands") else [(" ".join((*path, name)), inner)]


COMMANDS = dict(walk(TREE))


def test_every_command_stands_in_a_group_and_has_examples() -> None:
    assert set(EXAMPLES) == set(COMMANDS)
    grouped = {path for paths in GROUPS.values() for path in paths}
    assert grouped == {path for path in COMMANDS if " " not in path}


@pytest.mark.parametrize("path", sorted(COMMANDS))
def test_examples_are_understood(path: str) -> None:
    for line in EXAMPLES[path]:
        words = shlex.split(re.split(r" > ", line)[0])
        begin = words.index("tracemill") + 1 + len(path.split())
        assert words[begin - len(path.split()) : begin] == path.split()
        COMMANDS[path].make_context(path, words[begin:])  # exits with the usage where it is not understood


def test_help_shows_them_below_the_options() -> None:
    shown = CliRunner().invoke(application(), ["train", "rl", "--help"]).output
    assert shown.index("--resume") < shown.index("Examples:") < shown.index("torchrun --nproc-per-node")


def test_the_beginning_tells_groups_and_exit_codes() -> None:
    shown = CliRunner().invoke(application(), []).output
    assert shown.index("Begin") < shown.index("init") < shown.index("Run recipes") < shown.index("Exit codes")


def test_the_version() -> None:
    shown = CliRunner().invoke(application(), ["--version"])
    assert (shown.exit_code, re.fullmatch(r"tracemill \d+\.\d+\.\d+\n", shown.output) is not None) == (0, True)
