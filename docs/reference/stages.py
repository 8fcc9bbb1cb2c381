"""docs/stages.md: every stage with its options."""

from collections.abc import Mapping

from reference import fields

from pipeline.discovery import discover
from pipeline.schema import Record
from pipeline.stage import SHAPES, Stage

PAGE = "stages.md"
HEAD = (
    "# Stages\n\nEvery stage with its shape, the rows it takes and makes, its version and its options, which a recipe "
    "writes below `with:` ([recipes, key by key](recipe.md)). The columns of the rows are in [rows](rows.md).\n"
)


def page(homes: Mapping[type, str]) -> str:
    kinds = discover(["stages"])
    return "\n".join([HEAD, *(_section(kinds[name], homes) for name in sorted(kinds))])


def _section(kind: type[Stage], homes: Mapping[type, str]) -> str:
    shape = next(shape.__name__ for shape in SHAPES if issubclass(kind, shape))
    taken, made = _rows(kind.row_in), _rows(kind.row_out)
    lines = [f"## {kind.uses()}\n", f"{shape}, {taken} -> {made}, version {kind.version}.\n", fields.prose(kind)]
    for title, roles in (("Side inputs", kind.side_inputs), ("Optional side inputs", kind.optional_side)):
        if roles:
            told = ", ".join(f"`{role}` ({what.__name__})" for role, what in roles.items())
            lines.append(f"\n{title}: {told}.")
    found = fields.options(kind, homes)
    lines += ["", *fields.table(found)] if found else ["\nNo options."]
    return "\n".join(lines) + "\n"


def _rows(record: type[Record] | None) -> str:
    if record is None:
        return "-"
    return "any rows" if record is Record else f"[{record.__name__}](rows.md#{record.__name__.lower()})"
