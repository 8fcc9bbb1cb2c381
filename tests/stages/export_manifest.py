"""The manifest of a small export, as the card and the pictures read it; its statistics are computed from rows."""

from typing import Any

import polars as pl

from stages._statistics import rl_statistics, sft_statistics

MARKS: dict[str, Any] = {
    **{"num_words": 40, "wait": 2, "recheck": 0, "alternatively": 1, "retry": 0, "however": 1, "branching": 1},
    **{"verification": 2, "backtracking": 1, "repetition": 0.1, "longest_repeat": 4, "foreign": 0.0},
    **{"num_boxes": 1, "has_code": False, "leak": None},
}
OUTCOMES = ("correct", "incorrect", "undecided", "correct")
RECIPE: list[dict[str, Any]] = [
    {"node": "pages", "stage": "read_html", "config": {}, "pins": {"00000": "f1" * 32}},
    {"node": "clean", "stage": "decontaminate", "config": {"ngram": 10, "methods": ["exact"]}, "pins": {}},
    {"node": "traces", "stage": "distil", "config": {"samples": 4, "teacher": {"name": "small"}}, "pins": {}},
]


def attempts(num_problems: int = 20, *, marked: bool = True) -> pl.DataFrame:
    rows = [
        {
            "problem_id": f"p{number:02d}",
            "teacher": ("small", "large")[number % 2],
            "outcome": outcome,
            "num_tokens": 100 + 37 * number + 50 * sample,
            "source": "pages",
            "pass_rate": 2 / 3,
            "difficulty": None,
            "finish_reason": "length" if sample == 2 else "stop",
            **({"trajectory": MARKS} if marked else {}),
        }
        for number in range(num_problems)
        for sample, outcome in enumerate(OUTCOMES)
    ]
    return pl.DataFrame(rows, schema_overrides={"difficulty": pl.String})


def problems(num_problems: int = 20) -> pl.DataFrame:
    rows = [
        {
            "split": "validation" if number % 10 == 0 else "train",
            "answer_type": "integer" if number else "chemistry",
            "num_attempts": 3 if number > 1 else 0,
            "pass_rate": number / num_problems if number > 1 else None,
            "difficulty": None,
            "answer": str(number),
            "question": f"What is {number} plus 2?",
            "provenance": {"source": "pages", "cluster": f"p{number:02d}"},
        }
        for number in range(num_problems)
    ]
    return pl.DataFrame(rows, schema_overrides={"difficulty": pl.String, "pass_rate": pl.Float64})


def manifest(**changes: Any) -> dict[str, Any]:
    every, prompts = attempts().lazy(), problems().lazy()
    sft, rl = sft_statistics(every.filter(pl.col("outcome") == "correct")), rl_statistics(prompts)
    given = {"rows": 20, "problems": 20}
    made: dict[str, Any] = {
        "name": "demo",
        "format": 2,
        "digest": "d" * 64,
        "rows": {
            "sft": {"train": 36, "validation": 4},
            "rl": {"train": 18, "validation": 2},
            "sft_all": {"train": 80, "validation": 0},
            "rl_all": {"train": 18, "validation": 2},
        },
        "tokens": {"sft": sft["tokens"], "sft_all": 30_000},
        "sources": {
            "pages": {
                "licences": ["CC BY 4.0"],
                "attributions": ["A. Author"],
                "num_attributions": 1,
                "origins": ["human"],
                "sampled_problems": 18,
                "views": {"sft": {"rows": 40, "problems": 9}, "rl": given, "sft_all": given, "rl_all": given},
            }
        },
        "teachers": {"sft": {"large": 20, "small": 20}, "sft_all": {"large": 40, "small": 40}},
        "teacher_terms": {
            "small": _terms(
                licence="Apache-2.0", url="https://example.org/small", model="lab/small", revision="ab" * 20
            ),
            "large": _terms(licence=None, backend="replay"),
        },
        "answer_types": {"rl": {"integer": 19, "chemistry": 1}},
        "verifiers": [{"verifier": "rule", "version": "1", "policy": "p1"}],
        "decontaminated": [],
        "not_decontaminated": [],
        "benchmarks": [],
        "funnel": [
            _step("pages", "read_html", 40, 40, {}),
            _step("clean", "decontaminate", 40, 30, {"contaminated": 8, "too_short": 2}),
            _step("traces", "distil", 30, 20, {"prompt_too_long": 10}),
        ],
        "parents": [step | {"key": "k" * 64, "digest": "e" * 64} for step in RECIPE],
        "environment": {"python": "3.11", "polars": "2.1"},
        "statistics": {"sft": sft, "sft_all": sft_statistics(every), "rl": rl, "rl_all": rl},
    }
    return made | changes


def _terms(**facts: Any) -> dict[str, Any]:
    none = dict.fromkeys(("model", "revision", "licence", "url", "note"))
    return none | {"backend": "vllm", "nodes": {"traces": "distil"}} | facts


def _step(node: str, stage: str, rows_in: int, kept: int, rejected: dict[str, int]) -> dict[str, Any]:
    return {
        **{"node": node, "stage": stage, "rows_in": rows_in, "kept": kept, "rows_out": kept},
        **{"rejected": rejected, "quarantined": 0},
    }
