"""The labelled pages with the texts their ranges yield, and when an extracted text says the same."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import html
from resiliparse.parse.encoding import bytes_to_str, detect_encoding

LABELS = Path(__file__).parent / "labels.jsonl"
ALIKE = 0.9
# What a text must have left without its formulas to be compared without them.
ENOUGH = 4

Range = Sequence[int]
Words = Sequence[str]

_BLOCKS = {
    *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figure", "figcaption", "footer"),
    *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "tbody"),
    *("td", "th", "thead", "tr", "ul"),
}
_UNREAD = (
    "//script | //style | //noscript | //textarea | //comment() | //*[local-name()='math'] "
    "| //*[starts-with(local-name(), 'mjx-')] "
    "| //*[contains(concat(' ', @class, ' '), ' katex') or starts-with(@class, 'MathJax')]"
)
_FORMULA = re.compile(
    r"\$\$.+?\$\$|\\\(.+?\\\)|\\\[.+?\\\]|\[(i?tex|math)\].+?\[/\1\]|\\begin\{(\w+\*?)\}.+?\\end\{\2\}"
    r"|(?<![\\$])\$[^$]{1,400}?(?<!\\)\$",
    re.DOTALL | re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")
_MARK = re.compile(r"^\s*(?:\(?(?:\d+\.)*\d+[.)](?!\d)|[-*•#>]+)\s+", re.MULTILINE)
_LABEL = re.compile(
    r"^\s*(?:q|a|question|answer|problem|solution|frage|antwort|aufgabe|lösung|问|答)\s*\d*\s*[:：.\n]\s*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


@dataclass(frozen=True, slots=True)
class Text:
    """One text as two lists of words, with and without its formulas."""

    whole: Words
    prose: Words

    @classmethod
    def of(cls, text: str) -> "Text":
        return cls(_words(text), _words(_FORMULA.sub(" ", text)))

    def says(self, gold: "Text") -> bool:
        """Formulas may be written in any way, but a text that is little else is compared with them."""
        if _f1(self.whole, gold.whole) >= ALIKE:
            return True
        return len(gold.prose) >= ENOUGH and _f1(self.prose, gold.prose) >= ALIKE


@dataclass(frozen=True, slots=True)
class GoldPair:
    """`questions`: the texts that count as the question. `answers`: the wanted one first, then those as good."""

    questions: Sequence[Text]
    answers: Sequence[Sequence[Text]]
    shown: tuple[str, str]


@dataclass(frozen=True, slots=True)
class GoldPage:
    digest: str
    file: str
    url: str
    kind: str
    html: str
    pairs: Sequence[GoldPair]

    @property
    def is_held_out(self) -> bool:
        return int(self.digest[0], 16) >= 8


def read_labels(path: Path = LABELS) -> list[dict[str, Any]]:
    """One mapping a page, repeats left out."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if "repeat_of" not in row]


def gold_pages(data: Path, labels: Iterable[Mapping[str, Any]]) -> Iterator[GoldPage]:
    """Raises FileNotFoundError where the data folder lacks a page."""
    for row in labels:
        yield gold_page(decoded(gzip.decompress((data / row["file"]).read_bytes())), row)


def decoded(body: bytes) -> str:
    """The source in which the ranges count."""
    return str(bytes_to_str(body, detect_encoding(body, from_html_meta=True) or "utf-8"))


def gold_page(source: str, row: Mapping[str, Any]) -> GoldPage:
    pairs = [_pair(source, label) for label in row["pairs"]]
    return GoldPage(row["digest"], row["file"], row["url"], row["kind"], source, pairs)


def _pair(source: str, label: Mapping[str, Any]) -> GoldPair:
    noise, optional = label["noise"], label.get("optional", [])
    title, body = label["question"]["title"], label["question"]["body"]
    ways = [noise, [*noise, *optional]] if optional else [noise]

    def texts(*ranges: Range) -> list[str]:
        return ["\n".join(text_of(source, each, left_out) for each in ranges) for left_out in ways]

    questions = texts(body) if body else texts(title)
    answers = [texts(each) for each in (label["answer"], *label["also_ok"])]
    titled = texts(title, body) if title and body else []
    return GoldPair(
        [Text.of(each) for each in (*questions, *titled)],
        [[Text.of(each) for each in answer] for answer in answers],
        (questions[-1], answers[0][-1]),
    )


def text_of(source: str, span: Range, left_out: Iterable[Range] = ()) -> str:
    """What a reader sees in a range of the source, without rendered formulas; each block stands on its own line."""
    pieces, at = [], span[0]
    for start, end in sorted((each[0], each[1]) for each in left_out):
        if span[0] <= start < span[1]:
            pieces.append(source[at : max(at, start)])
            at = max(at, end)
    pieces.append(source[at : span[1]])
    tree = html.fromstring(f"<div>{' '.join(pieces)}</div>")
    for unread in tree.xpath(_UNREAD):
        unread.drop_tree()
    for text in tree.xpath("//text()[not(ancestor::pre)]"):
        setattr(text.getparent(), "text" if text.is_text else "tail", _SPACE.sub(" ", text))
    for element in tree.iter(*_BLOCKS):
        element.text, element.tail = f"\n{element.text or ''}", f"\n{element.tail or ''}"
    lines = (" ".join(line.split()) for line in tree.text_content().splitlines())
    return "\n".join(line for line in lines if line)


def _words(text: str) -> Words:
    unmarked = _MARK.sub("", _LABEL.sub("", _MARK.sub("", text)))
    words = (word.strip("_") for word in _WORD.findall(unmarked.casefold()))
    return [word for word in words if word]


def _f1(found: Words, wanted: Words) -> float:
    """F1 of two multisets of words; 0 if one is empty."""
    common = (Counter(found) & Counter(wanted)).total()
    return 2 * common / (len(found) + len(wanted)) if common else 0.0
