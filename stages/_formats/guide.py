"""The README of an export: what it holds and the lines that train on it."""

from collections.abc import Mapping
from typing import Any

from stages._formats.form import Form, Made


def readme(form: Form, made: Made, told: Mapping[str, Any]) -> str:
    """`told` is what `export.json` says, but for the files."""
    title = f"# {made.name} {told['version']} for {form.name}"
    origin = (
        f"The {told['view']} view, made by tracemill; the format was checked against {form.checked}. `export.json` "
        f"names the version by its digest and proves the files."
    )
    lines = [form.lines(kind, made).strip() for kind in made.files]
    return "\n\n".join([title, origin, "\n".join(_contents(made, told)), *lines, form.notes.strip()]) + "\n"


def _contents(made: Made, told: Mapping[str, Any]) -> list[str]:
    rows, left_out = told["rows"], told["left_out"]
    lines = [f"- `{file}`: {_rows(rows[kind][split])}" for kind, of in made.files.items() for split, file in of.items()]
    lines += [f"- no rows for {kind} in this view" for kind in rows if kind not in made.files]
    for kind, reasons in left_out.items():
        counts = ", ".join(f"{count:,} of {split}" for split, count in reasons["too_long"].items())
        lines.append(f"- left out of {kind} as too long: {counts}")
    return lines


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
