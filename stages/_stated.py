"""Does a passage state this short answer? Word for word, or as a number of the same value.

What proves little proves nothing here: the number of an exercise, an item or a figure, a digit inside a fraction or an
exponent, the value behind a minus sign.
"""

import re
from collections.abc import Iterator
from itertools import chain, islice

from stages._passage import FORMULA, MIN_WORDS_NEAR, Passage, Place, Token, overlap, preferred, tokens_of
from stages.records import Span
from verifier import Outcome, compare
from verifier.latex import normalise, plain_text, split_top
from verifier.numbers.quantities import numeric_type, unit_of

_NAMES = frozenset({
    "problem", "exercise", "example", "question", "figure", "fig", "table", "chapter", "section", "page", "part",
    "step", "equation", "answer", "solution", "item", "no", "number", "unit", "lesson", "week", "grade", "level", "q",
})  # fmt: skip
_WRAPPING = ("\\boxed", "\\text", "\\mathrm", "\\mathbf", "\\textbf", "\\fbox")
_RELATION = r"\\approx|≈|\\simeq|(?<![<>!\\])=|\\Rightarrow|⇒|→|\\to(?![a-z])"
_NUMBER = re.compile(
    r"(?<![\w.,^/\\{])[-−+]?\s?[€£$]?\d+(?:,\d{3})*(?:\.\d+)?(?:\s?/\s?\d+)?(?:\s?[×x*]\s?10\^?\{?[-−]?\d+\}?)?"
    r"(?:\s?%|\s?(?P<unit>[A-Za-zµμΩ°Å][\w/^{}·°-]*))?"
)
_DELIMITERS = re.compile(r"^(?:\$+|\\[(\[])|(?:\$+|\\[)\]])$")
_CHOICE = re.compile(r"\(?([A-Ja-j])\)?\.?")
_BETWEEN = r",\s|;|\band\b|\bor\b"
_MAX_MEMBERS = 12
_MAX_ANSWER = 300
# Comparing takes up to a millisecond; a page of more values is a table of data.
_MAX_VALUES = 600


def stated(answer: str, passage: Passage, *, avoid: Span | None = None) -> Place | None:
    """Where the passage says it, outside of `avoid` (the question) and rather behind it; None where it does not.

    A longer answer may differ from the passage in a few words, none of them with a digit. Of a list each member must be
    stated.
    """
    for spelled in _spellings(answer):
        if place := _as_it_is(spelled, passage, avoid):
            return place
    if len(answer) > _MAX_ANSWER:
        return None
    if (value := _value(answer)) is not None:
        return preferred(_equal_values(value, passage, avoid), avoid)
    members = [member.strip() for member in split_top(answer, _BETWEEN)]
    if not 1 < len(members) <= _MAX_MEMBERS:
        return None
    places = [stated(member, passage, avoid=avoid) for member in members]
    return places[-1] if all(places) else None


def _spellings(answer: str) -> list[str]:
    """The answer as given, without LaTeX's fonts, and of a choice every way to write it: a key may say (b) for B."""
    choice = _CHOICE.fullmatch(answer)
    choices = (choice[1].upper(), f"({choice[1].upper()})", f"({choice[1].lower()})") if choice else ()
    return list(dict.fromkeys((answer, plain_text(normalise(answer)), *choices)))


def _as_it_is(answer: str, passage: Passage, avoid: Span | None) -> Place | None:
    wanted = [token.text for token in tokens_of(answer)]
    if not wanted:
        return None
    places = [passage.place(first, len(wanted)) for first in passage.runs(wanted) if _counts(passage, first, wanted)]
    if place := preferred(places, avoid):
        return place
    near = passage.find(answer, avoid=avoid) if len(wanted) >= MIN_WORDS_NEAR else None
    return near if near and not any(re.search(r"\d", word) for word in near.missing) else None


def _value(answer: str) -> str | None:
    """The number that the answer is or, of `x = 5`, names; None where it is none."""
    last = split_top(answer.strip().strip("$").strip(), _RELATION)[-1].strip()
    return last if last and numeric_type(normalise(last)) else None


def _counts(passage: Passage, first: int, wanted: list[str]) -> bool:
    """Whether the words at `first` say something by themselves. Long ones always do."""
    tokens, last = passage.tokens, first + len(wanted) - 1
    if len(wanted) == 3 and wanted[0] == "(" and wanted[2] == ")":
        return not _is_label(tokens, first + 1)
    if len(wanted) > 2 and not wanted[0][0].isdigit():
        return True
    if len(wanted) == 1 and (_is_label(tokens, first) or _is_article(passage, first)):
        return False
    before, behind = _neighbour(tokens, first, -1), _neighbour(tokens, last, 1)
    if before and before.end == tokens[first].start and _is_inside(tokens, first, before):
        return False
    touches = behind is not None and behind.start == tokens[last].end
    return not (touches and behind is not None and wanted[-1][0].isdigit() and behind.text in "/^!:")


