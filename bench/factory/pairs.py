"""Known question-answer pairs: MATH with solutions, GSM8K, OpenStax College Physics.

All texts get one notation: paragraphs parted by a blank line, lines by a newline, formulas as `\\(..\\)` and
`\\[..\\]`. A text never holds both formulas and a dollar sign, so that a judge can tell a price from a delimiter.
"""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from bench.factory.encode import Encoding
from bench.factory.tex import Needs, needs

SOURCES = {
    "math": "benchmarks/math_test.jsonl.gz",
    "gsm8k": "benchmarks/gsm8k_train.jsonl.gz",
    "openstax": "openstax_college_physics/exercises.jsonl.gz",
}
TEX = re.compile(
    r"\$\$(?P<two>.+?)\$\$|\\\[(?P<box>.+?)\\\]|\\\((?P<par>.+?)\\\)|(?<!\\)\$(?P<one>[^$]+?)(?<!\\)\$"
    r"|(?P<env>\\begin\{(?P<name>(?:align|gather|eqnarray|equation)\*?)\}.+?\\end\{(?P=name)\})",
    re.DOTALL,
)
WORD = re.compile(r"[A-Za-z]{5,}")
SCRIPTED = re.compile(r"[^\s(),;]*[\^_]\{[^{}]*\}[^\s(),;]*")
GLYPHS = {"×": r" \times ", "−": "-", "–": "-", "•": r" \cdot ", "Δ": r"\Delta ", "θ": r"\theta ", "λ": r"\lambda "}
GLYPHS |= {"Ω": r"\Omega ", "μ": r"\mu ", "µ": r"\mu ", "π": r"\pi ", "ω": r"\omega ", "ρ": r"\rho ", "α": r"\alpha "}
PLAIN_TEX = re.compile(r"[0-9A-Za-z.+\-=/^_{} ]+")
STOP = re.compile(
    "about|above|after|again|along|among|answer|because|before|being|below|between|calculate|could|"
    "determine|during|every|express|expressed|first|following|given|having|himself|integer|least|number|"
    "other|possible|round|should|simplest|suppose|terms|their|there|these|third|those|through|total|under|"
    "until|using|value|values|where|which|while|whose|without|would|write"
)


@dataclass(frozen=True)
class Pair:
    """`short` is the final answer alone, empty where the source names none."""

    id: str
    question: str
    answer: str
    short: str
    subject: str

    @cached_property
    def needs(self) -> Needs:
        return needs(self.question + "\n" + self.answer + "\n" + self.short)

    @cached_property
    def keywords(self) -> list[str]:
        """Distinct telling words of the question, longest first."""
        prose = re.sub(r"\\\(.*?\\\)|\\\[.*?\\\]", " ", self.question, flags=re.DOTALL)
        words = {word.lower() for word in WORD.findall(prose) if not STOP.fullmatch(word.lower())}
        return sorted(words, key=lambda word: (-len(word), word))[:6] or ["numbers"]


@dataclass(frozen=True)
class Pool:
    pairs: tuple[Pair, ...]

    @classmethod
    def load(cls, data: Path) -> "Pool":
        """Raises FileNotFoundError where a source is missing under `data`."""
        found = [pair for make in (_math, _gsm8k, _openstax) for pair in make(data) if _fits(pair)]
        return cls(tuple({pair.question: pair for pair in found}.values()))

    def draw(self, rng: Random, count: int, encoding: Encoding, *, longest: int = 10_000) -> list[Pair]:
        """`count` different pairs the encoding can show; two in three have formulas, where the encoding writes any."""
        chosen: dict[str, Pair] = {}
        wants_formula = rng.random() < 2 / 3
        while len(chosen) < count:
            pair = rng.choice(self.pairs)
            if not encoding.admits(pair.needs) or len(pair.answer) > longest:
                continue
            if wants_formula and not pair.needs.formulas:
                continue
            chosen[pair.question] = pair
            wants_formula = rng.random() < 2 / 3
        return list(chosen.values())


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _math(data: Path) -> Iterator[Pair]:
    for number, row in enumerate(_lines(data / SOURCES["math"])):
        if "[asy]" in row["problem"] + row["solution"]:
            continue
        solution = _unboxed(row["solution"]) if number % 2 else row["solution"]
        texts = [_one_notation(text) for text in (row["problem"], solution, f"${row['answer']}$")]
        yield Pair(f"math/{row['unique_id']}", texts[0], texts[1], texts[2], row["subject"])


