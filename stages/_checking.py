"""Verdicts beside a running event loop, so that a rule can count them while texts are being written."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from pipeline.errors import OutageError
from pipeline.fingerprint import package_versions
from stages.records import Problem
from stages.verify import Verify
from verifier import MACHINE_REASONS, VERSION, Pair, Policy, Verdict, Verifier, VerifierError

# As `verify` has it by default: the reasoning is already apart.
POLICY = Policy(reasoning="plain")
MAX_CHECKERS = 4


@dataclass(frozen=True, slots=True)
class Checker:
    """Safe for any number of checks at once; no more of them run than there are threads."""

    verifier: Verifier
    threads: ThreadPoolExecutor

    async def verdict(self, problem: Problem, final: str) -> Verdict:
        pair = Pair(problem.answer, final, problem.question, problem.answer_type)
        return await asyncio.get_running_loop().run_in_executor(self.threads, self._verdict, pair)

    def _verdict(self, pair: Pair) -> Verdict:
        """What the machine may have spoilt is tried a second time."""
        try:
            verdict = self.verifier.verify_many([pair])[0]
            return self.verifier.verify_many([pair])[0] if verdict.reason in MACHINE_REASONS else verdict
        except VerifierError as error:
            raise OutageError(f"the verifier does not work: {error}") from error


@contextmanager
def checker() -> Iterator[Checker]:
    workers = max(1, min(MAX_CHECKERS, os.cpu_count() or 1))
    with (
        Verifier(workers=workers, policy=POLICY) as verifier,
        ThreadPoolExecutor(workers, thread_name_prefix="checker") as threads,
    ):
        yield Checker(verifier, threads)


def checker_pins() -> Mapping[str, str]:
    """What decides verdicts: the verifier, its policy, and the packages it calculates with."""
    packages = {name: version or "none" for name, version in package_versions(Verify.packages).items()}
    return {"verifier": VERSION, "policy": POLICY.digest, **packages}
