"""Texts made to be slow, and servers that never end: each costs its own row, in bounded time and memory."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stages._asking_reply import Said, pairs_in
from stages.keep_verifiable import KeepVerifiable
from stages.mark_pii import MarkPii
from stages.mark_trajectories import MarkTrajectories
from stages.mark_verifiability import MarkVerifiability
from stages.open_options import OpenOptions
from stages.records import Candidate
from stages.refine_qa import final_answer
from stages.split_parts import SplitParts
from teachers import _endpoint_wire
from teachers.endpoint import EndpointTeacher
from teachers.errors import TeacherError
from teachers.recorded_rows import RecordedRow
from teachers.special_tokens import spaced
from teachers.think import split
from tests.limits import bounded
from tests.stages.asking import pair
from tests.stages.test_verify import attempt
from tests.support import context
from tests.teachers.misbehaving import Raw, serving
from tests.teachers.test_endpoint import ask_one, config

LENGTH = 300_000
# Repeated, they are what patterns backtrack over: blank space, brackets, marks of options, numbers, formulas, links.
PIECES = (
    "\n",
    " ",
    "a ",
    "1,",
    "(",
    "{",
    "<",
    "\\",
    "$1$ ",
    "-",
    "A. ",
    "(a) ",
    "1) ",
    "x^",
    "\\frac{",
    "http://",
    "a@",
)


def marked(text: str, folder: Path) -> Any:
    with MarkTrajectories().open(context(folder)) as mark:
        return mark([attempt(text)])


def kept(text: str) -> Any:
    candidate = MarkVerifiability().process(pair("What is 2 + 2?", "4"))
    assert isinstance(candidate, Candidate)
    return KeepVerifiable().process(replace(candidate, answer_text=text))


READERS: dict[str, Callable[[str, Path], Any]] = {
    "mark_verifiability of a question": lambda text, _: MarkVerifiability().process(pair(text, "4")),
    "mark_verifiability of an answer": lambda text, _: MarkVerifiability().process(pair("What is 2 + 2?", text)),
    "keep_verifiable": lambda text, _: kept(text),
    "open_options": lambda text, _: OpenOptions().process(pair(text, "4")),
    "split_parts": lambda text, _: SplitParts().process(pair(text, text)),
    "mark_pii": lambda text, _: MarkPii().process(pair("What?", text)),
    "mark_trajectories": marked,
    "a model's reply": lambda text, _: pairs_in(Said(text, True)),
    "a final answer": lambda text, _: final_answer(text),
    "a trace": lambda text, _: RecordedRow.of({"problem": text, "text": text}).completion(),
    "think tags": lambda text, _: split(text, style="tagged"),
    "a prompt for an endpoint": lambda text, _: spaced(text),
}


@pytest.mark.parametrize("name", READERS)
def test_no_text_is_slow_to_read_outside_of_a_sandbox(tmp_path: Path, name: str) -> None:
    """What reads pages runs in processes that are ended; these stages do not, so their patterns must be bounded."""
    for piece in PIECES:
        with bounded(what=repr(piece)):
            READERS[name](piece * (LENGTH // len(piece)), tmp_path)


@pytest.mark.parametrize("kind", ["text/event-stream", "application/json"])
def test_an_endpoints_reply_without_end_is_broken_off(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(_endpoint_wire, "MAX_EVENT_BYTES", 1 << 20)
    monkeypatch.setattr(_endpoint_wire, "MAX_REPLY_BYTES", 2 << 20)
    endless = Raw(b"data: " + b"x" * (4 << 20), kind)
    with serving(lambda call: endless) as server, pytest.raises(TeacherError, match="MiB"):
        ask_one(EndpointTeacher(config(server, retries=0), first_wait_s=0.001))