def _gsm8k(data: Path) -> Iterator[Pair]:
    for number, row in enumerate(_lines(data / SOURCES["gsm8k"])):
        steps, short = re.sub(r"<<.*?>>", "", row["answer"]).rsplit("####", 1)
        yield Pair(f"gsm8k/{number}", row["question"].strip(), steps.strip(), short.strip(), "Arithmetic")


def _openstax(data: Path) -> Iterator[Pair]:
    for row in _lines(data / SOURCES["openstax"]):
        if not row["solution"] or row["has_media"] or row["has_table"]:
            continue
        question, answer = _scripts_as_tex(row["problem"]), _scripts_as_tex(row["solution"])
        if question and answer:
            yield Pair(f"openstax/{row['exercise_id']}", question, answer, short="", subject="Physics")


def _unboxed(text: str) -> str:
    """Every `\\boxed{x}` as `x`: most sites have no boxes."""
    while (start := text.find("\\boxed{")) >= 0:
        depth, end = 1, start + 7
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        text = text[:start] + text[start + 7 : end - 1] + text[end:]
    return text


def _one_notation(text: str) -> str:
    """MATH wraps its source lines anywhere, so that a single newline is a blank."""
    pieces: list[str] = []
    place = 0
    for found in TEX.finditer(text):
        pieces += [_unwrapped(text[place : found.start()]), _formula(found)]
        place = found.end()
    return re.sub(r"[ \t]+", " ", "".join([*pieces, _unwrapped(text[place:])])).strip()


def _formula(found: re.Match[str]) -> str:
    inline = found["one"] or found["par"]
    tex = inline or found["two"] or found["box"] or found["env"]
    tex = re.sub(r"\s+", " ", tex).strip()
    return rf"\({tex}\)" if inline else rf"\[{tex}\]"


def _unwrapped(prose: str) -> str:
    return re.sub(r"\s*\n\s*\n\s*", "\n\n", re.sub(r"(?<!\n)[ \t]*\n[ \t]*(?!\s*\n)", " ", prose))


def _scripts_as_tex(text: str) -> str | None:
    """Linearised `10^{4}` as a formula; None where the linearisation broke the text."""
    if re.search(r"^.{1,2}$|\{\s*\n|\n\s*\}|\(\(", text, re.MULTILINE):
        return None
    bad = False

    def tex(found: re.Match[str]) -> str:
        nonlocal bad
        token = "".join(GLYPHS.get(char, char) for char in found[0])
        token, stop = token.removesuffix("."), "." * token.endswith(".")
        bad |= not PLAIN_TEX.fullmatch(re.sub(r"\\[A-Za-z]+", "", token)) or token[0] in "^_" or token.count("_{") > 1
        return rf"\({token.strip()}\){stop}"

    told = SCRIPTED.sub(tex, re.sub(r"[ \t\u2009\u00a0]+", " ", text)).strip()
    return None if bad or re.search(r"[\^_]\{", re.sub(r"\\\(.*?\\\)", "", told)) else told


def _fits(pair: Pair) -> bool:
    text = f"{pair.question}\n{pair.answer}\n{pair.short}"
    prose = re.sub(r"\\\(.*?\\\)|\\\[.*?\\\]", " ", text, flags=re.DOTALL)
    formulas = "".join(re.findall(r"\\\(.*?\\\)|\\\[.*?\\\]", text, flags=re.DOTALL))
    if "\\" in prose or "$" in formulas or "%" in formulas or ("$" in prose and formulas):
        return False
    return 20 < len(pair.question) < 1500 and 1 < len(pair.answer) < 2500
