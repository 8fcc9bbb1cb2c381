"""Gives every page its text, with formulas as LaTeX, and the places of its main content in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.stage import Reject
from stages._language import page_language
from stages._main_content import main_spans
from stages._page_reader import read_page
from stages._sandboxed import SandboxedStage
from stages._threads import find_threads
from stages.records import Document

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, kw_only=True)
class HtmlToText(SandboxedStage[Document, Document]):
    """Fills `text`, `main`, `num_formulas` and `num_formulas_lost`, and `language` where the page names none.

    The spans of `extract_qa` lie in this text. A document that brings no HTML but text keeps it, all of it as main
    content.

    keep_html -- False drops the HTML, which only the stages that read markup need, from the rows
    """

    packages = ("lxml", "resiliparse", "trafilatura")

    keep_html: bool = True

    def suspicious(self) -> "Mapping[str, pl.Expr]":
        import polars as pl  # its threads must not be there where pages are read, in a process that forks

        return {"formulas_lost": pl.col("num_formulas_lost") > 0}

    def process(self, row: Document) -> Document | Reject:
        if row.html is None:
            return row if row.text else Reject("no_html", "the document holds neither HTML nor text")
        page = read_page(row.html)
        if page is None or not page.text:
            return Reject("no_text", "nothing to read: empty, or scripts only")
        main = main_spans(page, find_threads(page), row.html)
        return replace(
            row,
            html=row.html if self.keep_html else None,
            text=page.text,
            main=main,
            language=row.language or page_language(None, page.text),
            num_formulas=page.num_formulas,
            num_formulas_lost=page.num_lost,
        )
