"""Asks for an integer in place of a fraction, a root or a multiple of pi, which any checker of rewards can compare."""

import re
from dataclasses import dataclass, replace

from pipeline.stage import RowStage
from stages._gold_integers import Asked, asked, letters_for
from stages._gold_surds import NoSurdError, surd
from stages._text import question_key
from stages.records import Problem, Rescue
from verifier import AnswerType
from verifier.formulas.expressions import parse
from verifier.formulas.tree import TooLargeError, UnparsableError
from verifier.latex import normalise, unwrap

MAX_CHARS = 120
_TYPES = frozenset({AnswerType.FRACTION, AnswerType.EXPRESSION})
_ROUNDED = re.compile(r"\b(?:decimals?|nearest|approximat\w*|round\w*|significant|percent\w*)\b|%", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class AskInteger(RowStage[Problem, Problem]):
    r"""Extends questions whose answer is $\frac{m}{n}$, $a\sqrt{b}$, $a+b\sqrt{c}$, the latter over $d$, or such a
    multiple of $\pi$ by the question for the sum of these integers, as DAPO does with its problems.

    The integers are unique: fractions in lowest terms, radicands without square factors. An answer that is an integer
    already, has a unit, is rounded or has another form stays as it is. The signals `asked_for:m+n` and
    `given_answer:...` say what was done, and a reference solution is led on to the integer. The new row shares its
    `cluster` with the old question.
    """

    def process(self, row: Problem) -> Problem:
        form = None if row.rescued is Rescue.INTEGER_ANSWER else _form(row)
        letters = letters_for(len(form.values), row.question) if form else None
        if form is None or letters is None:
            return row
        ask, total, value = form.written(letters)
        question = f"{row.question.rstrip()}\n\n{ask}"
        ending = f"The answer is ${row.answer}$, so ${total}={value}$."
        return replace(
            row,
            question=question,
            answer=str(value),
            answer_type=AnswerType.INTEGER,
            reference_solution=f"{row.reference_solution}\n\n{ending}" if row.reference_solution else None,
            signals=[*row.signals, f"asked_for:{total}", f"given_answer:{row.answer}"],
            content_key=question_key(question),
            cluster=row.cluster or row.content_key,
            rescued=Rescue.INTEGER_ANSWER,
        )


def _form(row: Problem) -> Asked | None:
    if row.answer_type not in _TYPES or row.unit is not None or len(row.answer) > MAX_CHARS:
        return None
    if _ROUNDED.search(row.question):
        return None
    try:
        return asked(surd(parse(unwrap(normalise(row.answer)))))
    except (UnparsableError, TooLargeError, NoSurdError):
        return None
