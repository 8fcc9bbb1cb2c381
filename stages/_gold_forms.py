r"""The forms in which a gold and a right response meet: in exports, in the rewards of trainers, in evaluation.

TRL compares a `solution` such as `$391$` with a completion, verl and OpenRLHF a bare string with a response, our own
rewards whatever the row holds with what follows `</think>`.
"""

import re

from verifier import AnswerType, Pair

# Where each response form is met: prompts that ask for a box, GSM8K, plain chat, reasoning models.
RESPONSES = {
    "dollars": "${}$",
    "round_brackets": r"\({}\)",
    "square_brackets": r"\[{}\]",
    "boxed": r"\boxed{{{}}}",
    "boxed_in_dollars": r"$\boxed{{{}}}$",
    "final_answer": "The final answer is {}.",
    "hashes": "We add them up.\n#### {}",
    "think_boxed": "<think>\nWait, is it 1? No.\n</think>\n\nThe answer is \\boxed{{{}}}.",
    "answer_colon": "Answer: {}",
}
GOLDS = {"dollars": "${}$", "boxed": r"\boxed{{{}}}"}
RESPONSES_TO_GOLDS = ("boxed", "think_boxed")
_IN_FORMULA = frozenset({"dollars", "round_brackets", "square_brackets", "boxed_in_dollars"})
_WHOLE = re.compile(r"\$([^$]+)\$")
_LONE_DOLLAR = re.compile(r"(?<!\\)\$")


def forms(answer: str, question: str, answer_type: AnswerType) -> dict[str, Pair]:
    """By name, pairs of which every one has to be correct. `bare` is the answer as an extractor hands it on."""
    pairs = {"bare": Pair(answer, answer, question, answer_type, extracted=True)}
    for name, form in RESPONSES.items():
        pairs[name] = Pair(answer, form.format(_written(name, answer)), question, answer_type)
    for name, form in GOLDS.items():
        gold = form.format(_written(name, answer))
        for response in RESPONSES_TO_GOLDS:
            right = RESPONSES[response].format(answer)
            pairs[f"gold_in_{name}_{response}"] = Pair(gold, right, question, answer_type)
    return pairs


def _written(form: str, answer: str) -> str:
    """In a formula a dollar sign is escaped, as whoever writes LaTeX does; those around the whole are left out."""
    if form not in _IN_FORMULA:
        return answer
    whole = _WHOLE.fullmatch(answer)
    return whole[1] if whole else _LONE_DOLLAR.sub(r"\\$", answer)
