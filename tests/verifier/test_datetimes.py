"""Points in time: dates, years, weekdays, times of day. `gold | answer`, as in `test_policy`."""

import pytest

from tests.verifier.pairs import outcome_of, pairs
from verifier import infer_type, verify
from verifier.dates.years import single_year
from verifier.route import decide

AGREE = {
    "times of day": r"""
        6:15 p.m. | a quarter past six in the evening
        6:15 p.m. | quarter past six in the evening
        6:15 p.m. | 18:15
        6:15 p.m. | 6:15 PM
        6:15 p.m. | \text{6:15 pm}
        6:15 p.m. | 6:15\text{ p.m.}
        6:15 p.m. | 6.15 pm
        6:15 p.m. | 18h15
        6:15 p.m. | 1815 hours
        6:15 p.m. | at 6:15 p.m.
        3:30 | half past three
        3:30 | half past 3
        2:50 PM | ten to three in the afternoon
        2:50 PM | 10 minutes to 3 p.m.
        2:50 PM | ten minutes before three in the afternoon
        5:00 PM | 5 o'clock in the afternoon
        5:00 PM | 5 PM
        5:00 PM | five o'clock p.m.
        5:00 PM | 17:00
        5:00 PM | 17:00:00
        noon | 12:00 PM
        noon | 12 p.m.
        noon | 12:00 noon
        midnight | 12 a.m.
        midnight | 0:00
        12:30 AM | 0:30
        12:30 AM | half past midnight
        12:15 PM | a quarter past noon
        10:05 | five past ten
        7:45 AM | 7:45 a.m. the next day
        3:00 PM EST | 3:00 PM
        9:40 a.m. | twenty to ten in the morning
        23:59 | 11:59 PM
        8:05 a.m. | 08:05
        1:30 | 1 hour 30 minutes
        1:30 | 90 minutes
        1000 hours | 1000 h
        2:05 PM | five past two in the afternoon
        2:05 PM | 2:05 in the afternoon
    """,
    "eras, centuries and spans": r"""
        44 BC | 44 BCE
        44 BC | 44 B.C.
        44 BC | 44 B.C.E.
        44 BC | the year 44 BC
        AD 79 | 79 CE
        AD 79 | 79 AD
        79 AD | A.D. 79
        AD 79 | 79
        300 BCE | c. 300 BC
        18th century | the eighteenth century
        18th century | 1700s
        5th century BC | fifth century BCE
        1920s | the 1920s
        1920s | 1920's
        1914-1918 | 1914 to 1918
        1914–1918 | from 1914 to 1918
        1914–1918 | 1914-18
        1969 | 1969 AD
        1 | AD 1
        1969 | in 1969
        1969 | the year 1969
        one century | 100 years
        1200s | 20 min
    """,
    "dates": r"""
        July 4, 1776 | 4 July 1776
        July 4, 1776 | 4th of July, 1776
        July 4, 1776 | July 4th 1776
        July 4, 1776 | 1776-07-04
        July 4, 1776 | 07/04/1776
        July 4, 1776 | 7/4/1776
        July 4, 1776 | 4.7.1776
        July 4, 1776 | Jul. 4, 1776
        July 4, 1776 | Thursday, July 4, 1776
        July 4, 1776 | the fourth of July 1776
        July 4, 1776 | \text{July }4,\ 1776
        July 4, 1776 | On July 4, 1776
        July 4, 1776 | It was July 4, 1776
        July 4, 1776 | 4-Jul-1776
        November 21, 2023 | twenty-first of November, 2023
        November 21, 2023 | 21 Nov 2023
        November 21, 2023 | 21/11/2023
        November 21, 2023 | 2023/11/21
        October 12th, 1492 | 12 October 1492
        March 15 | 15 March
        March 15 | the 15th of March
        March 2020 | 2020-03
        March 2020 | Mar. 2020
        Tuesday at 3:00 PM | 3 p.m. on Tuesday
        February 29, 2024 | 29 February 2024
    """,
    "weekdays and months": r"""
        Monday | Mon.
        Monday | monday
        Monday | It is a Monday
        Monday | on Monday
        Monday | Monday, July 25
        Thursday | Thurs
        September | Sept.
        September | sep
        Friday | Fri
    """,
}

