"""What all tests need."""

import gc
import signal
from collections.abc import Iterator

import pytest

# Jobs in the background of a script are started with interrupts ignored, those of `nohup` with hangups, and so would be
# all commands that tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture
def no_garbage_collection() -> Iterator[None]:
    """For a test of cost: to go through all that a whole run of the tests has loaded may take seconds."""
    gc.disable()
    yield
    gc.enable()
