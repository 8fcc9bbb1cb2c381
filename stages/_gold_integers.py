r"""Forms with unique coefficients: one integer then stands for the value, $m+n$ for $\frac{m}{n}$ in lowest terms."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from stages._gold_surds import Surd

_LETTERS = ("mn", "pq", "rs", "uv", "abc", "pqr", "klm", "uvw", "abcd", "pqrs", "klmn", "wxyz", "k", "n", "m", "t")
_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]*\$|\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)
_NAME = re.compile(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])")
_SQUARE_FREE = "is a positive integer not divisible by the square of any prime"


@dataclass(frozen=True, slots=True)
class Asked:
    """`form` and `where` say how the value is written, with `{0}`, `{1}`, ... for its letters; `values` are theirs."""

    form: str
    where: str
    values: tuple[int, ...]

    def written(self, letters: Sequence[str]) -> tuple[str, str, int]:
        """What to ask behind the question, the sum that is asked for, and its value."""
        total = "+".join(letters)
        form, where = (_filled(text, letters) for text in (self.form, self.where))
        return f"The answer can be written as ${form}$, where {where}. What is ${total}$?", total, sum(self.values)


def _filled(text: str, letters: Sequence[str]) -> str:
    for place, letter in enumerate(letters):
        text = text.replace(f"<{place}>", letter)
    return text


def asked(value: Surd) -> Asked | None:
    """The form of a value that is no integer; None where it has none with unique integers."""
    sign = "-" if (value.a or value.b) < 0 and not (value.a and value.b) else ""
    if value.k == 0 and not value.b:
        return None if value.a.denominator == 1 else _fraction(sign, value.a)
    if value.k == 0:
        return _root(sign, value) if not value.a else _sum(value)
    return _multiple_of_pi(sign, value.a) if value.k == 1 and not value.b else None


def letters_for(count: int, question: str) -> str | None:
    """Letters that the question does not use in a formula, nor as a lone capital or small letter but "a" and "I"."""
    inside = "".join(_FORMULA.findall(question))
    outside = _FORMULA.sub(" ", question)
    used = set(_NAME.findall(inside)) | (set(_NAME.findall(outside)) - {"a", "A", "I"})
    return next((each for each in _LETTERS if len(each) == count and not used & set(each)), None)


def _fraction(sign: str, value: Fraction) -> Asked:
    return Asked(
        sign + r"\frac{<0>}{<1>}",
        "$<0>$ and $<1>$ are relatively prime positive integers",
        (abs(value.numerator), value.denominator),
    )


def _root(sign: str, value: Surd) -> Asked:
    top, bottom = abs(value.b.numerator), value.b.denominator
    if bottom > 1:
        where = f"$<0>$ and $<2>$ are relatively prime positive integers and $<1>$ {_SQUARE_FREE}"
        return Asked(sign + r"\frac{<0>\sqrt{<1>}}{<2>}", where, (top, value.c, bottom))
    if top == 1:
        return Asked(sign + r"\sqrt{<0>}", "$<0>$ is a positive integer", (value.c,))
    return Asked(sign + r"<0>\sqrt{<1>}", f"$<0>$ is a positive integer and $<1>$ {_SQUARE_FREE}", (top, value.c))


def _sum(value: Surd) -> Asked:
    bottom = math.lcm(value.a.denominator, value.b.denominator)
    a, b = int(value.a * bottom), int(value.b * bottom)
    if bottom == 1:
        return Asked(r"<0>+<1>\sqrt{<2>}", f"$<0>$ and $<1>$ are integers and $<2>$ {_SQUARE_FREE}", (a, b, value.c))
    where = f"$<0>$, $<1>$ and $<3>$ are integers without a common factor, $<3>$ is positive, and $<2>$ {_SQUARE_FREE}"
    return Asked(r"\frac{<0>+<1>\sqrt{<2>}}{<3>}", where, (a, b, value.c, bottom))


def _multiple_of_pi(sign: str, value: Fraction) -> Asked | None:
    top, bottom = abs(value.numerator), value.denominator
    if bottom > 1:
        return Asked(
            sign + r"\frac{<0>\pi}{<1>}", "$<0>$ and $<1>$ are relatively prime positive integers", (top, bottom)
        )
    return Asked(sign + r"<0>\pi", "$<0>$ is a positive integer", (top,)) if top > 1 else None
