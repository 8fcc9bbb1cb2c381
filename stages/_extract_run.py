"""Pages through sandboxes, several at once, their reports in the order of the pages."""

import marshal
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from queue import SimpleQueue
from typing import Any

import orjson

from pipeline.sandbox import Failure, Outcome, Sandbox
from pipeline.stage import Reject
from stages._extract_files import Found
from stages._extract_page import TARGET

BATCH = 8
# What a page is, and no trouble with it.
_ORDINARY = {"no_qa", "no_text", "no_html", "http_status", "not_html", "duplicate_record", "empty", "empty_file"}


@dataclass(frozen=True, slots=True)
class Report:
    """A page with its pairs as rows of `QAPair`, or the reason why there are none."""

    path: str
    title: str = ""
    url: str = ""
    language: str | None = None
    num_formulas: int = 0
    num_formulas_lost: int = 0
    pairs: list[dict[str, Any]] = field(default_factory=list)
    reason: str | None = None
    detail: str = ""

    @property
    def is_trouble(self) -> bool:
        """Whether the page could not be read, which its author or the machine is to blame for."""
        return self.reason is not None and self.reason not in _ORDINARY

    @property
    def is_told(self) -> bool:
        """Whether it is said even where nobody asked for pages without pairs: who gave a file wants it read."""
        return self.is_trouble or self.reason == "empty_file"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many pages are read at once, and what one of them may take of the processor and of memory."""

    workers: int
    seconds: float
    memory_mb: int


def reports(pages: Iterable[Found], limits: Limits) -> Generator[tuple[Found, Report | None], None, None]:
    """Reads ahead by some pages for each worker. Raises `OutageError` where a sandbox does not work."""
    source = iter(pages)
    with ExitStack() as stack:
        idle: SimpleQueue[Sandbox] = SimpleQueue()
        for _ in range(limits.workers):
            sandbox = Sandbox(TARGET, seconds=limits.seconds, memory_mb=limits.memory_mb)
            idle.put(stack.enter_context(sandbox))
        pool = stack.enter_context(ThreadPoolExecutor(limits.workers))
        running: deque[tuple[list[Found], Future[list[Report | None]]]] = deque()
        stack.callback(lambda: [future.cancel() for _, future in running])
        while True:
            while len(running) <= limits.workers and (batch := list(islice(source, BATCH))):
                running.append((batch, pool.submit(_reports, batch, idle)))
            if not running:
                return
            batch, future = running[0]
            done = future.result()
            running.popleft()
            yield from zip(batch, done, strict=True)


def _reports(batch: list[Found], idle: "SimpleQueue[Sandbox]") -> list[Report | None]:
    box = idle.get()
    try:
        outcomes = box.map(marshal.dumps(found.page) for found in batch if isinstance(found.page, dict))
        return [_report(found, next(outcomes) if isinstance(found.page, dict) else None) for found in batch]
    finally:
        idle.put(box)


def _report(found: Found, outcome: Outcome | None) -> Report | None:
    if found.page is None:
        return None
    if isinstance(found.page, Reject):
        return Report(found.name, reason=found.page.reason, detail=found.page.detail)
    assert outcome
    if outcome.value is None:
        reason = "failed" if outcome.failure is Failure.RAISED else str(outcome.failure)
        url = found.page.get("row", {}).get("url", "")
        return Report(found.name, url=url, reason=reason, detail=outcome.detail)
    facts = orjson.loads(outcome.value)
    reason, detail = facts.pop("reject", (None, ""))
    return Report(found.name, reason=reason, detail=detail, **facts)
