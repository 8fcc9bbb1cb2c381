"""The command line: assembles the rooms' commands and turns errors into one message and an exit code.

Exit codes: 0 done, 1 failed, 2 wrong recipe or usage, 130 interrupted.
"""

import sys

import typer

from tracemill.rooms import ShadowedRoomError, check_rooms


def main() -> None:
    """Entry point of the `tracemill` command."""
    try:
        check_rooms()
    except ShadowedRoomError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(2)
    sys.exit(_run())


def _run() -> int:
    from pipeline.errors import ConfigError, TracemillError

    try:
        application()()
    except TracemillError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2 if isinstance(error, ConfigError) else 1
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; finished work is kept, the same command goes on\n")
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    return 0


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
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    for room in (pipeline.commands, stages.commands, verifier.commands, trainer.commands, commands):
        room.register(app)
    return app


if __name__ == "__main__":
    main()
