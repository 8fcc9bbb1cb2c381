"""The reward of an exported data set for open-instruct: the verifier "tracemill", which the column `dataset` names.

open-instruct makes a verifier of each subclass that it finds, so this file is imported before the trainer starts. It
hands on the ground truth alone, which therefore holds the answer, its type and the question.
"""

import asyncio
import importlib.util
from typing import Any

from tracemill import Gold, Grader

# What a completion gets that could not be decided (a timeout, an answer nobody can parse); a score must be a number.
UNDECIDED = 0.0
# True where the chat template ends the prompt with <think>: without </think> there is then no answer.
PREFILLED = False
# What the data set was verified with; it is written in when this file is exported.
MADE_WITH: dict[str, str] = {}

NAME = "tracemill"

_grader = Grader(MADE_WITH, prefilled=PREFILLED)


def score(prediction: str, label: str) -> float:
    """1 for a correct completion, 0 for an incorrect one, `UNDECIDED` else."""
    (verdict,) = _grader.grade([Gold.of(label)], [prediction])
    return verdict.reward(undecided=UNDECIDED) or 0.0


if importlib.util.find_spec("open_instruct"):
    from open_instruct.ground_truth_utils import VerificationResult, VerifierFunction  # type: ignore[import-not-found]

    class TracemillVerifier(VerifierFunction):  # type: ignore[misc]
        """What open-instruct calls for rows whose `dataset` is "tracemill"."""

        def __init__(self, verifier_config: Any = None) -> None:
            super().__init__(NAME, verifier_config=verifier_config, weight=1.0)

        def __call__(self, tokenized_prediction: Any, prediction: str, label: Any, *_: Any, **__: Any) -> Any:
            return VerificationResult(score=score(prediction, label))

        async def async_call(self, tokenized_prediction: Any, prediction: str, label: Any, *_: Any, **__: Any) -> Any:
            return VerificationResult(score=await asyncio.to_thread(score, prediction, label))
