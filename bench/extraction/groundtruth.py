"""The formulas that the ground truth of real pages marks: typed ones, and those in TeX in its texts and tables.

A page's truth is a tree of blocks. Formulas in a line of text are nodes of type `equation-inline`, those in a block of
their own `equation-interline`; titles, list items and some paragraphs keep them in the text between delimiters, and
tables are HTML with TeX in the cells. Code and images mark none.
"""

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from bench.extraction.tex import DELIMITED, normalised, styled_groups

# A dollar opens before and closes after what is no space, and none closes before a digit: so prices mark nothing.
BETWEEN_DOLLARS = re.compile(r"\$\$(.+?)\$\$|(?<![\\$])\$(?=\S)([^$]+?)(?<=\S)(?<!\\)\$(?!\d)", re.DOTALL)
# The truth's own tag round a formula in a table cell.
TAGGED = "ccmath-inline"


@dataclass(frozen=True)
class Page:
    name: str
    html: str
    marked: Sequence[str]


def load_pages(data: Path) -> list[Page]:
    """The pages whose ground truth has a typed formula. `data` holds `html/webkit_bench` and its `_groundtruth`."""
    truths = sorted((data / "html" / "webkit_bench_groundtruth").glob("*.jsonl.gz"))
    pages = [_page(truth, data / "html" / "webkit_bench") for truth in truths]
    return [page for page in pages if page.marked]


def marked(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from marked(child)
    if not isinstance(node, dict):
        return
    kind = node.get("type") or node.get("t") or ""
    if kind == "equation-inline":
        yield node["c"]
    elif kind == "equation-interline":
        yield node["content"]["math_content"]
    elif kind.endswith("table"):
        yield from _in_table(node["content"]["html"])
    elif not kind.startswith(("code", "image")):
        for key, value in node.items():
            # The block's HTML says the same again.
            if key != "raw_content":
                yield from _in_text(value) if isinstance(value, str) else marked(value)


def _page(truth: Path, pages: Path) -> Page:
    name = truth.name.removesuffix(".jsonl.gz")
    html = gzip.decompress((pages / f"{name}.html.gz").read_bytes()).decode("utf-8", errors="replace")
    line = gzip.decompress(truth.read_bytes()).decode("utf-8")
    formulas = marked(json.loads(line)["content_list"]) if '"equation-' in line else ()
    return Page(name, html, [formula for formula in formulas if normalised(formula)])


def _in_text(text: str) -> Iterator[str]:
    for found in DELIMITED.finditer(text):
        yield found[found.lastgroup or 0]
    for found in BETWEEN_DOLLARS.finditer(DELIMITED.sub(" ", text)):
        yield found[1] or found[2]


def _in_table(html: str) -> Iterator[str]:
    for cell in lxml_html.fragment_fromstring(html).iter("td", "th", "caption"):
        yield from (tagged.text_content() for tagged in cell.iter(TAGGED))
        text = cell.text_content()
        for start, end in reversed(list(styled_groups(text))):
            yield text[start:end]
            text = f"{text[:start]} {text[end:]}"
        yield from _in_text(text)
