"""Answers that are wrong for sure, made from a gold: a verifier that takes all of them for right decides nothing."""

import re

from verifier import AnswerType

_NUMBER = re.compile(r"\d+")
_TRUTHS = {"yes": "no", "no": "yes", "true": "false", "false": "true"}
_TRUTH = re.compile(r"\b(?:yes|no|true|false)\b", re.IGNORECASE)
_WORDS = ("obsidian marigold", "cedar lantern")
_LETTER = re.compile(r"(?<![A-Za-z\\])[A-Ja-j](?=[A-J]*(?![A-Za-z]))")
_MAX_DIGITS = 400
# A gold of another type that is the one control is not the other.
_UNRELATED = {AnswerType.MCQ: ("A", "B"), AnswerType.BOOLEAN: ("yes", "no")}


def wrong_answers(answer: str, answer_type: AnswerType) -> list[str]:
    """The first number one higher, the next letter, the opposite, another word, twice the value and one: one or two.

    A gold in which there is nothing to change gets unrelated ones; of yes and no at least one is wrong.
    """
    changed = [each for each in _changed(answer, answer_type) if each.casefold() != answer.casefold()]
    return changed or list(_UNRELATED[answer_type])


def _changed(answer: str, answer_type: AnswerType) -> list[str]:
    if answer_type is AnswerType.MCQ:
        return [_LETTER.sub(_next_letter, answer, count=1)]
    if answer_type is AnswerType.BOOLEAN:
        return [_TRUTH.sub(lambda found: _TRUTHS[found[0].lower()], answer)]
    number = _NUMBER.search(answer)
    changed = [_higher(answer, number)] if number and len(number[0]) <= _MAX_DIGITS else []
    return [*changed, _other(answer, answer_type)]


def _higher(answer: str, number: re.Match[str]) -> str:
    return f"{answer[: number.start()]}{int(number[0]) + 1}{answer[number.end() :]}"


def _next_letter(found: re.Match[str]) -> str:
    letters = "ABCDEFGHIJ" if found[0].isupper() else "abcdefghij"
    return letters[(letters.index(found[0]) + 1) % len(letters)]


def _other(answer: str, answer_type: AnswerType) -> str:
    if answer_type is AnswerType.WORD:
        return next(word for word in _WORDS if word not in answer.casefold())
    is_finite = answer_type is AnswerType.EXPRESSION and r"\infty" not in answer
    return rf"2 \left({answer}\right) + 1" if is_finite else "8317"
