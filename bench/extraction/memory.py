"""Memory over a large web archive: does one worker stay flat, however much it reads?

    python -m bench.extraction.memory [--quick] [--json OUT]

The archive is made of the real pages in TRACEMILL_DATA, each time with other numbers in its text, put into a temporary
folder and removed again: 5 GB of records, in gzip members of level 1. The engine takes it through `read_warc` and
`extract_qa`, each in a process of its own that is driver and worker in one. Printed is the peak of resident memory, and
the peak that was reached half-way: where the two agree, memory does not grow with the archive.
"""

import argparse
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from bench.demo import PeakMemory
from stages._warc import captures
from stages._warc_records import Capture

ROOT = Path(__file__).resolve().parents[2]
FULL_BYTES, QUICK_BYTES = 5_000_000_000, 200_000_000
_MAX_PAGE_BYTES = 5_000_000
_TEXT_NUMBER = re.compile(rb"(>[^<0-9]*)(\d{1,9})")
_SAMPLE_S = 0.25
# As `tracemill run --only`, without the page of samples it writes at the end.
_RUN = """
import sys
from pipeline.config import load_config
from pipeline.session import run
run(load_config(sys.argv[1]), only=sys.argv[2])
"""


@dataclass(frozen=True)
class Page:
    url: str
    http: bytes
    body: bytes


@dataclass(frozen=True)
class Reading:
    """Bytes of resident memory of a process with its children."""

    half_way: int
    peak: int
    seconds: float


def real_pages(data: Path) -> Iterator[Page]:
    """Every response of the archives, and every page file."""
    for path in sorted((data / "warc").glob("*.warc.gz")):
        for found in captures(path, 0, path.stat().st_size, limit=_MAX_PAGE_BYTES):
            if isinstance(found, Capture):
                _, _, block = found.data.partition(b"\r\n\r\n")
                http, blank, body = block.partition(b"\r\n\r\n")
                yield Page(found.url, http + blank, body)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    for path in sorted((data / "html").rglob("*.html.gz")):
        yield Page(f"http://pages.example/{path.parent.name}/{path.name}", head, gzip.decompress(path.read_bytes()))


def write_archive(path: Path, pages: list[Page], size: int) -> int:
    """Records of about `size` bytes together, no two alike; the number of records."""
    written = records = 0
    with path.open("wb") as file:
        while written < size:
            page = pages[records % len(pages)]
            record = record_of(page, records // len(pages), records)
            file.write(gzip.compress(record, compresslevel=1, mtime=0))
            written += len(record)
            records += 1
    return records


def record_of(page: Page, round_: int, number: int) -> bytes:
    body = page.body
    if not body.startswith(b"\x1f\x8b"):
        body = _TEXT_NUMBER.sub(lambda found: found[1] + b"%d" % (int(found[2]) + round_), body)
        body += b"<!-- %d -->" % number
    block = page.http + body
    joint = "&" if "?" in page.url else "?"
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {page.url}{joint}copy={number}\r\n"
        f"WARC-Record-ID: <urn:bench:{number}>\r\nWARC-Date: 2025-01-01T00:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode("utf-8", "replace") + block + b"\r\n\r\n"


def run_node(recipe: Path, node: str) -> Reading:
    """One node in a process of its own; a failure prints what it said and ends the benchmark."""
    command = [sys.executable, "-c", _RUN, str(recipe), node]
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=said)
        memory = PeakMemory(process.pid)
        memory.start()
        peaks = [0]
        while process.poll() is None:
            peaks.append(memory.peak)
            time.sleep(_SAMPLE_S)
        if process.returncode:
            said.seek(0)
            sys.exit(f"{node} failed: {said.read()}")
    return Reading(half_way=peaks[len(peaks) // 2], peak=memory.peak, seconds=time.monotonic() - started)


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    """Figures `peak_mb` and `half_way_mb`, of the worse node, and those of each."""
    pages = [*real_pages(Path(os.environ["TRACEMILL_DATA"]))]
    size = QUICK_BYTES if quick else FULL_BYTES
    folder = Path(tempfile.mkdtemp(prefix="tracemill-memory-"))
    try:
        archive = folder / "pages.warc.gz"
        records = write_archive(archive, pages, size)
        recipe = _recipe(folder, archive)
        readings = {node: run_node(recipe, node) for node in ("pages", "qa")}
        packed = archive.stat().st_size
    finally:
        shutil.rmtree(folder)
    figures = {"memory_archive_mb": size / 1e6, "memory_archive_packed_mb": packed / 1e6}
    for node, reading in readings.items():
        figures[f"memory_{node}_half_way_mb"] = reading.half_way / 1e6
        figures[f"memory_{node}_peak_mb"] = reading.peak / 1e6
    figures["half_way_mb"] = max(reading.half_way for reading in readings.values()) / 1e6
    figures["peak_mb"] = max(reading.peak for reading in readings.values()) / 1e6
    lines = [f"archive {size / 1e6:,.0f} MB in {records:,} records, {packed / 1e6:,.0f} MB packed"]
    lines += [
        f"{node:<6} half-way {one.half_way / 1e6:6.0f} MB   peak {one.peak / 1e6:6.0f} MB   {one.seconds:6.0f} s"
        for node, one in readings.items()
    ]
    return figures, lines


def _recipe(folder: Path, archive: Path) -> Path:
    path = folder / "recipe.yaml"
    nodes = {
        "pages": {"uses": "read_warc", "with": {"paths": [str(archive)], "source": "bench"}},
        "qa": {"uses": "extract_qa", "needs": "pages"},
    }
    recipe = {"name": "memory", "store": str(folder / "store"), "exports": str(folder / "exports"), "nodes": nodes}
    path.write_text(yaml.safe_dump(recipe))
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="200 MB instead of 5 GB")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    if "TRACEMILL_DATA" not in os.environ:
        parser.error("TRACEMILL_DATA must name the folder with the public data sets")
    figures, lines = measure(quick=options.quick)
    print("\n".join(lines))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
