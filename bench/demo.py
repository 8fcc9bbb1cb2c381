"""Times `make demo` as a new user sees it: a fresh clone, a fresh virtual environment, an empty store.

    python bench/demo.py [--json OUT] [--quick] [--keep]

Prints install time, run time, second run, and the peak memory of all processes together. `--quick` uses the present
checkout and environment. Nothing but the standard library, so that it runs before anything is installed.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE_S = 0.25


class PeakMemory(threading.Thread):
    """Samples the resident memory of a process and all its descendants; shared pages count for each of them."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.peak = 0

    def run(self) -> None:
        while Path(f"/proc/{self.pid}").exists():
            self.peak = max(self.peak, sum(resident(pid) for pid in family(self.pid)))
            time.sleep(SAMPLE_S)


def family(pid: int) -> list[int]:
    family, todo = [], [pid]
    while todo:
        parent = todo.pop()
        family.append(parent)
        for path in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                todo += [int(child) for child in path.read_text().split()]
            except OSError:
                continue  # the thread ended between listing and reading
    return family


def resident(pid: int) -> int:
    return occupied(pid)[0]


def occupied(pid: int) -> tuple[int, int]:
    """Bytes resident, and how many of them are its own: not pages of mapped files, which the system takes back."""
    try:
        pages, mapped = map(int, Path(f"/proc/{pid}/statm").read_text().split()[1:3])
    except (OSError, ValueError):
        return 0, 0
    return pages * 4096, (pages - mapped) * 4096


def timed(command: list[str], cwd: Path) -> tuple[float, int, str]:
    """Wall seconds, peak bytes and standard output of a command; exits with its code when it fails."""
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, text=True)
    memory = PeakMemory(process.pid)
    memory.start()
    output, _ = process.communicate()
    if process.returncode:
        sys.stderr.write(output)
        sys.exit(process.returncode)
    return time.monotonic() - started, memory.peak, output


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--quick", action="store_true", help="this checkout and environment instead of fresh ones")
    parser.add_argument("--keep", action="store_true", help="keep the fresh clone")
    options = parser.parse_args()
    clone = ROOT if options.quick else Path(tempfile.mkdtemp(prefix="tracemill-demo-")) / "tracemill"
    if not options.quick:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    try:
        figures, output = measure(clone)
    finally:
        if not options.quick and not options.keep:
            shutil.rmtree(clone.parent)
    sys.stdout.write(output)
    sys.stdout.write("\n".join(f"{name:<18} {value:10.1f}" for name, value in figures.items()) + "\n")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


def measure(clone: Path) -> tuple[dict[str, float], str]:
    """The figures, and what the demo printed."""
    figures: dict[str, float] = {}
    figures["install_s"], _, _ = timed(["make", "install"], clone)
    figures["demo_s"], peak, output = timed(["make", "demo"], clone)
    figures["demo_peak_mb"] = peak / 1e6
    figures["demo_again_s"], _, _ = timed(["make", "demo"], clone)
    recipe = [".venv/bin/tracemill", "run", "configs/demo.yaml", "--json"]
    figures["run_again_s"], _, listed = timed(recipe, clone)
    figures["run_again_reused"] = sum(node["status"] == "reused" for node in json.loads(listed)["nodes"].values())
    return figures, output


if __name__ == "__main__":
    main()
