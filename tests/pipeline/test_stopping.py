"""Signals that end a command, and those that are not meant for it."""

import signal
import subprocess
import sys

FORKING = """
import os, signal, time
from pipeline import stopping

stopping.DEAF_S = 0.1
with stopping.stoppable():
    child = os.fork()
    if not child:
        os.kill(os.getpid(), signal.SIGTERM)
        os._exit(0)
    ended = os.waitpid(child, 0)[1]
    time.sleep(1)  # as long as it takes to be ended by what its child was told
    print(os.waitstatus_to_exitcode(ended))
"""


def test_a_signal_to_a_forked_process_ends_that_alone() -> None:
    said = subprocess.run([sys.executable, "-c", FORKING], capture_output=True, text=True, timeout=120, check=False)
    assert (said.returncode, said.stdout, said.stderr) == (0, f"{-signal.SIGTERM:d}\n", "")
