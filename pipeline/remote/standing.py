"""What a file system tells of an object as it stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

TAGS = ("ETag", "etag", "md5Hash", "content_md5", "mtime", "LastModified", "last_modified", "updated", "created")
TIMES = ("LastModified", "last_modified", "updated", "mtime")


@dataclass(frozen=True)
class Standing:
    """An object as it stands: `tag` is another when its content is; `changed` in seconds since the epoch, or 0."""

    size: int
    tag: str
    changed: float

    @property
    def tag_is_md5(self) -> bool:
        """Of S3: whether it may be the digest of the content, which it is not of what came in parts."""
        return len(self.tag) == 32 and all(letter in "0123456789abcdef" for letter in self.tag)

    @classmethod
    def of(cls, info: dict[str, Any]) -> "Standing":
        tag = next((str(info[name]) for name in TAGS if info.get(name)), "")
        when = next((info[name] for name in TIMES if info.get(name)), 0.0)
        changed = when.timestamp() if isinstance(when, datetime) else when
        return cls(int(info.get("size") or 0), tag.strip('"'), changed if isinstance(changed, float) else 0.0)
