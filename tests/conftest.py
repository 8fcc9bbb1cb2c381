"""What all tests need."""

import signal

# Jobs in the background of a script are started with interrupts ignored, those of `nohup` with hangups, and so would be
# all commands that tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
