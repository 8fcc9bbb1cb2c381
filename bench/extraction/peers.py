"""The extractors that the benchmarks compare, each from HTML to text.

OpenWebMath's code takes no part: it is no installable package, and it needs resiliparse before 2, whose trees it
changes while it walks them.
"""

from collections.abc import Callable, Mapping

import trafilatura
from resiliparse.extract.html2text import extract_plain_text

from stages._page_reader import read_page

Extractor = Callable[[str], str]


def ours(html: str) -> str:
    page = read_page(html)
    return page.text if page else ""


def trafilatura_plain(html: str) -> str:
    return trafilatura.extract(html) or ""


def trafilatura_recall(html: str) -> str:
    return trafilatura.extract(html, favor_recall=True) or ""


def resiliparse_main(html: str) -> str:
    text: str = extract_plain_text(html, main_content=True, alt_texts=True)
    return text


def resiliparse_full(html: str) -> str:
    text: str = extract_plain_text(html, alt_texts=True)
    return text


# The names of ours and of its peers, as the figures carry them.
EXTRACTORS: Mapping[str, Extractor] = {
    "ours": ours,
    "trafilatura": trafilatura_plain,
    "trafilatura_recall": trafilatura_recall,
    "resiliparse": resiliparse_main,
    "resiliparse_full": resiliparse_full,
}


def prefix(name: str) -> str:
    """What a figure of this extractor's begins with: nothing for ours."""
    return "" if name == "ours" else f"{name}_"
