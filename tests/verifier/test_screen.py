"""What is kept from computer algebra, and that no ordinary answer is."""

import ast
import gzip
import json
from typing import Any

import pytest

from tests.verifier.pairs import data_folder
from verifier.screen import too_large


@pytest.mark.parametrize(
    "text",
    [
        "9^{9^9}",
        "9**9**9",
        r"\left(10^{9}\right)^{9^{9}}",
        "10^{-10^{10}}",
        "(1/3)^{-9^{9^9}}",
        "((2^{999})^{999})^{999}",
        r"\exp(\exp(\exp(10)))",
        r"e^{e^{e^{e}}}",
        r"\int_0^1 x^{10^{9}} dx",
        r"\sqrt[9]{7^{123456789}}",
        "9⁹⁹⁹⁹⁹",
    ],
)
def test_powers_are_judged_by_size(text: str) -> None:
    assert too_large(text) == "a tower of powers"


@pytest.mark.parametrize("text", ["(10^8)!", "10!!!!", r"\Gamma(10^9)", r"\left(3^{9}\right)!", r"\frac{1}{99999!}"])
def test_factorials_are_judged_by_size(text: str) -> None:
    assert too_large(text) == "a large factorial"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (r"\binom{10^9}{5\cdot 10^8}", "a large binomial"),
        (r"\sum_{k=1}^{10^9}\frac{1}{k}", "a sum or product of many terms"),
        (r"(1+x)^{1000}", "a large power of a sum"),
        (r"\operatorname{zeros}(20000)", "a matrix made by a command"),
        (r"\begin{vmatrix}" + r"a & b & c & d & e \\" * 5 + r"\end{vmatrix}", "a large matrix"),
        ("(" * 60 + "1" + ")" * 60, "nested too deeply"),
        ("x^" * 480 + "2", "nested too deeply"),
        ("|x|" * 60, "nested too deeply"),
        ("7" * 400, "an endless run of digits or letters"),
        ("x+" * 600, "longer than 1000 characters"),
    ],
)
def test_refuses(text: str, reason: str) -> None:
    assert too_large(text) == reason


@pytest.mark.parametrize(
    "text",
    [
        "2^{4950}",
        r"\frac{7}{2^{1009}}",
        "100!",
        r"\binom{2020}{1010}",
        r"\frac{d!}{2k(d-k)!}",
        r"\sum_{k=1}^{2020} k^2",
        "x^{2008}+1",
        r"e^{-x^2}",
        r"e^{-0.0001234t}",
        "10^{-30}",
        r"6.02\times 10^{23}",
        r"\int_0^\infty e^{-x^2}\,dx",
        "2^{2^{n}}",
        "[0,1)",
        r"6.25\10^{-6}",
        "①+x",
        "a)b)c",
        "",
        r"\left(1+\frac{x}{2}\right)^{20}",
        r"\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}",
        "|x-|y-1||",
        r"\Gamma(n+1)",
        r"\exp(-x^2/2)",
    ],
)
def test_lets_ordinary_mathematics_pass(text: str) -> None:
    assert too_large(text) is None


def _rows(name: str) -> list[dict[str, Any]]:
    with gzip.open(data_folder() / "benchmarks" / name, "rt", encoding="utf-8", newline="\n") as lines:
        return json.load(lines) if name.endswith(".json.gz") else [json.loads(line) for line in lines]


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("math_train.jsonl.gz", "answer"),
        ("math_test.jsonl.gz", "answer"),
        ("theoremqa.json.gz", "Answer"),
        ("scibench.jsonl.gz", "answer_latex"),
        ("olympiadbench.jsonl.gz", "final_answer"),
    ],
)
def test_hardly_any_real_gold_is_refused(name: str, column: str) -> None:
    rows = _rows(name)
    golds = [str(row[column]) for row in rows]
    if column == "final_answer":
        golds = [gold for each in golds for gold in ast.literal_eval(each)]
    refused = [gold for gold in golds if too_large(gold)]
    assert len(refused) <= 0.0005 * len(golds), refused
