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


@pytest.mark.parametrize(
    ("signal", "message"),
    [
        ("pii_emial", "did you mean 'pii_email'"),
        ("pii-email", "did you mean 'pii_email'"),
        ("PII_IP", "did you mean 'pii_ip'"),
        ("pi_phone", "did you mean 'pii_phone'"),
        ("email", "did you mean 'pii_email'"),
        ("pii_face", "known: pii_email, pii_phone, pii_ip, pii_card, pii_iban"),
    ],
)
def test_a_slip_in_a_name_does_not_open_the_gate(signal: str, message: str) -> None:
    with pytest.raises(ConfigError, match=f"no stage gives the signal '{signal}'.*{message}"):
        DropSignalled(signals=["pii_card", signal])


@pytest.mark.parametrize("signal", ["final_answer_invented", "short_answer", "my_own"])
def test_signals_of_other_stages_may_be_named(signal: str) -> None:
    assert DropSignalled(signals=[signal]).process(pair(signals=[signal])) == Reject(signal, f"signals: {signal}")
