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

    @classmethod
    def of(cls, info: dict[str, Any]) -> "Standing":
        tag = next((str(info[name]) for name in TAGS if info.get(name)), "")
        when = next((info[name] for name in TIMES if info.get(name)), 0.0)
        changed = when.timestamp() if isinstance(when, datetime) else when
        return cls(int(info.get("size") or 0), tag.strip('"'), changed if isinstance(changed, float) else 0.0)
