import pytest

from pipeline.errors import ConfigError
from pipeline.stage import Reject
from stages.drop_signalled import DropSignalled
from tests.stages.web_rows import pair


def test_the_first_signal_that_applies_is_the_reason() -> None:
    stage = DropSignalled(signals=["pii_email", "pii_phone"])
    row = pair(signals=["short", "pii_phone", "pii_email"])
    assert stage.process(row) == Reject("pii_email", "signals: short, pii_phone, pii_email")


def test_other_signals_are_let_pass() -> None:
    row = pair(signals=["short"])
    assert DropSignalled(signals=["pii_email"]).process(row) == row


@pytest.mark.parametrize("signals", [[], [""]])
def test_a_filter_that_names_no_signal_is_refused(signals: list[str]) -> None:
    with pytest.raises(ConfigError, match="must name at least one"):
        DropSignalled(signals=signals)
