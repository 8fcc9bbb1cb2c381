"""Matches of questions with benchmark items, as the tests of the stages around them make them."""

from typing import Any

from stages.records import BenchmarkMatch, LeakOpinion, Likeness, MatchedPair
from tests.stages.test_dedup_exact import pair

WHEEL = (
    "The Ferris wheel in Paradise Park has 14 seats. Each seat can hold 6 people. How many people can ride the Ferris "
    "wheel at the same time?"
)
REWORDED = (
    "There are 14 seats on a Ferris wheel in Paradise Park, and up to 6 people fit into each of them. What number of "
    "people can be on the wheel at once?"
)
RENUMBERED = WHEEL.replace("14", "20").replace("6", "3")
OTHER = "A bag holds 14 red balls and 6 blue ones. What is the chance that two balls drawn at random are both red?"
ITEMS = [pair("item-1", WHEEL), pair("item-2", "Compute $3 + 4$."), pair("item-3", "Name the capital of France.")]


def match(
    item: str = "item-1",
    cosine: float = 0.8,
    shared: float = 0.0,
    answer: float = 0.0,
    crowd: float = 0.5,
    **changes: Any,
) -> BenchmarkMatch:
    told = {"benchmark": "gsm8k", "item": item, "item_question": f"{WHEEL} ({item})", "opinion": None}
    near = {"cosine": cosine, "shared_numbers": shared, "shared_answer": answer, "crowd": crowd}
    return BenchmarkMatch(**(told | near | changes))


def matched(row_id: str, *matches: BenchmarkMatch) -> MatchedPair:
    return MatchedPair(id=row_id, question=REWORDED, matches=list(matches))


def said(likeness: Likeness | None, trouble: str | None = None) -> LeakOpinion:
    return LeakOpinion(likeness=likeness, trouble=trouble, reply="r", model="m", revision="v", style="match-v1")
