"""The scores of one trainer's own rewards, in a process that has the trainer: `stock_scores.py TRAINER PAIRS SCORES`.

Both files are JSON: a list of pairs of a gold and an answer, and per reward a list of scores, True where it is full.
"""

import json
import sys
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Reward = Callable[[str, str], float | None]


def response(answer: str) -> str:
    return f"<think>\nLet me see.\n</think>\n\nThe answer is \\boxed{{{answer}}}."


def trl() -> Mapping[str, Reward]:
    """TRL reads the column `solution`: bare golds as most data sets hold them, or as we export them."""
    from trl.rewards import accuracy_reward, reasoning_accuracy_reward

    from stages._formats.columns import in_dollars

    def of(reward: Any, gold: str, answer: str) -> float | None:
        found: float | None = reward([[{"role": "assistant", "content": response(answer)}]], [gold])[0]
        return found

    def dollars(gold: str) -> str:
        import pyarrow as pa

        return str(in_dollars(pa.array([gold]))[0])

    return {
        "TRL accuracy, bare gold": lambda gold, answer: of(accuracy_reward, gold, answer),
        "TRL accuracy": lambda gold, answer: of(accuracy_reward, dollars(gold), answer),
        "TRL reasoning accuracy": lambda gold, answer: of(reasoning_accuracy_reward, dollars(gold), answer),
    }


def verl() -> Mapping[str, Reward]:
    """By `data_source`, which chooses the scorer; each is asked in the words that it looks for."""
    from verl.utils.reward_score import default_compute_score, math_verify

    def by(source: str, said: Callable[[str], str]) -> Reward:
        def score(gold: str, answer: str) -> float | None:
            found = default_compute_score(source, said(answer), gold)
            return float(found["score"] if isinstance(found, dict) else found)

        return score

    return {
        "verl gsm8k": by("openai/gsm8k", lambda answer: f"#### {answer}"),
        "verl MATH": by("lighteval/MATH", response),
        "verl math_dapo": by("math_dapo", lambda answer: f"{response(answer)}\nAnswer: {answer}"),
        "verl prime_math": by("numina_olympiads", response),
        "verl math_verify": lambda gold, answer: math_verify.compute_score(response(answer), gold),
    }


def openrlhf() -> Mapping[str, Reward]:
    from openrlhf.utils import extract_boxed_answer, grade_answer

    return {"OpenRLHF": lambda gold, answer: float(grade_answer(extract_boxed_answer(response(answer)), gold))}


def swift() -> Mapping[str, Reward]:
    from swift.rewards import orms

    accuracy = orms["accuracy"]()
    return {"ms-swift": lambda gold, answer: accuracy([response(answer)], [gold])[0]}


def verifiers() -> Mapping[str, Reward]:
    """The module of its scores alone: the package as a whole wants clients of several clouds."""
    (root,) = [Path(folder) / "verifiers" for folder in sys.path if (Path(folder) / "verifiers" / "v1").is_dir()]
    for name in ("verifiers", "verifiers.v1", "verifiers.v1.utils"):
        module = types.ModuleType(name)
        module.__path__ = [str(root.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = module
    from verifiers.v1.utils.score import verify_boxed_math_answer

    return {"verifiers": lambda gold, answer: verify_boxed_math_answer(response(answer), gold)}


TRAINERS = {"trl": trl, "verl": verl, "openrlhf": openrlhf, "swift": swift, "verifiers": verifiers}


def scored(reward: Reward, gold: str, answer: str) -> bool | None:
    """None where the reward leaves the sample out; a reward that raises gives nothing."""
    try:
        score = reward(gold, answer)
    except Exception as error:  # noqa: BLE001 - whatever a stranger's code raises is its answer
        print(f"{gold!r}, {answer!r}: {type(error).__name__}: {error}", file=sys.stderr)
        return False
    return None if score is None else score >= 1


def main(trainer: str, pairs_file: Path, scores_file: Path) -> None:
    pairs = json.loads(pairs_file.read_text(encoding="utf-8"))
    rewards = TRAINERS[trainer]()
    scores = {name: [scored(reward, *pair) for pair in pairs] for name, reward in rewards.items()}
    scores_file.write_text(json.dumps(scores), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
