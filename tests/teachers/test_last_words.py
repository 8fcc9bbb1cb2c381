import os
import subprocess
import sys
import time

from teachers.last_words import KEPT, LastWords
from tests.limits import SOON_S


def say(*lines: str) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", f"import sys; print({chr(10).join(lines)!r}, file=sys.stderr)"])


def heard(words: LastWords, ending: str) -> str:
    """What was told, as soon as the last line has come through."""
    deadline = time.monotonic() + SOON_S
    while not (told := words.told("It died")).endswith(ending) and time.monotonic() < deadline:
        time.sleep(0.01)
    return told


def test_the_last_lines_of_a_process_are_kept_and_passed_on(capfd):
    words = LastWords()
    with words.listening():
        process = say(*(f"line {number}" for number in range(100)))
    process.wait()
    told = heard(words, "line 99")
    assert told.splitlines() == ["It died", *(f"  line {number}" for number in range(100 - KEPT, 100))]
    os.write(2, b"our own\n")
    passed_on = capfd.readouterr().err.splitlines()
    assert passed_on == [*(f"line {number}" for number in range(100)), "our own"]
    assert "our own" not in words.told("")


def test_without_a_word_the_reason_stands_alone():
    words = LastWords()
    assert words.told("It died") == "It died"
    with words.listening():
        say("early").wait()
    heard(words, "early")
    words.forget()
    assert words.told("It died") == "It died"


def test_the_error_named_first_is_told_though_many_lines_follow():
    words = LastWords()
    cause = "some.CorruptError: half a file"
    with words.listening():
        say(
            f"(Worker pid=7) ERROR [x.py:1] {cause}", cause, *["  File x"] * 50, "RuntimeError: it failed", "Bye"
        ).wait()
    heard(words, "RuntimeError: it failed")
    assert words.told("It died").splitlines() == ["It died", f"  {cause}", "  RuntimeError: it failed"]
