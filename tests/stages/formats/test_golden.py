"""What each exporter writes for one version that never changes, compared as it stands in `golden/`.

After a change that is meant: `TRACEMILL_WRITE_GOLDEN=1 pytest tests/stages/formats/test_golden.py`, then read the diff.
Parquet files are compared by their schema and rows, for their bytes depend on the release of pyarrow.
"""

import json
import os
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from stages._formats import export_version
from stages._formats.exporting import TRAINERS, form_of
from tests.stages.formats.version import write_version

GOLDEN = Path(__file__).parent / "golden"
STYLES = [(trainer, style) for trainer in TRAINERS for style in form_of(trainer).styles]


def plain(path: Path) -> str:
    """A file as text that tells everything a trainer can see of it."""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        columns = [f"{field.name}: {field.type}" for field in table.schema]
        rows = [json.dumps(row, ensure_ascii=False) for row in table.to_pylist()]
        return "\n".join([*columns, "", *rows]) + "\n"
    if path.name == "export.json":
        facts = json.loads(path.read_text("utf-8"))
        return json.dumps(facts | {"files": sorted(facts["files"])}, indent=1, ensure_ascii=False) + "\n"
    return path.read_text("utf-8")


@pytest.mark.parametrize(("trainer", "style"), STYLES)
def test_an_export_is_what_it_was(tmp_path: Path, trainer: str, style: str) -> None:
    made = export_version(write_version(tmp_path / "v0001"), trainer, tmp_path / "out", style=style)
    found = {
        path.relative_to(made.path).as_posix() + (".txt" if path.suffix == ".parquet" else ""): plain(path)
        for path in sorted(made.path.rglob("*"))
        # Reward files are tested beside their sources.
        if path.is_file() and not path.name.endswith("_reward.py")
    }
    golden = GOLDEN / trainer / style
    if os.environ.get("TRACEMILL_WRITE_GOLDEN"):
        shutil.rmtree(golden, ignore_errors=True)
        for name, text in found.items():
            (golden / name).parent.mkdir(parents=True, exist_ok=True)
            (golden / name).write_text(text, "utf-8")
    wanted = {
        path.relative_to(golden).as_posix(): path.read_text("utf-8") for path in golden.rglob("*") if path.is_file()
    }
    assert found == wanted


def test_every_exporter_has_golden_files_and_none_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(TRAINERS)
