"""Reads the posts of StackExchange dumps (`Posts.xml`, also gzipped), of which `join_stackexchange` makes pairs."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from pipeline.errors import ConfigError
from pipeline.stage import Reject, SourceStage
from stages._fields import BadRowError
from stages._lines import byte_ranges
from stages._page_reader import fragment_text
from stages._removal import removal_key
from stages._row_files import pinned
from stages._stack_rows import MAX_ROW_BYTES, CutOffError, StackFile, attributes
from stages._text import digest128, question_key
from stages.records import StackPost

SHARD_BYTES = 64 << 20
# The sites allow 30,000 characters of Markdown. Bodies are parsed in the worker itself, and libxml2 takes time by the
# square of an element's attributes: a second or two at this size.
MAX_BODY_CHARS = 200_000
_QUESTION, _ANSWER = "1", "2"
_TAG = re.compile(r"[^<>|]+")
# Before rows named their licence it followed from their date: https://stackoverflow.com/help/licensing
_LICENCES = (("2011-04-08", "CC BY-SA 2.5"), ("2018-05-02", "CC BY-SA 3.0"))


@dataclass(frozen=True, kw_only=True)
class ReadStackexchange(SourceStage[StackPost]):
    """One `StackPost` for each question and answer, its HTML as text with formulas; 7z archives are to be unpacked.

    paths  -- the files `Posts.xml` of that site
    site   -- the host, such as "math.stackexchange.com": rows do not name it
    limit  -- only the first posts of all files together
    """

    packages = ("lxml",)

    paths: list[Path]
    site: str
    limit: int | None = None

    def __post_init__(self) -> None:
        if not self.paths:
            raise ConfigError("read_stackexchange: paths is empty; name at least one Posts.xml")
        if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", self.site):
            raise ConfigError(f"read_stackexchange: site {self.site!r} is no host; write it as math.stackexchange.com")

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return pinned(self.paths, digest)

    def shards(self) -> Sequence[Any]:
        """Each a list of `[file index, start, end]` in bytes; a packed file is one. A limit needs them in one shard."""
        pieces: list[list[int]] = []
        for index, path in enumerate(self.paths):
            file = StackFile(path, "posts").checked()
            size = path.stat().st_size
            ranges = [(0, 1 << 62)] if file.is_packed else byte_ranges(size, SHARD_BYTES)
            pieces += [[index, start, end] for start, end in ranges]
        return [[piece] for piece in pieces] if self.limit is None else [pieces]

    def read(self, shard: Any) -> Iterator[StackPost | Reject]:
        posts = 0
        for index, start, end in shard:
            file = StackFile(self.paths[index], "posts")
            for item in self._read(file, start, end):
                if posts == self.limit:
                    return
                posts += isinstance(item, StackPost)
                yield item

    def _read(self, file: StackFile, start: int, end: int) -> Iterator[StackPost | Reject]:
        name = file.path.name
        try:
            for place, row in file.rows(start, end):
                yield self._item(row, f"{name}@{place}")
        except CutOffError as error:
            yield Reject("truncated", str(error), id=f"{name}@end")

    def _item(self, row: bytes | None, place: str) -> StackPost | Reject:
        number = "?"
        try:
            if row is None:
                raise BadRowError(f"more than {MAX_ROW_BYTES} bytes in one row", reason="oversize")
            values = attributes(row)
            number = values.get("Id", "?")
            return self._post(values)
        except BadRowError as dropped:
            return Reject(dropped.reason, f"{place}: post {number}: {dropped}", id=place)
        # Whatever strangers' markup makes the parser say costs the one post.
        except (ValueError, RecursionError, etree.LxmlError) as error:
            return Reject("bad_row", f"{place}: post {number}: {error}", id=place)

    def _post(self, values: Mapping[str, str]) -> StackPost:
        kind = values.get("PostTypeId")
        if kind not in (_QUESTION, _ANSWER):
            raise BadRowError(f"post type {kind}", reason="not_qa")
        if values.get("DeletionDate"):
            raise BadRowError(f"deleted {values['DeletionDate'][:10]}", reason="deleted")
        is_question = kind == _QUESTION
        post_id = _number(values, "Id")
        question_id = post_id if is_question else _number(values, "ParentId")
        body = values.get("Body", "")
        if len(body) > MAX_BODY_CHARS:
            raise BadRowError(f"a body of {len(body)} characters, more than {MAX_BODY_CHARS}", reason="oversize")
        text = fragment_text(body)
        title = " ".join(values.get("Title", "").split()) or None
        if not text:
            raise BadRowError("no text in its body", reason="empty")
        url = f"https://{self.site}/questions/{question_id}"
        thread = digest128(url)
        return StackPost(
            id=thread if is_question else f"{thread}/{post_id}",
            site=self.site,
            post_id=post_id,
            question_id=question_id,
            is_question=is_question,
            accepted_answer_id=_optional_number(values, "AcceptedAnswerId"),
            is_closed=bool(values.get("ClosedDate")),
            score=_number(values, "Score"),
            title=title,
            text=text,
            tags=_TAG.findall(values.get("Tags", "")),
            author=values.get("OwnerDisplayName") or None,
            author_id=_optional_number(values, "OwnerUserId"),
            licence=values.get("ContentLicense") or _dated_licence(values.get("CreationDate", "")),
            url=url,
            content_key=question_key(f"{title or ''}\n\n{text}") if is_question else digest128(text),
            removal_key=removal_key(url, source=self.site),
        )


def _number(values: Mapping[str, str], name: str) -> int:
    number = _optional_number(values, name)
    if number is None:
        raise BadRowError(f"has no {name}")
    return number


def _optional_number(values: Mapping[str, str], name: str) -> int | None:
    text = values.get(name, "").strip()
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise BadRowError(f"{name} is {text[:40]!r}, not a whole number")
    return int(text)


def _dated_licence(created: str) -> str:
    return next((licence for end, licence in _LICENCES if created and created < end), "CC BY-SA 4.0")
