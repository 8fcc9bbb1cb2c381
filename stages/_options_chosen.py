"""Which of the shown options an answer text picks, and whether its letter and its words agree."""

import re
from collections.abc import Sequence

from stages._options_shown import Shown
from stages._text import normalise_question
from verifier.extract import BOX, boxed
from verifier.latex import plain_text

MAX_REMARK = 400
_LABEL = r"[(\[]?(?P<label>[A-Ja-j]|[1-9])(?P<close>[)\]]|[.:](?=\s|$)|(?=\s*$)|(?=\s+\())"
_ALONE = re.compile(
    rf"(?:(?:the\s+)?(?:(?:correct|right|final)\s+)?(?:option|choice|answer|ans)\s*(?:is|:)?\s*:?\s*)?{_LABEL}\s*\.?\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_STATED = re.compile(
    r"(?:^|(?<=[\s.;,]))(?:(?:so|thus|hence|therefore),?\s+)?(?:the\s+)?(?:(?:correct|right|final)\s+)?"
    r"(?:answer|ans|option|choice)s?\s*(?:is|:|=|-)?\s*(?:option|choice)?\s*:?\s*"
    r"[(\[]?(?P<label>[A-J]|[a-j](?=[)\]]))[)\].]*\s*"
    r"(?:is (?:the )?(?:correct|right)(?: answer| option| choice)?)?[.!]?\s*$",
    re.IGNORECASE,
)
_HASHES = re.compile(r"\n?####\s*[(\[]?(?P<label>[A-Ja-j])[)\].]*\s*$")
_REMARK = re.compile(r"\((?![A-Ja-j]\)).*\)\.?", re.DOTALL)
_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?|(?<![\w.])\.\d+")
_NO_MARKS = re.compile(r"[*_`]+")


def chosen(shown: Shown, answer: str) -> tuple[int, str | None] | None:
    """The place of the option that the answer picks and the solution before its last word; None where it is not clear.

    A letter beside a text that is not its option's picks nothing, nor does a solution that ends in another value, nor
    a lone "2" where (1) is 2 and (2) another.
    """
    answer = answer.strip()
    if (place := _exactly(shown.options, answer)) is not None:
        return None if _labels_another(shown, place, answer) else (place, None)
    if "\\boxed" in answer and BOX.match(answer) and answer.endswith("}"):
        answer = boxed(answer) or answer
    plain = plain_text(_NO_MARKS.sub("", answer)).strip("$ \n")
    if found := _ALONE.fullmatch(plain):
        place = _place(shown, found["label"], found["close"])
        rest = found["rest"].strip()
        return (place, None) if place is not None and _agrees(shown.options, place, rest) else None
    return _worked(shown, answer)


def _place(shown: Shown, label: str, close: str) -> int | None:
    """A bare digit may be a value as well as a label, so it picks nothing."""
    if label.isdigit() != shown.numbered or (label.isdigit() and not close):
        return None
    place = int(label) - 1 if label.isdigit() else ord(label.upper()) - ord("A")
    return place if place < len(shown.options) else None


def _exactly(options: Sequence[str], answer: str) -> int | None:
    """The one option of which the answer is the text."""
    wanted = _spelled(answer)
    same = [place for place, option in enumerate(options) if _spelled(option) == wanted]
    return same[0] if len(same) == 1 and wanted else None


def _labels_another(shown: Shown, place: int, answer: str) -> bool:
    """Whether the text of one option is the label of another."""
    label = _spelled(answer)
    return re.fullmatch("[a-j]|[1-9]", label) is not None and _place(shown, label, ")") not in (None, place)


def _agrees(options: Sequence[str], place: int, rest: str) -> bool:
    """Whether what follows a letter is nothing, the text of its option, or a remark in brackets."""
    if not rest or _exactly(options, rest) == place:
        return True
    own = _spelled(options[place])
    if _spelled(rest).startswith(own + " ") and not any(_spelled(other).startswith(own + " ") for other in options):
        return _NUMBER.search(rest[len(options[place]) :]) is None
    return len(rest) <= MAX_REMARK and _REMARK.fullmatch(rest) is not None


def _worked(shown: Shown, answer: str) -> tuple[int, str | None] | None:
    """A solution whose last line names a letter, where the value of that option is the last to be stated."""
    ends_in_box = answer.rstrip(". $\n").endswith("}") and re.fullmatch(r"[(\[]?[A-J][)\].]?", boxed(answer) or "")
    found = _HASHES.search(answer) or _STATED.search(plain_text(_NO_MARKS.sub("", answer)[-160:]))
    letter = (boxed(answer) or "").strip("()[]. ") if ends_in_box else found["label"] if found else ""
    place = _place(shown, letter, ")") if letter else None
    if place is None:
        return None
    solution = _before(answer, letter)
    return (place, solution) if _is_last(shown.options, place, solution) else None


def _before(answer: str, letter: str) -> str:
    """The solution without its last word, which names the letter."""
    lines = answer.rstrip().splitlines()
    last = re.split(r"(?<=[.;])\s+", lines[-1].strip())
    kept = [*lines[:-1], " ".join(last[:-1])]
    return "\n".join(kept).strip() if re.search(rf"\b{letter}\b", last[-1], re.IGNORECASE) else ""


def _is_last(options: Sequence[str], place: int, solution: str) -> bool:
    """Whether of all options' values that of the chosen one is stated last; where none is stated, nothing is proven."""
    text = _tight(solution)
    stated = [_last_stated(_tight(option), text) for option in options]
    return stated[place] >= 0 and stated[place] == max(stated) and stated.count(stated[place]) == 1


def _last_stated(option: str, text: str) -> int:
    number = _NUMBER.search(option)
    wanted = option if len(option) > 1 and text.rfind(option) >= 0 else number[0] if number else option
    ends = [found.end() for found in re.finditer(rf"(?<![\d.]){re.escape(wanted)}(?![\d]|\.\d)", text)]
    return ends[-1] if ends else -1


def _tight(text: str) -> str:
    text = re.sub(r"(?<=\d),(?=\d{3})", "", plain_text(text).replace("−", "-"))
    return re.sub(r"[\s$\\]+", "", text).casefold().rstrip(".")


def _spelled(text: str) -> str:
    return normalise_question(text.strip().rstrip("."))
