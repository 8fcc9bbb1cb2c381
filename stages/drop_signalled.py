"""Rejects pairs by what earlier stages noticed and let pass."""

from dataclasses import dataclass

from pipeline.errors import ConfigError
from pipeline.stage import Reject, RowStage
from stages.records import QAPair


@dataclass(frozen=True, kw_only=True)
class DropSignalled(RowStage[QAPair, QAPair]):
    """Pairs without any of these signals. The first one that applies is the reason of the reject."""

    signals: list[str]

    def __post_init__(self) -> None:
        if not all(self.signals) or not self.signals:
            raise ConfigError("drop_signalled: signals must name at least one, such as pii_email")

    def process(self, row: QAPair) -> QAPair | Reject:
        for signal in self.signals:
            if signal in row.signals:
                return Reject(signal, f"signals: {', '.join(row.signals)}")
        return row
