from pipeline.amounts import clock, duration, money, number, reasons, size


def test_amounts_are_told_in_the_unit_a_person_would_choose() -> None:
    assert [duration(seconds) for seconds in (None, 5, 600, 9_000)] == ["unknown", "~5 s", "~10 min", "~2.5 h"]
    assert [size(value) for value in (12, 1_500_000, 2e15)] == ["12 B", "2 MB", "2000.0 TB"]
    assert [number(value, "~") for value in (None, 12_000)] == ["unknown", "~12,000"]


def test_of_many_reasons_the_most_frequent_are_told_and_how_many_there_are_besides() -> None:
    counts = {"short": 2, "contaminated": 1_500, "bad_row": 2}
    assert reasons(counts) == "contaminated 1,500, bad_row 2, short 2"
    assert reasons(counts, most=1) == "contaminated 1,500, +2 more"


def test_times_and_sums_are_told_short() -> None:
    assert [clock(seconds) for seconds in (0, 200, 7500.4)] == ["0:00", "3:20", "2:05:00"]
    assert [money(amount, "EUR") for amount in (0, 0.00234, 1234.5)] == ["0.00 EUR", "0.0023 EUR", "1,234.50 EUR"]
