"""Rejects pairs by what earlier stages noticed and let pass."""

import difflib
from dataclasses import dataclass

from pipeline.errors import ConfigError
from pipeline.stage import Reject, RowStage
from stages._pii import PII_SIGNALS
from stages.records import QAPair

# How like a signal of `mark_pii` a name is that was meant to be one.
_LIKENESS = 0.75


@dataclass(frozen=True, kw_only=True)
class DropSignalled(RowStage[QAPair, QAPair]):
    """Pairs without any of these signals. The first one that applies is the reason of the reject.

    signals -- those of `mark_pii`, or whatever other stages write; a name that is nearly one of the former is refused
    """

    signals: list[str]

    def __post_init__(self) -> None:
        if not all(self.signals) or not self.signals:
            raise ConfigError("drop_signalled: signals must name at least one, such as pii_email")
        for signal in self.signals:
            _check(signal)

    def process(self, row: QAPair) -> QAPair | Reject:
        for signal in self.signals:
            if signal in row.signals:
                return Reject(signal, f"signals: {', '.join(row.signals)}")
        return row


def _check(signal: str) -> None:
    """Raises `ConfigError` for a slip in a name: nothing would bear that signal, and personal data would pass."""
    known = [*PII_SIGNALS.values()]
    if signal in known:
        return
    near = PII_SIGNALS.get(signal) or next(iter(difflib.get_close_matches(signal.lower(), known, 1, _LIKENESS)), None)
    if near or signal.lower().startswith("pii_"):
        hint = f"did you mean {near!r}? " if near else ""
        raise ConfigError(f"drop_signalled: no stage gives the signal {signal!r}; {hint}known: {', '.join(known)}")
