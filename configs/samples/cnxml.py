"""OpenStax CNXML modules as the HTML pages of a textbook site: menu, contents, MathML, exercises, footer."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from stages._cnxml import Module
from stages._cnxml_page import Renderer

BOOK_TITLE = "College Physics 2e"
ATTRIBUTION = "OpenStax, College Physics, Rice University, CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True)
class Page:
    module: Module
    url: str


def render(
    page: Page,
    *,
    pages: Sequence[Page],
    elsewhere: dict[str, str],
    neighbours: tuple[Page | None, Page | None],
) -> str:
    urls = {other.module.id: other.url for other in pages}
    body = Renderer(page.module, urls=urls, elsewhere=elsewhere).render()
    previous, following = neighbours
    links = [
        f'<a class="{rel}" rel="{rel}" href="{other.url}">{html.escape(other.module.title)}</a>'
        for rel, other in (("prev", previous), ("next", following))
        if other
    ]
    return _site(page.module.title, page.url, body + f'<nav class="prev-next">{" ".join(links)}</nav>', pages)


def contents_page(pages: Sequence[Page]) -> str:
    body = "<h1>Table of contents</h1><ol>" + "".join(_entry(page) for page in pages) + "</ol>"
    return _site("Table of contents", pages[0].url.rpartition("/")[0] + "/table-of-contents", body, pages)


def preface_page(pages: Sequence[Page]) -> str:
    body = (
        "<h1>About these pages</h1><p>These pages hold sections of an introductory, algebra-based physics course. "
        "Each section ends with conceptual questions and with problems, some of which come with a solution.</p>"
    )
    return _site("About these pages", pages[0].url.rpartition("/")[0] + "/preface", body, pages)


def _entry(page: Page) -> str:
    return f'<li><a href="{page.url}">{html.escape(page.module.title)}</a></li>'


def _site(title: str, url: str, body: str, pages: Sequence[Page]) -> str:
    near = "".join(_entry(page) for page in pages[:12])
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{html.escape(title)} - {BOOK_TITLE}</title>
<link rel="canonical" href="{url}">
<link rel="license" href="{LICENCE_URL}">
<meta name="dcterms.license" content="{LICENCE_URL}">
<meta name="dcterms.rightsHolder" content="{ATTRIBUTION}">
<link rel="stylesheet" href="/assets/book.css">
<script>window.dataLayer = window.dataLayer || []; dataLayer.push({{"page": "<h2>Solution</h2>"}});</script>
</head>
<body class="book">
<header class="site"><a href="https://openstax.org/">Home</a> <form role="search"><input name="q">
<button>Search</button></form></header>
<nav class="sidebar" aria-label="Contents"><h2>{BOOK_TITLE}</h2><ol>{near}</ol></nav>
<main id="main-content" class="page-content">
{body}
</main>
<footer><p>{ATTRIBUTION}. The licence is at <a rel="license" href="{LICENCE_URL}">{LICENCE_URL}</a>. The text was made
into web pages from the book's sources; figures are left out.</p></footer>
</body>
</html>
"""
