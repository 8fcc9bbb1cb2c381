"""Benchmark questions hidden the ways they get hidden: the leaks that decontamination is measured on.

A way gives None for a question that it cannot hide: no capital, no LaTeX, no clause, no word with a synonym.
"""

import hashlib
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stages.records import QAPair

_BEFORE = (
    "Solve the following problem.", "Problem 12.", "Please answer this question step by step:", "Question:",
    "I am stuck with this exercise from my homework, can you help?", "Exercise 3.4 (from the book)",
    "Here is a question for you.", "Q:", "Read the problem and give the final answer in a box.",
)  # fmt: skip
_AFTER = (
    "Show your work.", "Put your final answer within \\boxed{}.", "Explain each step.", "Thanks in advance!",
    "A) 12 B) 15 C) 18 D) none of these", "Please reason step by step.", "(5 points)", "Answer:",
)  # fmt: skip
_SYNONYMS = (
    ("find", "determine"), ("compute", "calculate"), ("evaluate", "work out"), ("large", "big"), ("small", "little"),
    ("largest", "biggest"), ("smallest", "least"), ("begin", "start"), ("begins", "starts"), ("buys", "purchases"),
    ("bought", "purchased"), ("total", "overall"), ("altogether", "in total"), ("many", "numerous"),
    ("house", "home"), ("children", "kids"), ("students", "pupils"), ("teacher", "instructor"), ("shop", "store"),
    ("store", "shop"), ("gave", "handed"), ("gives", "hands"), ("also", "too"), ("approximately", "roughly"),
    ("each", "every"), ("same", "identical"), ("different", "distinct"), ("suppose", "assume"),
    ("initially", "at first"), ("car", "automobile"),
    ("often", "frequently"), ("value", "amount"), ("road", "street"), ("picture", "image"), ("choose", "pick"),
    ("contains", "holds"), ("entire", "whole"), ("rest", "remainder"), ("quickly", "fast"), ("method", "approach"),
    ("describe", "depict"), ("statement", "claim"), ("company", "firm"), ("purchase", "acquisition"), ("job", "task"),
    ("person", "individual"), ("people", "persons"), ("result", "outcome"), ("cause", "reason"), ("must", "has to"),
    ("following", "subsequent"), ("show", "demonstrate"), ("likely", "probable"), ("moves", "travels"),
    ("takes", "needs"),
    ("money", "cash"), ("costs", "is priced at"), ("after", "following"), ("before", "prior to"), ("if", "given that"),
)  # fmt: skip
_CLAUSE_END = re.compile(r"(?<=[.?!;])\s+|(?<=,)\s+(?=[a-zA-Z])")
_LATEX = (
    (re.compile(r"\\frac(?=\{)"), r"\\dfrac"), (re.compile(r"\^(\w)"), r"^{\1}"),
    (re.compile(r"\\le(?![a-z])"), r"\\leq"),
    (re.compile(r"\\ge(?![a-z])"), r"\\geq"), (re.compile(r"\\cdot(?![a-z])"), r"\\times"),
    (re.compile(r"\\(left|right)(?![a-z])"), ""), (re.compile(r"\^\{?\\circ\}?"), "°"),
    (re.compile(r"\\text\{"), r"\\mathrm{"), (re.compile(r"\\\["), "$$"), (re.compile(r"\\\]"), "$$"),
    (re.compile(r"\$\$(.+?)\$\$", re.DOTALL), r"\\[\1\\]"), (re.compile(r"(?<![\\$])\$([^$]+)\$"), r"\\( \1 \\)"),
)  # fmt: skip

Way = Callable[[str, random.Random], str | None]


def verbatim(text: str, rng: random.Random) -> str:
    return text


def case(text: str, rng: random.Random) -> str | None:
    """In capitals or without any; LaTeX commands keep theirs."""
    change = rng.choice((str.upper, str.lower))
    made = "".join(part if part.startswith("\\") else change(part) for part in re.split(r"(\\[a-zA-Z]+)", text))
    return made if made != text else None


def spacing(text: str, rng: random.Random) -> str:
    """Line ends, doubled and odd spaces, spaces before marks."""
    made = re.sub(r" ", lambda _: rng.choice((" ", "  ", "\n", "\u00a0", "\t")), text)
    return re.sub(r"([?.,;])(?=\s|$)", lambda mark: rng.choice((mark[0], " " + mark[0])), made)


def latex(text: str, rng: random.Random) -> str | None:
    """Every formula spelled in another way that is usual."""
    made = text
    for pattern, spelling in _LATEX:
        made = pattern.sub(spelling, made)
    return made if made != text else None


def prefixed(text: str, rng: random.Random) -> str:
    return f"{rng.choice(_BEFORE)} {text}"


def suffixed(text: str, rng: random.Random) -> str:
    return f"{text} {rng.choice(_AFTER)}"


def clause_dropped(text: str, rng: random.Random) -> str | None:
    """Without one sentence, or part between commas, of at least two words and at most a third of all."""
    clauses = _CLAUSE_END.split(text)
    total = len(text.split())
    short = [place for place, clause in enumerate(clauses) if 2 <= len(clause.split()) <= total / 3]
    if not short or "[asy]" in text:
        return None
    del clauses[rng.choice(short)]
    return " ".join(clauses)


def synonym(text: str, rng: random.Random) -> str | None:
    """One word, wherever it first stands, exchanged for another that means about the same."""
    there = [(word, other) for word, other in _SYNONYMS if re.search(rf"(?<![\\\w]){word}\b", text, re.IGNORECASE)]
    if not there:
        return None
    word, other = rng.choice(there)
    return re.sub(rf"(?<![\\\w]){word}\b", other, text, count=1, flags=re.IGNORECASE)


WAYS: dict[str, Way] = {
    "verbatim": verbatim,
    "case": case,
    "spacing": spacing,
    "latex": latex,
    "prefixed": prefixed,
    "suffixed": suffixed,
    "clause dropped": clause_dropped,
    "synonym": synonym,
}


@dataclass(frozen=True, slots=True)
class Plant:
    way: str
    item: QAPair
    text: str


def plants(items: list[QAPair], *, each: int) -> Iterator[Plant]:
    """`each` of every way, over the benchmarks in turn, so that a small one counts as much as a large one."""
    by_benchmark: dict[str, list[QAPair]] = {}
    for item in sorted(items, key=lambda item: _digest(item.id)):
        by_benchmark.setdefault(item.source, []).append(item)
    for way, hide in WAYS.items():
        made = 0
        for item in _in_turn([*by_benchmark.values()]):
            text = hide(item.question, random.Random(_digest(way, item.id)))
            if text is not None and (way in ("verbatim", "spacing") or text != item.question):
                yield Plant(way, item, text)
                made += 1
            if made == each:
                break


def _in_turn(groups: list[list[QAPair]]) -> Iterator[QAPair]:
    for place in range(max(map(len, groups))):
        yield from (group[place] for group in groups if place < len(group))


def _digest(*parts: str) -> bytes:
    return hashlib.blake2b("/".join(parts).encode(), digest_size=8).digest()
