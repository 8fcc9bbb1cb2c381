"""Which columns of a row of someone else's data make a document; shared by the readers of rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipeline.stage import Reject
from stages._fields import BadRowError, optional_text, value_of
from stages._language import page_language
from stages._pages import Owner, to_text
from stages.records import Document


@dataclass(frozen=True, kw_only=True)
class DocumentFields:
    """Options every reader of documents has; dots in a column's name lead into objects ("meta.text").

    source         -- the name of where they come from, where no `source_field` names it
    text_field     -- the column of plain text
    html_field     -- the column of HTML instead; a page's own statements of licence and owner go first
    url_field      -- a column with the address of each page; it may be empty
    source_field   -- a column that names the source of each row; where it is empty, `source`
    licence_field  -- a column with the licence of each row; it may be empty
    language_field -- a column with the code of each page's language; it may be empty
    licence        -- the licence where neither row nor page states one
    attribution    -- whom to name where the page states nobody
    max_bytes      -- larger documents are rejected, text by its size in UTF-8
    """

    source: str
    text_field: str = "text"
    html_field: str | None = None
    url_field: str | None = None
    source_field: str | None = None
    licence_field: str | None = None
    language_field: str | None = None
    licence: str | None = None
    attribution: str | None = None
    max_bytes: int = 10_000_000

    def columns(self) -> list[str]:
        """The columns that are read, as they are named in the options."""
        named = [self.html_field or self.text_field, self.url_field, self.source_field]
        named += [self.licence_field, self.language_field]
        return sorted({name for name in named if name})

    def document(
        self, raw: Any, parse: Callable[[Any], Mapping[str, Any]], *, place: str, seen: set[str]
    ) -> Document | Reject:
        """The document that `parse(raw)` holds; `seen` collects the ids of those given."""
        try:
            document = self._document(parse(raw))
        except BadRowError as error:
            return Reject(error.reason, f"{place}: {error}", id=place)
        if document.id in seen:
            return Reject("duplicate_row", f"{place}: same address and content as {document.id}", id=place)
        seen.add(document.id)
        return document

    def _document(self, row: Mapping[str, Any]) -> Document:
        name = self.html_field or self.text_field
        content = value_of(row, name)
        if not isinstance(content, (str, bytes)) or not content.strip():
            if isinstance(content, (str, bytes)):
                raise BadRowError(f"{name!r} is empty")
            raise BadRowError(f"no text in {name!r}; columns: {', '.join(map(str, row))}")
        size = len(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
        if size > self.max_bytes:
            raise BadRowError(f"{size} bytes, more than max_bytes {self.max_bytes}", reason="oversize")
        owner = Owner(
            source=optional_text(row, self.source_field) or self.source,
            licence=optional_text(row, self.licence_field) or self.licence,
            attribution=self.attribution,
        )
        text = to_text(content) if isinstance(content, bytes) else content
        url, language = optional_text(row, self.url_field) or "", optional_text(row, self.language_field)
        if self.html_field is None:
            return owner.text(url, text, language=language)
        page = owner.page(url, text)
        return replace(page, language=page_language(language, "") or page.language)
