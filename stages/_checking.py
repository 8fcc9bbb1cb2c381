"""Verdicts beside a running event loop, so that a rule can count them while texts are being written."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from pipeline.fingerprint import package_versions
from stages.records import Problem
from stages.verify import Verify, pair_of, verdicts_of
from verifier import VERSION, Verdict, Verifier

POLICY = Verify().policy
MAX_CHECKERS = 4


@dataclass(frozen=True, slots=True)
class Checker:
    """Safe for any number of checks at once; no more of them run than there are threads."""

    verifier: Verifier
    threads: ThreadPoolExecutor

    async def verdict(self, problem: Problem, final: str) -> Verdict:
        pairs, loop = [pair_of(problem, final)], asyncio.get_running_loop()
        (verdict,) = await loop.run_in_executor(self.threads, verdicts_of, self.verifier, pairs)
        return verdict


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
