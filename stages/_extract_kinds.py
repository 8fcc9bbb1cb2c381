"""What a file given to `tracemill extract` holds, by its name. Loads nothing, since `--help` tells it too."""

from pathlib import Path

_KINDS = {
    ".html": "html", ".htm": "html", ".xhtml": "html", ".shtml": "html",
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown",
    ".warc": "warc", ".wet": "warc",
}  # fmt: skip
_PACKED = (".gz", ".zst")
KNOWN = f"{', '.join(kind[1:] for kind in _KINDS)}, each also with {' or '.join(_PACKED)}"
_READERS = {
    ".jsonl": "read_jsonl or read_documents", ".json": "read_jsonl or read_documents",
    ".parquet": "read_parquet or read_documents", ".xml": "read_stackexchange",
}  # fmt: skip


def kind_of(path: Path) -> str | None:
    return _KINDS.get(_suffix(path))


def reader_of(path: Path) -> str | None:
    """The stages that read a file of rows, which holds no pages."""
    return _READERS.get(_suffix(path))


def _suffix(path: Path) -> str:
    """The last part of the name, or the one before where the last only tells how the file is packed."""
    name = path.with_suffix("") if path.suffix.lower() in _PACKED else path
    return name.suffix.lower()
