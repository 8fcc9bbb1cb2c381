"""An installation as a user without a GPU has it: a virtual environment with tracemill from its wheel.

Building the wheel is real. What tracemill needs is not fetched again: the environment's packages are links to those
that the tests run with, without vLLM, which `tracemill[train]` does not bring, and without the checkout.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SOURCES = (
    "pipeline",
    "stages",
    "verifier",
    "teachers",
    "trainer",
    "tracemill",
    "pyproject.toml",
    "README.md",
    "LICENSE",
)
LEFT_OUT = re.compile(r"tracemill|__editable__|vllm|_virtualenv|__pycache__|distutils-precedence", re.IGNORECASE)
LIMIT_S = 1800.0


@dataclass(frozen=True)
class Installed:
    folder: Path
    wheel: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def packages(self) -> Path:
        return next((self.folder / "lib").glob("python*/site-packages"))

    def environment(self, **more: str) -> dict[str, str]:
        """Nothing of the checkout, nothing of whoever runs the tests that a stranger would not have."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "HF_", "TRACEMILL"))
        }
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return kept | {"PATH": path, "VIRTUAL_ENV": str(self.folder)} | more

    def bash(self, script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        """What one types, in `folder`."""
        return subprocess.run(
            ["bash", "-c", script],
            cwd=folder,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )


def install(folder: Path) -> Installed:
    wheel = _wheel(folder)
    home = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    installed = Installed(home, wheel)
    for name in ("purelib", "platlib"):
        for entry in Path(sysconfig.get_path(name)).iterdir():
            link = installed.packages / entry.name
            if not LEFT_OUT.match(entry.name) and not link.exists():
                link.symlink_to(entry)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(installed.python),
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
    ]
    subprocess.run([*pip, str(wheel)], check=True)
    return installed


def _wheel(folder: Path) -> Path:
    """Built from a copy, since setuptools leaves a `build` beside its sources and takes up what it finds there."""
    copy = folder / "source"
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            copy.mkdir(exist_ok=True)
            shutil.copy2(source, copy / name)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(folder),
        str(copy),
    ]
    subprocess.run(command, check=True)
    shutil.rmtree(copy)
    return next(folder.glob("tracemill-*.whl"))


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as opened:
        return set(opened.namelist())
