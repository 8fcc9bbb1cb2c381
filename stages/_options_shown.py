r"""The options that a question shows, with what stands before them.

Options stand in many shapes: `(A) 3 (B) 5`, `a. 3` one a line, `A)3`, `[A] 3`, the `$\textbf{(A)}\ 3 \qquad` of AMC,
`(1) 3 (2) 5`, a list in the text, or lines without any label under a question.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

MIN_OPTIONS = 3
MAX_OPTIONS = 10
MAX_QUESTION = 8_000
MAX_OPTION = 300
MAX_LINES = 5
LETTERS = "ABCDEFGHIJ"

_FORMATTED = re.compile(
    r"\\(?:textbf|mathbf|mathrm|text|textrm|mathsf|bf|rm)\s*\{\s*(\(?[A-Ja-j1-9][).]?\)?)\s*[~\\ ]*\}"
)
_SPACES = re.compile(r"\\q?quad(?![a-zA-Z])|\\hspace\s*\{[^{}]{0,20}\}|\\[;,:!](?=\s*\\?[qA-J(])|\\ |~")
_MARKER = re.compile(
    r"(?P<open>[(\[])?(?<![\w\\^_{])(?P<label>[A-Ja-j]|[1-9])\s{0,2}(?P<close>[)\]]|[.:](?=\s|\$|\\))\s*"
)
_HEADER = re.compile(
    r"\b(?:(?:answer\s+)?(?:options?|choices?)(?:\s+(?:are|given))?|choose one|select one|pick one"
    r"|choose the (?:correct|right|best) (?:answer|option))\s*+[:.]?\s*$",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\[\s*(?:\"|')[^\n]{1,3000}(?:\"|')\s*\]\s*$")
_ENDS_ASKING = re.compile(r"[?:]$|__\s*\.?$")


@dataclass(frozen=True, slots=True)
class Shown:
    """`options` in order, the first being A (or 1 where `numbered`)."""

    stem: str
    options: tuple[str, ...]
    numbered: bool = False


def shown_options(question: str) -> Shown | None:
    """None where no run of at least three options is found, or where it is not clear which they are."""
    if len(question) > MAX_QUESTION:
        return None
    found = _listed(question) or _marked(question) or _lines(question)
    if found is None or not MIN_OPTIONS <= len(found.options) <= MAX_OPTIONS:
        return None
    if not all(0 < len(option) <= MAX_OPTION for option in found.options):
        return None
    stem = _HEADER.sub("", found.stem.rstrip()).rstrip()
    return Shown(stem, found.options, found.numbered) if stem else None


def _listed(question: str) -> Shown | None:
    """A list as Python or JSON writes it, at the end of the question."""
    found = _LISTED.search(question)
    if found is None:
        return None
    try:
        values = ast.literal_eval(found[0].strip())
    except (ValueError, SyntaxError):
        return None
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        return None
    return Shown(question[: found.start()], tuple(_without_label(value, at) for at, value in enumerate(values)))


def _without_label(option: str, place: int) -> str:
    found = _MARKER.match(option.strip())
    is_own = found is not None and place < len(LETTERS) and found["label"].upper() == LETTERS[place]
    return option.strip()[found.end() :].strip() if found and is_own else option.strip()


def _marked(question: str) -> Shown | None:
    """The last run of labels in one style that goes to the end of the text."""
    text = _SPACES.sub(" ", _FORMATTED.sub(r"\1 ", question))
    runs = [run for run in _runs(text) if len(run) >= MIN_OPTIONS]
    if len(runs) != 1:
        return None
    run = runs[0]
    ends = [marker.start() for marker in run[1:]] + [len(text)]
    options = [text[marker.end() : end].strip(" \t\n,;") for marker, end in zip(run, ends, strict=True)]
    stem, options = _mended(text[: run[0].start()].rstrip(), options)
    options[-1] = options[-1].split("\n\n")[0].strip()
    return Shown(stem, tuple(option.rstrip(".") if "." not in option[:-1] else option for option in options),
                 numbered=run[0]["label"].isdigit())  # fmt: skip


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Runs of labels in sequence, each label in the style of the first."""
    run: list[re.Match[str]] = []
    for marker in _MARKER.finditer(text):
        if not _may_label(text, marker):
            continue
        if run and _follows(run[-1], marker):
            run.append(marker)
        elif marker["label"] in "Aa1":
            if run:
                yield run
            run = [marker]
    if run:
        yield run


def _may_label(text: str, marker: re.Match[str]) -> bool:
    """A label without brackets stands at the beginning of a line, or after a gap; one with them after a space."""
    start = marker.start()
    if marker["label"].isdigit() and not marker["open"] and not _opens_line(text, start):
        return False
    if marker["close"] in ".:" and marker["label"].islower():
        return _opens_line(text, start)
    return not start or text[start - 1].isspace() or text[start - 1] in "$.;,?:)}]"


def _opens_line(text: str, start: int) -> bool:
    """No search by expression: from each of many blanks it would read all those behind, and that at each label."""
    return not text[text.rfind("\n", 0, start) + 1 : start].strip()


def _follows(last: re.Match[str], marker: re.Match[str]) -> bool:
    is_next = ord(marker["label"]) == ord(last["label"]) + 1
    return is_next and (marker["open"], marker["close"]) == (last["open"], last["close"])


def _mended(stem: str, options: list[str]) -> tuple[str, list[str]]:
    """Dollar signs that open before a label and close behind its option belong to the option."""
    if stem.count("$") % 2 == 1 and stem.endswith("$"):
        stem = stem[:-1].rstrip()
    mended = []
    for option in options:
        if option.count("$") % 2 == 1:
            option = option.rstrip("$ ").lstrip("$ ").strip() if option[0] == "$" or option[-1] == "$" else option
        mended.append(option.strip() if option.count("$") != 1 else option.replace("$", "").strip())
    return stem, mended


def _lines(question: str) -> Shown | None:
    """Lines without labels under the one that asks."""
    lines = [line.strip() for line in question.splitlines() if line.strip()]
    stems = [index for index, line in enumerate(lines) if _ENDS_ASKING.search(line)]
    if not stems or len(lines) - stems[-1] - 1 not in range(MIN_OPTIONS, MAX_LINES + 1):
        return None
    options = [re.sub(r"^[-*•]\s+", "", line) for line in lines[stems[-1] + 1 :]]
    if any(re.match(r"(?:I{1,3}|IV)\b[.,)]?|\(?[a-z0-9][).]\s", option) for option in options):
        return None
    return Shown("\n".join(lines[: stems[-1] + 1]), tuple(options))
