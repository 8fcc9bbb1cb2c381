"""docs/commands.md: every command with its arguments and options."""

import inspect
from collections.abc import Iterator
from typing import Any

import typer
from reference import fields

from tracemill import cli

PAGE = "commands.md"
HEAD = """\
# Commands

Every command of `tracemill`; `tracemill COMMAND --help` tells the same. With `--json`, and some where their output is
piped, they print JSON to standard output and everything else to standard error.
"""


def tree() -> Any:
    """The whole command line as typer builds it."""
    return typer.main.get_command(cli.application())


def walk(command: Any, path: tuple[str, ...] = ("tracemill",)) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, with the words that call it."""
    for name, inner in getattr(command, "commands", {}).items():
        if hasattr(inner, "commands"):
            yield from walk(inner, (*path, name))
        else:
            yield (*path, name), inner


def page() -> str:
    root = tree()
    found = [(path, command) for path, command in walk(root) if not command.hidden]
    codes = next(part for part in inspect.cleandoc(cli.__doc__ or "").split("\n\n") if part.startswith("Exit codes"))
    lines = [HEAD, f"{codes}\n", *_overview(found), "\n## tracemill\n", f"{inspect.cleandoc(root.help or '')}\n"]
    lines += _usage(("tracemill",), root)
    for path, command in found:
        lines += ["", f"## {' '.join(path)}\n", f"{inspect.cleandoc(command.help or '')}\n", *_usage(path, command)]
        lines += _examples(command)
    return "\n".join(lines) + "\n"


def _overview(found: list[tuple[tuple[str, ...], Any]]) -> Iterator[str]:
    """Command by command in the order of `--help`, where each group begins with its name."""
    yield from ("| | command | what it does |", "|---|---|---|")
    groups = set[str]()
    for path, command in found:
        group = command.rich_help_panel or "Train and evaluate"
        name = "" if group in groups else group
        groups.add(group)
        yield f"| {name} | [`{' '.join(path[1:])}`](#{'-'.join(path)}) | {_summary(command)} |"


def _examples(command: Any) -> Iterator[str]:
    lines = [line.strip() for line in (command.epilog or "").splitlines() if line.strip().startswith("tracemill ")]
    if lines:
        yield from ("\n```", *lines, "```")


def _summary(command: Any) -> str:
    return fields.cell(inspect.cleandoc(command.help or "").partition("\n\n")[0])


def _usage(path: tuple[str, ...], command: Any) -> Iterator[str]:
    shown = [one for one in command.params if not one.hidden]
    arguments = [one for one in shown if one.param_type_name == "argument"]
    wanted = [one for one in shown if one.param_type_name == "option" and one.required]
    words = [*map(_argument, arguments), *(f"{one.opts[0]} {_placeholder(one)}" for one in wanted)]
    words += ["COMMAND"] if hasattr(command, "commands") else []
    yield from ("```", " ".join([*path, *words, "[OPTIONS]"]), "```\n")
    yield from ("| argument or option | value | default | meaning |", "|---|---|---|---|")
    for one in shown:
        name = _argument(one) if one in arguments else ", ".join(one.opts + one.secondary_opts)
        yield f"| `{name}` | {_value(one)} | {_default(one)} | {fields.cell(one.help or '')} |"


def _argument(one: Any) -> str:
    word: str = one.metavar or one.name.upper()
    word = word if one.required or word.startswith("[") else f"[{word}]"
    return word if one.nargs == 1 else f"{word}..."


def _placeholder(one: Any) -> str:
    return str(one.metavar or one.name.strip("_").upper())


def _value(one: Any) -> str:
    if getattr(one, "is_flag", False):
        return "flag"
    kind = fields.spelled(one.type_descriptor.annotation, {})
    least = f", at least {one.min:g}" if one.min is not None else ""
    return f"{kind}{least}"


def _default(one: Any) -> str:
    if one.required:
        return "required"
    if isinstance(one.show_default, str):
        return f"`{one.show_default}`"
    if getattr(one, "is_flag", False) and not one.secondary_opts:
        return ""
    return "" if one.default is None else f"`{fields.written(one.default)}`"
