"""The command line: assembles the rooms' commands and turns errors into one message and an exit code.

Exit codes: 0 done (or the reader of a pipe has left), 1 failed or found something wrong, 2 wrong recipe or usage, 130
interrupted, 129 or 143 ended by SIGHUP or SIGTERM: the same command goes on.
"""

import errno
import gc
import os
import sys
from typing import Annotated

import typer
from typer.models import CommandInfo

from tracemill.examples import GROUPS, below
from tracemill.rooms import ShadowedRoomError, check_rooms

_INTERRUPTED = 130
# Modules and syntax trees are very many objects that all stay: collected at Python's own threshold, garbage that is not
# there takes a quarter of the time in which a recipe is opened.
_OBJECTS = 20_000
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def main() -> None:
    """Entry point of the `tracemill` command."""
    gc.set_threshold(_OBJECTS)
    try:
        check_rooms()
    except ShadowedRoomError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(2)
    sys.exit(_run())


def _run() -> int:
    from pipeline.errors import ConfigError, TracemillError
    from pipeline.stopping import kept, said, stoppable

    try:
        try:
            with stoppable():
                application()()
        finally:
            sys.stdout.flush()
    except TracemillError as error:
        from pipeline.redaction import redacted
        from pipeline.terminal import harmless  # loads rich, which a command that ends well may not need

        sys.stderr.write(harmless(redacted(f"error: {error}\n")))
        return 2 if isinstance(error, ConfigError) else 1
    except SystemExit as left:
        if left.code == _INTERRUPTED:  # typer takes the KeyboardInterrupt for itself
            sys.stderr.write(f"interrupted; {kept()}\n")
        sys.stderr.write(said(left.code))
        # How typer leaves when the reader of a pipe has gone, `head` for one: nobody wants the rest.
        if isinstance(left.__context__, BrokenPipeError):
            return _silenced(0)
        raise
    except BrokenPipeError:
        return _silenced(0)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        place = error.filename or "the output"
        sys.stderr.write(
            f"error: {place} cannot be written ({error.strerror}); make room and run the same command again\n"
        )
        return _silenced(1)
    return 0


def _silenced(code: int) -> int:
    """Lets what standard output still holds go nowhere, or Python would fail over it once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    return code


def application() -> typer.Typer:
    """The commands of all rooms, which are imported here and not before they are known to be ours."""
    import pipeline.commands
    import stages.commands
    import trainer.commands
    import verifier.commands
    from tracemill import commands

    app = typer.Typer(
        name="tracemill",
        help="Web pages in, verified reasoning data out: extract, filter, distil, verify, export, train.",
        epilog=" ".join((__doc__ or "").rpartition("\n\n")[2].split()),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    app.callback(no_args_is_help=True)(_options)
    for room in (pipeline.commands, stages.commands, verifier.commands, trainer.commands, commands):
        room.register(app)
    _arrange(app)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"tracemill {version('tracemill')}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_print_version),
    ] = False,
) -> None:
    """Options without a command."""


def _arrange(app: typer.Typer) -> None:
    """Puts the commands into their groups, in the order of those, each with its examples below its help."""
    order = {path: (title, place) for title, paths in GROUPS.items() for place, path in enumerate(paths)}
    titles = list(GROUPS)

    def place(command: CommandInfo) -> tuple[int, int]:
        title, number = order[_path(command)]
        return titles.index(title), number

    app.registered_commands.sort(key=place)
    for command in app.registered_commands:
        command.rich_help_panel, command.epilog = order[_path(command)][0], below(_path(command))
    for group in app.registered_groups:
        group.rich_help_panel = titles[-1]
        for command in group.typer_instance.registered_commands if group.typer_instance else ():
            command.epilog = below(f"{group.name} {_path(command)}")


def _path(command: CommandInfo) -> str:
    assert command.callback is not None
    return command.name or command.callback.__name__.replace("_", "-")


if __name__ == "__main__":
    main()
