"""How much of a forum page's main content is found, and how much else: F1 of its words against gold text.

    python bench/extraction/forum.py [--verbose]

The 44 pages of magic-html's forum set with the gold text of its authors. F1 is that of the multisets of words (each
Chinese, Japanese or Korean character counts as one), per page, then the mean. Rules are written on the pages whose
name begins with a hexadecimal digit below 8; the figure is that of the others, of which nothing is ever shown.
"""

import argparse
import gzip
import json
import os
import re
import statistics
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import trafilatura
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import bytes_to_str, detect_encoding

from stages._main_content import main_spans
from stages._page_reader import read_page
from stages._threads import find_threads

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


@dataclass(frozen=True)
class GoldPage:
    name: str
    html: str
    gold: str

    @property
    def is_held_out(self) -> bool:
        return int(self.name[0], 16) >= 8


def gold_pages(data: Path) -> list[GoldPage]:
    rows = json.loads(gzip.decompress((data / "html" / "magic_html_forum_base.json.gz").read_bytes()))
    return [
        GoldPage(name, _decoded(data / "html" / "magic_html_forum" / f"{name}.html.gz"), row["content"])
        for name, row in sorted(rows.items())
    ]


def _decoded(path: Path) -> str:
    body = gzip.decompress(path.read_bytes())
    return str(bytes_to_str(body, detect_encoding(body, from_html_meta=True) or "utf-8"))


def word_f1(text: str, gold: str) -> float:
    """F1 of two multisets of words, 0 to 1."""
    found, wanted = Counter(_WORD.findall(text.lower())), Counter(_WORD.findall(gold.lower()))
    common = (found & wanted).total()
    return 2 * common / (found.total() + wanted.total()) if common else 0.0


def main_text(html: str) -> str:
    page = read_page(html)
    if page is None:
        return ""
    return "\n".join(page.cut(span) for span in main_spans(page, find_threads(page), html))


PEERS: Mapping[str, Callable[[str], str]] = {
    "ours": main_text,
    "trafilatura": lambda html: trafilatura.extract(html) or "",
    "trafilatura favor_recall": lambda html: trafilatura.extract(html, favor_recall=True) or "",
    "resiliparse main": lambda html: extract_plain_text(html, main_content=True),
    "resiliparse main + comments": lambda html: extract_plain_text(html, main_content=True, comments=True),
}


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    """Figures `forum_f1` and `trafilatura_forum_f1` (held-out pages) and a table of both halves."""
    pages = gold_pages(Path(os.environ["TRACEMILL_DATA"]))
    halves = {False: "written on", True: "held out"}
    lines = [f"{'main content of forum pages, F1':<34}{'written on':>12}{'held out':>12}"]
    means: dict[tuple[str, bool], float] = {}
    for name, extract in PEERS.items():
        for held in halves:
            means[name, held] = statistics.fmean(
                word_f1(extract(page.html), page.gold) for page in pages if page.is_held_out == held
            )
        lines.append(f"{name:<34}{means[name, False]:>12.3f}{means[name, True]:>12.3f}")
    counts = Counter(page.is_held_out for page in pages)
    lines.append(f"{'pages':<34}{counts[False]:>12}{counts[True]:>12}")
    return {
        "forum_f1": means["ours", True],
        "forum_f1_written_on": means["ours", False],
        "trafilatura_forum_f1": means["trafilatura", True],
        "resiliparse_forum_f1": means["resiliparse main", True],
    }, lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--verbose", action="store_true", help="each page that the rules were written on")
    options = parser.parse_args()
    if options.verbose:
        for page in gold_pages(Path(os.environ["TRACEMILL_DATA"])):
            if not page.is_held_out:
                scores = "  ".join(f"{word_f1(extract(page.html), page.gold):.3f}" for extract in PEERS.values())
                print(f"{page.name[:10]}  {scores}")
    print("\n".join(measure()[1]))


if __name__ == "__main__":
    main()