DIFFER = {
    "times of day": r"""
        6:15 p.m. | 6:15 a.m.
        6:15 p.m. | 5:45 p.m.
        6:15 p.m. | quarter to six in the evening
        6:15 p.m. | 6:51 p.m.
        3:30 | half past four
        2:50 PM | ten past three p.m.
        5:00 PM | 5 AM
        5:00 PM | 15:00
        noon | midnight
        noon | 12:00 AM
        12:30 AM | 12:30 PM
        3:00 PM EST | 3:00 PM PST
        4:20 | 4:20 p.m.
        8:05 a.m. | 8:50
        10:30 | \frac{1}{3}
        10:30 | 10.30
        1:30 | 1.3 hours
        1000 hours | 10:00
    """,
    "eras, centuries and spans": r"""
        44 BC | 44 AD
        44 BC | 44 CE
        44 BC | 45 BC
        44 BC | 44
        AD 79 | 79 BC
        18th century | 1800s
        18th century | 17th century
        5th century BC | 5th century AD
        1920s | 1930s
        1920s | 1920
        1914–1918 | 1914-1919
        1969 | 1969 BC
        1969 | 1996
        1969 | 1970
        44 BC | 44 BC or 45 BC
    """,
    "dates": r"""
        July 4, 1776 | Friday, July 4, 1776
        July 4, 1776 | July 4
        July 4, 1776 | July 5, 1776
        July 4, 1776 | June 4, 1776
        July 4, 1776 | July 4, 1767
        July 4, 1776 | 1776
        July 4, 1776 | July 1776
        November 21, 2023 | 11/12/2023
        March 15 | March 5
        March 15 | May 15
        March 2020 | March 2021
        Tuesday at 3:00 PM | 3 p.m. on Wednesday
        Tuesday at 3:00 PM | 3 a.m. on Tuesday
        February 29, 2024 | February 28, 2024
    """,
    "weekdays and months": r"""
        Monday | Tuesday
        Monday | Monday or Tuesday
        Monday | not Monday
        Monday | Monday and Tuesday
        September | December
        September | 9
    """,
}

# What a date leaves out, or which half of the day is meant, the question may say.
ASKED = [
    ("4:20", "4:20 p.m.", "The film starts at 2:10 p.m. and lasts 130 minutes. When does it end?", "correct"),
    ("44 BC", "44", "In which year BC was Caesar killed?", "correct"),
    ("July 4, 1776", "July 4", "On which day of 1776 was it signed?", "correct"),
    ("3:10", "3/10", "What is the ratio of boys to girls?", "correct"),
]


@pytest.mark.parametrize(("gold", "answer"), pairs(AGREE))
def test_agrees(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "correct"


@pytest.mark.parametrize(("gold", "answer"), pairs(DIFFER))
def test_differs(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "incorrect"


@pytest.mark.parametrize(("gold", "answer", "question", "outcome"), ASKED)
def test_the_question_may_say_the_rest(gold: str, answer: str, question: str, outcome: str) -> None:
    assert decide(gold, answer, question=question).outcome == outcome


@pytest.mark.parametrize(
    "gold", ["6:15 p.m.", "noon", "44 BC", "18th century", "the 1920s", "1914-1918", "July 4, 1776", "Monday", "May"]
)
def test_a_point_in_time_is_a_datetime(gold: str) -> None:
    assert infer_type(gold) == "datetime"


@pytest.mark.parametrize("gold", ["sun", "1969", "1000 hours", "3 weeks", "150 pm", "120s", "one century", "3.15"])
def test_numbers_durations_and_words_are_none(gold: str) -> None:
    assert infer_type(gold) != "datetime"


def test_what_looks_like_a_time_may_be_a_ratio() -> None:
    assert infer_type("3:10", "What is the ratio of boys to girls?") != "datetime"
    assert infer_type("3:10", "When does the train leave?") == "datetime"


@pytest.mark.parametrize("gold", ["February 30, 2024", "25:00 PM", "2024-13-01", "Friday, July 4, 1776"])
def test_what_is_no_day_is_no_datetime(gold: str) -> None:
    assert infer_type(gold) != "datetime"


@pytest.mark.parametrize(
    ("gold", "response", "outcome"),
    [
        ("Thursday", "Counting on, July 25 is a Thursday.", "correct"),
        ("6:15 p.m.", "So the train arrives at 6:15 p.m.", "correct"),
        ("29 February 2024", "The final answer is: Feb. 29, 2024.", "correct"),
        ("Sunday", "It is Saturday or Sunday.", "incorrect"),
        ("44 BC", "He did not die in 44 BC.", "incorrect"),
    ],
)
def test_a_point_in_time_at_the_end_of_a_line_is_the_answer(gold: str, response: str, outcome: str) -> None:
    assert verify(gold, response).outcome == outcome


@pytest.mark.parametrize(
    ("text", "year"), [("in 1969", 1969), ("the year 1 AD", 1), ("1 BC", None), ("1914-1918", None), ("1920s", None)]
)
def test_a_single_year_is_told_from_eras_and_spans(text: str, year: int | None) -> None:
    assert single_year(text) == year
