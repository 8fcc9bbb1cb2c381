"""A user's own files beside the command: which ones stand in the way, and what is said."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENTRY = "import sys; sys.argv[0] = 'tracemill'; from tracemill.cli import main; main()"


def python(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A Python started in `folder`, which it searches first; the product comes from the checkout."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def module(name: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / f"{name}.py"
        path.write_text("mine = True\n")
        return path

    return write


def package(folder: Path) -> Path:
    path = folder / "trainer" / "__init__.py"
    path.parent.mkdir()
    path.write_text("")
    return path


DECOYS = pytest.mark.parametrize(
    "decoy", [module("pipeline"), module("stages"), package], ids=["file", "late", "folder"]
)


@DECOYS
@pytest.mark.parametrize("words", [("-m", "tracemill", "--help"), ("-c", ENTRY, "--help")], ids=["module", "entry"])
def test_the_command_names_the_file_in_the_way(
    tmp_path: Path, decoy: Callable[[Path], Path], words: tuple[str, ...]
) -> None:
    path = decoy(tmp_path)
    done = python(tmp_path, *words)
    assert (done.returncode, done.stdout) == (2, "")
    name = path.parent.name if path.stem == "__init__" else path.stem
    assert done.stderr == (
        f"error: tracemill's package {name!r} is shadowed by {path}; rename that or run from another folder\n"
    )


@DECOYS
def test_the_import_names_the_file_in_the_way(tmp_path: Path, decoy: Callable[[Path], Path]) -> None:
    path = decoy(tmp_path)
    done = python(tmp_path, "-c", "try:\n  from tracemill import run\nexcept ImportError as error: print(error)")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"is shadowed by {path}; rename that" in done.stdout


@DECOYS
def test_the_verifier_works_beside_files_that_it_does_not_need(tmp_path: Path, decoy: Callable[[Path], Path]) -> None:
    decoy(tmp_path)
    done = python(tmp_path, "-c", "from tracemill import Gold, Grader, verify; print(verify('1', '1').outcome)")
    assert (done.stdout, done.stderr) == ("correct\n", "")


def test_the_verifier_names_the_file_in_its_own_way(tmp_path: Path) -> None:
    path = module("verifier")(tmp_path)
    done = python(tmp_path, "-c", "try:\n  from tracemill import Grader\nexcept ImportError as error: print(error)")
    assert f"is shadowed by {path}; rename that" in done.stdout


@pytest.mark.parametrize("words", ["from tracemill import rewards", "import tracemill; rewards = tracemill.rewards"])
def test_rewards_are_loaded_without_torch_or_name_the_file_in_the_way(tmp_path: Path, words: str) -> None:
    tell = f"{words}\nimport sys; print(rewards.cosine(True, 0, max_length=10), 'torch' in sys.modules)"
    assert python(tmp_path, "-c", tell).stdout == "2.0 False\n"
    for decoy in (package, module("trainer")):
        path = decoy(tmp_path)
        done = python(tmp_path, "-c", f"try:\n  {words}\nexcept ImportError as error: print(error)")
        assert f"is shadowed by {path}; rename that" in done.stdout
        path.unlink()
        if path.parent != tmp_path:
            path.parent.rmdir()


def test_a_console_script_does_not_look_beside_the_user(tmp_path: Path) -> None:
    module("pipeline")(tmp_path)
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin" / "tracemill"
    script.write_text("from tracemill.cli import main\nmain()\n")
    done = python(tmp_path, str(script), "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "doctor" in done.stdout


def test_a_clean_folder_is_no_trouble(tmp_path: Path) -> None:
    assert python(tmp_path, "-c", "from tracemill.cli import main; main()", "--help").returncode == 0
    names = python(tmp_path, "-c", "from tracemill import *; print(RowStage.uses(), verify('1', '1').outcome)")
    assert names.stdout == "row_stage correct\n"
