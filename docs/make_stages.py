"""Writes docs/stages.md from the stages themselves: `python docs/make_stages.py`."""

import dataclasses
import inspect
from pathlib import Path

from pipeline.discovery import discover
from pipeline.stage import SHAPES, Stage

PAGE = Path(__file__).parent / "stages.md"
HEAD = "# Stages\n\nMade from the code by `python docs/make_stages.py`.\n"


def page() -> str:
    """The whole page."""
    kinds = discover(["stages"])
    return "\n".join([HEAD, *(_section(kinds[name]) for name in sorted(kinds))])


def _section(kind: type[Stage]) -> str:
    shape = next(shape.__name__ for shape in SHAPES if issubclass(kind, shape))
    rows = [record.__name__ if record else "-" for record in (kind.row_in, kind.row_out)]
    lines = [f"## {kind.uses()}\n", f"{shape}, {rows[0]} -> {rows[1]}, version {kind.version}.\n"]
    lines.append(inspect.getdoc(kind) or "")
    for title, roles in (("Side inputs", kind.side_inputs), ("Optional side inputs", kind.optional_side)):
        if roles:
            lines.append(
                f"\n{title}: " + ", ".join(f"`{role}` ({what.__name__})" for role, what in roles.items()) + "."
            )
    options = [_option(field) for field in dataclasses.fields(kind)]  # type: ignore[arg-type]
    lines += ["", "| option | type | default |", "|---|---|---|", *options] if options else ["\nNo options."]
    return "\n".join(lines) + "\n"


def _option(field: "dataclasses.Field[object]") -> str:
    default = "required"
    if field.default is not dataclasses.MISSING:
        default = f"`{field.default!r}`"
    elif field.default_factory is not dataclasses.MISSING:
        default = f"`{field.default_factory()!r}`"
    kind = inspect.formatannotation(field.type).replace("pathlib.", "")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in (f"`{field.name}`", kind, default)) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
