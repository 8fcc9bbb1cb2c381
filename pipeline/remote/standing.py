"""What a file system tells of a file or an object as it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

# What changes when the content does, the most telling first; where nothing of the kind is told, a date has to do.
MARKS = ("ETag", "etag", "md5Hash", "content_md5", "Content-MD5", "Digest", "checksum", "crc32c", "generation")
DATES = ("Last-Modified", "LastModified", "last_modified", "updated", "mtime", "modified", "created")


@dataclass(frozen=True)
class Standing:
    """Of a file, an object or a folder: `tag` is another when the content is, and "" where nothing of the kind is told.

    `kind` names what the tag is (`ETag`, `mtime`, ...); `size` is in bytes, or None on a web that does not tell;
    `changed` is in seconds since the epoch, or 0.
    """

    size: int | None
    kind: str = ""
    tag: str = ""
    changed: float = 0.0
    is_folder: bool = False

    @property
    def mark(self) -> str:
        """The tag as it is remembered, with its kind and the size; "" where there is none."""
        return f"{self.kind.lower()} {self.tag}, {self.size} bytes" if self.tag else ""

    @property
    def tag_is_md5(self) -> bool:
        """Of S3: whether it may be the digest of the content, which it is not of what came in parts."""
        return len(self.tag) == 32 and all(letter in "0123456789abcdef" for letter in self.tag)

    @classmethod
    def of(cls, info: Mapping[str, Any]) -> "Standing":
        kind = next((name for name in (*MARKS, *DATES) if info.get(name)), "")
        date = next((info[name] for name in DATES if info.get(name)), None)
        tag = str(info[kind]).strip('"') if kind else ""
        return cls(info.get("size"), kind, tag, _seconds(date), info.get("type") == "directory")


def _seconds(date: Any) -> float:
    """Since the epoch; 0 where no date is told."""
    if isinstance(date, datetime):
        return date.timestamp()
    if isinstance(date, (int, float)):
        return float(date)
    try:
        return parsedate_to_datetime(str(date)).timestamp()
    except ValueError:
        return 0.0