def _neighbour(tokens: list[Token], index: int, step: int) -> Token | None:
    """The token before (-1) or behind (1), if it stands in the same line."""
    other = index + step
    if not 0 <= other < len(tokens) or tokens[max(index, other)].opens_line:
        return None
    return tokens[other]


def _is_inside(tokens: list[Token], first: int, before: Token) -> bool:
    """Whether the value that begins at `first` is only the end of another one, which `before` belongs to."""
    if tokens[first].text == "-":
        return before.text[-1].isalnum() or before.text in ")}"
    if not tokens[first].text[0].isdigit():
        return False
    if before.text == "{":
        return first < 2 or tokens[first - 2].text not in _WRAPPING
    if before.text == "-" and (left := _neighbour(tokens, first - 1, -1)) is not None:
        return left.end < before.start or not left.text[-1].isalnum()
    return before.text in "-+/^_.,"


def _is_article(passage: Passage, index: int) -> bool:
    """Whether a single letter is a word of a sentence ("A car") or a symbol in a formula, and so no choice."""
    letter, behind = passage.tokens[index], _neighbour(passage.tokens, index, 1)
    if not re.fullmatch(r"[A-J]", letter.text):
        return False
    inside = any(one.start <= letter.start < one.end and len(passage.cut(one)) > 5 for one in passage.formulas)
    return inside or (behind is not None and behind.text[0].isalnum())


def _is_label(tokens: list[Token], index: int) -> bool:
    """Whether the word only names what follows or precedes it: "4. How", "(b) Paris", "Figure 9"."""
    before, behind = _neighbour(tokens, index, -1), _neighbour(tokens, index, 1)
    if before and before.text.casefold() in _NAMES and tokens[index].text[0].isdigit():
        return True
    if behind is None or len(tokens[index].text) > 3:
        return False
    opens = before is None or (before.text == "(" and before.opens_line)
    follows = _neighbour(tokens, index + 1, 1)
    if follows is None or not (opens or behind.text == ")"):
        return False
    return behind.text in (".", ")", ":") and behind.start == tokens[index].end and follows.text[-1].isalnum()


def _equal_values(value: str, passage: Passage, avoid: Span | None) -> Iterator[Place]:
    """A number without a unit may be meant, unless the passage does not know the unit."""
    same: dict[str, bool] = {}
    unit = [token.text for token in tokens_of(unit_of(value) or "")]
    knows_unit = not unit or any(True for _ in passage.runs(unit))
    values = chain(_values_in_formulas(passage), _values_in_sentences(passage, has_unit=bool(unit)))
    for text, span in islice(values, _MAX_VALUES):
        if avoid is not None and overlap(span, avoid):
            continue
        if text not in same:
            same[text] = (knows_unit or unit_of(text) is not None) and _is_same(value, text)
        if same[text]:
            yield Place(span)


def _values_in_formulas(passage: Passage) -> Iterator[tuple[str, Span]]:
    """The sides of equations that are numbers."""
    for formula in passage.formulas:
        text = passage.cut(formula)
        for side in map(str.strip, split_top(_DELIMITERS.sub("", text), _RELATION)):
            if side and numeric_type(normalise(side)):
                start = formula.start + max(text.find(side), 0)
                yield side, Span(start=start, end=start + len(side))


def _values_in_sentences(passage: Passage, *, has_unit: bool) -> Iterator[tuple[str, Span]]:
    """The numbers outside of formulas, labels left out."""
    labels = {
        token.start
        for index, token in enumerate(passage.tokens)
        if token.text[0].isdigit() and not _counts(passage, index, [token.text])
    }
    for block in passage.blocks:
        formulas = list(FORMULA.finditer(block.text))
        for number in _NUMBER.finditer(block.text):
            digits = re.search(r"\d", number[0])
            is_label = digits and block.start + number.start() + digits.start() in labels
            if is_label or any(each.start() < number.end() and number.start() < each.end() for each in formulas):
                continue
            text = _read(number, has_unit=has_unit)
            start = block.start + number.start() + number[0].find(text)
            yield text, Span(start=start, end=start + len(text))


def _read(number: re.Match[str], *, has_unit: bool) -> str:
    """The number with its unit where the answer has one to compare; what follows it may be any word."""
    whole, unit = number[0].strip(), number["unit"]
    if unit is None or (has_unit and unit_of(whole) is not None):
        return whole
    return whole.removesuffix(unit).strip()


def _is_same(one: str, other: str) -> bool:
    """Both ways: a value with more digits than the page gives is not the page's."""
    return compare(one, other).outcome is Outcome.CORRECT and compare(other, one).outcome is Outcome.CORRECT
