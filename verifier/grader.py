"""Whole completions graded in a trainer's reward function, by the rules that a data set was verified with.

Trainers call rewards once a batch or once a sample, from threads, event loops and forked or spawned workers. So one
verifier is kept a process, whose own workers start at the first need and end with the process.
"""

import atexit
import json
import logging
import os
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from verifier.api import Pair, Verifier
from verifier.types import VERSION, AnswerType, Outcome, Policy, Verdict

OPEN = "<think>"
LABEL_KEYS = frozenset({"answer", "answer_type", "question"})
MAX_WORKERS = 4

_log = logging.getLogger("tracemill.rewards")


class PolicyChangedError(RuntimeError):
    """The installed verifier judges by other rules than those that the data set was made with."""


@dataclass(frozen=True, slots=True)
class Gold:
    """What a completion is compared with. The type and the question decide how; without them both are guessed."""

    answer: str
    answer_type: str | None = None
    question: str | None = None

    @classmethod
    def of(cls, label: str) -> Self:
        """From the one string that some trainers hand on: an exported label, which is JSON, or a bare answer."""
        if isinstance(label, str) and label.startswith("{"):
            try:
                fields = json.loads(label)
            except json.JSONDecodeError:
                return cls(label)
            if isinstance(fields, dict) and fields.keys() == LABEL_KEYS:
                return cls(**fields)
        return cls(label)

    def pair(self, completion: str) -> Pair:
        kind = AnswerType(self.answer_type) if self.answer_type else None
        return Pair(self.answer, completion, self.question, kind)


class _KeptVerifier(Verifier):
    def abandon(self) -> None:
        """In a forked child: leaves the workers to the process that started them."""
        self._pool.abandon()


class Grader:
    """Verdicts on completions; counts them in `counts` and says in the log when some are undecided.

    made_with  -- the data set's name, and the policy's digest, its `extraction` and the verifier's version at that
                  time; empty: whatever is installed. Raises `PolicyChangedError` where the installed differ
    prefilled  -- whether the chat template opens the reasoning with `<think>`, so that a completion without `</think>`
                  is one that never came to its answer
    """

    def __init__(self, made_with: Mapping[str, str], *, prefilled: bool = False) -> None:
        if made_with:
            _check(made_with)
        self._policy = Policy(reasoning="auto", extraction=made_with.get("extraction", Policy().extraction))
        self._prefilled = prefilled
        self._verifier: _KeptVerifier | None = None
        self._forget()
        os.register_at_fork(after_in_child=self._in_child)
        atexit.register(self.close)

    def grade(
        self, golds: Sequence[Gold], completions: Sequence[str], *, prompts: Sequence[str] | None = None
    ) -> list[Verdict]:
        """One verdict a completion, in order. `prompts`, as rendered, say which completions begin inside `<think>`."""
        openings = [self._prefilled] * len(golds) if prompts is None else [_opens(prompt) for prompt in prompts]
        given = zip(golds, completions, openings, strict=True)
        pairs = [gold.pair(OPEN + text if is_open else text) for gold, text, is_open in given]
        verdicts = self._started().verify_many(pairs)
        self._count(verdicts)
        return verdicts

    def close(self) -> None:
        """Ends the workers; the next call starts new ones."""
        with self._lock:
            if self._verifier:
                self._verifier.close()
            self._verifier = None

    def _started(self) -> Verifier:
        with self._lock:
            if self._verifier is None:
                self._verifier = _KeptVerifier(workers=min(MAX_WORKERS, os.cpu_count() or 1), policy=self._policy)
            return self._verifier

    def _count(self, verdicts: Sequence[Verdict]) -> None:
        with self._lock:
            before = self.counts[Outcome.UNDECIDED]
            self.counts.update(verdict.outcome for verdict in verdicts)
            now, total = self.counts[Outcome.UNDECIDED], self.counts.total()
        # Told at the first, the tenth, the hundredth: whoever trains for days wants neither silence nor a line each.
        if now > before and (before == 0 or len(str(now)) > len(str(before))):
            reason = next(verdict.reason for verdict in verdicts if verdict.outcome is Outcome.UNDECIDED)
            _log.warning("%d of %d completions undecided so far in this process (latest: %s)", now, total, reason)

    def _in_child(self) -> None:
        if self._verifier:
            self._verifier.abandon()
        self._forget()

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._verifier = None
        self.counts: Counter[Outcome] = Counter()


def _opens(prompt: str) -> bool:
    return prompt.rstrip().endswith(OPEN)


def _check(made_with: Mapping[str, str]) -> None:
    installed = Policy(reasoning="plain", extraction=made_with["extraction"]).digest
    if (made_with["policy"], made_with["verifier"]) == (installed, VERSION):
        return
    raise PolicyChangedError(
        f"{made_with['dataset']} was verified under policy {made_with['policy']} by version {made_with['verifier']} of "
        f"the verifier; this tracemill has policy {installed} and version {VERSION}, so rewards would follow other "
        f"rules than the data: install the tracemill that made the data set, or make and export it again with this one"
    )
