"""Everything the engine raises on purpose, in one hierarchy.

TracemillError                 base: printed as one message, never as a traceback
├── ConfigError                the recipe or the command is wrong (exit code 2)
├── StoreError                 the store cannot be used: unwritable, full, damaged
│   └── StoreLockedError       another process is writing the same artifact
├── BudgetError                more rows failed than the node's `max_errors` allows
├── CodeDriftError             an expensive stage's code changed under the same `version`
├── InputChangedError          an input file changed while it was being read
├── ShardError                 a source or file stage failed where no single row is to blame
└── OutageError                the machine's fault (teacher gone, worker killed): resume later
"""

from collections.abc import Iterator
from contextlib import contextmanager


class TracemillError(Exception):
    """Base of all errors a user can act on; the message says place, fact and way out."""


class ConfigError(TracemillError):
    """The recipe or the command is wrong; the command line exits with 2."""


@contextmanager
def naming(node: str) -> Iterator[None]:
    """Has what a stage says of its options and inputs begin with the name of its node."""
    try:
        yield
    except (ConfigError, ShardError) as error:
        if not str(error).startswith(f"{node}: "):
            error.args = (f"{node}: {error}",)
        raise


class StoreError(TracemillError):
    pass


class StoreLockedError(StoreError):
    pass


class BudgetError(TracemillError):
    pass


class CodeDriftError(TracemillError):
    pass


class InputChangedError(TracemillError):
    pass


class ShardError(TracemillError):
    pass


class OutageError(TracemillError):
    """The machine's fault and no row's: nothing is written down as data, and the same command goes on.

    `deaths` is how many processes were lost one after another before it was told: so often it was tried.
    """

    deaths: int = 1
