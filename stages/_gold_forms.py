r"""The forms in which a gold and a right response meet: in exports, in the rewards of trainers, in evaluation.

TRL compares a `solution` such as `$391$` with a completion, verl and OpenRLHF a bare string with a response, our own
rewards whatever the row holds with what follows `</think>`.
"""

from verifier import AnswerType, Pair

# Where each response form is met: prompts that ask for a box, GSM8K, plain chat, reasoning models.
RESPONSES = {
    "bare": "{}",
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


def forms(answer: str, question: str, answer_type: AnswerType) -> dict[str, Pair]:
    """By name, pairs of which every one has to be correct."""
    bare = {name: Pair(answer, form.format(answer), question, answer_type) for name, form in RESPONSES.items()}
    wrapped = {
        f"gold_in_{name}_{response}": Pair(
            form.format(answer), RESPONSES[response].format(answer), question, answer_type
        )
        for name, form in GOLDS.items()
        for response in RESPONSES_TO_GOLDS
    }
    return bare | wrapped
