"""Pages a second on one core, formulas kept, against other extractors on the same pages in the same run.

    python -m bench.extraction.speed [--pages N]

Ours is what the stage `html_to_text` does with a page in its process: text, formulas, threads, main content. Seconds
are those of the processor. Some of the pages were collected because extractors hang on them, so the figure of all
pages says how a crawl fares and the median that of an ordinary page. Ours does not run in its sandbox here;
`bench/sandbox.py` measures what that adds.
"""

import argparse
import gzip
import os
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import trafilatura
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import bytes_to_str, detect_encoding

from bench.rows import document
from pipeline.stage import Reject
from stages.extract_qa import ExtractQa
from stages.html_to_text import HtmlToText
from stages.records import Document

QUICK = 60
OURS = "ours: html_to_text"
PAIRS = "ours: extract_qa"
TRAFILATURA = "trafilatura"


def _document(html: str) -> Document:
    return document("page", url="https://example.org/", html=html, language="en")


def _extractors() -> Mapping[str, Callable[[str], object]]:
    to_text, to_pairs = HtmlToText(), ExtractQa()
    return {
        OURS: lambda html: to_text.process(_document(html)),
        PAIRS: lambda html: to_pairs.process(_document(html)),
        TRAFILATURA: trafilatura.extract,
        "trafilatura favor_recall": lambda html: trafilatura.extract(html, favor_recall=True),
        "resiliparse main content": lambda html: extract_plain_text(html, main_content=True),
    }


def pages(data: Path, count: int | None = None) -> list[str]:
    """The real pages, decoded; `count` of them evenly spread."""
    files = sorted((data / "html").glob("*/*.html.gz"))
    step = max(1, len(files) // count) if count else 1
    bodies = (gzip.decompress(path.read_bytes()) for path in files[::step])
    return [str(bytes_to_str(body, detect_encoding(body, from_html_meta=True) or "utf-8")) for body in bodies]


def measure(*, quick: bool = False, count: int | None = None) -> tuple[dict[str, float], list[str]]:
    """Figures `pages_per_s_core`, `speedup_vs_trafilatura` (all pages) and `.._median` (the ordinary page)."""
    texts = pages(Path(os.environ["TRACEMILL_DATA"]), count or (QUICK if quick else None))
    extractors = _extractors()
    seconds: dict[str, list[float]] = {name: [] for name in extractors}
    for html in texts:  # one page after the other by all, so that a busy machine is busy for all
        for name, extract in extractors.items():
            started = time.process_time()
            extract(html)
            seconds[name].append(time.process_time() - started)
    kilobytes = statistics.fmean(len(html.encode("utf-8", "replace")) for html in texts) / 1e3
    lines = [
        f"{len(texts)} real pages, {kilobytes:.0f} kB on average",
        f"{'':<28}{'pages/s':>9}{'times':>7}{'median ms':>11}{'times':>7}",
    ]
    base = sum(seconds[TRAFILATURA]), statistics.median(seconds[TRAFILATURA])
    for name, each in seconds.items():
        total, median = sum(each), statistics.median(each)
        lines.append(
            f"{name:<28}{len(each) / total:>9.0f}{base[0] / total:>7.1f}{1e3 * median:>11.2f}{base[1] / median:>7.1f}"
        )
    ours = seconds[OURS]
    kept = sum(not isinstance(HtmlToText().process(_document(html)), Reject) for html in texts[:20])
    assert kept, "no page was read"
    return {
        "pages_per_s_core": len(ours) / sum(ours),
        "speedup_vs_trafilatura": base[0] / sum(ours),
        "speedup_vs_trafilatura_median": base[1] / statistics.median(ours),
        "pairs_pages_per_s_core": len(ours) / sum(seconds[PAIRS]),
    }, lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, help="as many of the pages, evenly spread")
    print("\n".join(measure(count=parser.parse_args().pages)[1]))


if __name__ == "__main__":
    main()
