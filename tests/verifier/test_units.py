"""Measured and counted quantities. `gold | answer`, as in `test_policy`."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import pytest

from tests.verifier.pairs import outcome_of, pairs
from verifier import infer_type, verify
from verifier.route import decide
from verifier.units import table as unit_table
from verifier.units.registry import definition
from verifier.units.unit import UnknownUnitError, conversion, parse_unit, readings

AGREE = {
    "spellings": r"""
        10 m/s | 10\ \mathrm{m\,s^{-1}}
        10 m/s | 10 \text{ m}\cdot\text{s}^{-1}
        10 m/s | 10 \text{ m}\text{s}^{-1}
        10 m/s | 10 \frac{m}{s}
        10 m/s | 10\ \text{meters per second}
        10 m/s | 10 m·s⁻¹
        10 m/s | 10 ms^{-1}
        10 ms^{-1} | 36 km/h
        9.8 m/s^2 | 9.8 m/s/s
        9.8 m/s^2 | 9.8 meters per second squared
        22.5\ \text{kg} \cdot \text{m}^{2}/\text{s} | 22.5 kg m^2/s
        8.314 J/(mol·K) | 8.314\,\frac{\text{J}}{\text{mol}\cdot\text{K}}
        8.314 J/(mol·K) | 8.314 J mol^{-1} K^{-1}
        4.18 J/(g·°C) | 4.18 J/g°C
        0.6 W/(m·K) | 0.6 W/mK
        0.15 mol/L | 0.15 moldm^{-3}
        5 N·m | 5 Nm
        5 N·m | 5 N.m
        0.05 s^{-1} | 0.05/s
        0.05 s^{-1} | 0.05 per second
        12 square feet | 12 sq. ft.
        12 square feet | 12 ft²
        250 mL | 250 cubic centimeters
        5\ \text{k}\Omega | 5000 Ω
        10 kΩ | 10 kilo-ohms
        4.7\ \mu\text{F} | 4.7 uF
        3.0 m | \SI{3.0}{\meter}
        3.0 m | 3.0 [m]
        3.0 m | 3.0 (m)
        3.0 m | $3.0$ m
        3.0 m | 3.0 metres
        5.0 s | 5.0 secs.
        20 m/s | v = 72 km/h
    """,
    "conversion": r"""
        10 m/s | 36 km/h
        12\text{ cm} | 0.12 m
        60 N·m | 60 J
        9.8 m/s^2 | 9.8 N/kg
        4.18 J/(g·°C) | 4180 J/(kg·K)
        3.6 MJ | 1 kWh
        1 Ah | 3600 C
        1 L | 1000 cm^3
        1 acre | 43560 ft^2
        1 hectare | 10000 m^2
        1 atm | 760 mmHg
        1 atm | 760 torr
        101.325 kPa | 1 atm
        2.5 T | 25000 G
        120 V/m | 120 N/C
        72 kg m/s | 72 N·s
        6.67\times10^{-11} N m^2/kg^2 | 6.67e-11 m^3 kg^{-1} s^{-2}
        0.15 mol/L | 150 mM
        500 nm | 5000 Å
        0.1 nm | 1\ \mathring{A}
        100 Mbps | 12.5 MB/s
        2\text{ t} | 2000 kg
        2 tons | 4000 pounds
        300 kcal | 300 Calories
        2.0\times10^{8}\ \text{m/s} | 0.67c
        16 oz | 1 lb
        16 oz | 1 pint
        50 lb | 50 lbf
        100 ft-lb | 135.6 J
        1 year | 365 days
        1 year | 12 months
        1.5 hp | 1118.55 W
    """,
    "precision between units": r"""
        1 eV | 1.602e-19 J
        13.6 eV | 2.18\times10^{-18} J
        3.2\times10^{-19}\ \text{J} | 2.0 eV
        60 mph | 96.56 km/h
        120 km/h | 33.33 m/s
        100 °F | 37.78 °C
        64\pi\text{ in}^3 | 201.06 in^3
    """,
    "angles": r"""
        90^\circ | \frac{\pi}{2}
        90^\circ | \pi/2 \text{ rad}
        90^\circ | 90
        90^\circ | 1.571 rad
        90^\circ | 1.571
        \frac{\pi}{6} | 30°
        12° 30' | 12.5^\circ
        12.5° | 12 degrees 30 minutes
        34.21° | 34° 12' 36"
        2 revolutions | 720°
        60 rpm | 2\pi\text{ rad/s}
        60 rpm | 1 Hz
        60 rpm | 1 rev/s
        100 Hz | 100 s^{-1}
        5 rad/s | 5 s^{-1}
    """,
    "temperatures": r"""
        0 °C | 273.15 K
        25^\circ\text{C} | 298.15 K
        25 °C | 77 °F
        77.0 °F | 25 °C
        -40 °C | -40 °F
        25 °C | 25 degrees
        25 °C | 25 C
        25 degrees Celsius | 25^\circ\mathrm{C}
    """,
    "sums of units": r"""
        5 ft 6 in | 66 inches
        5 ft 6 in | 5'6"
        5 ft 6 in | 5.5 ft
        5 ft 6 in | 167.64 cm
        2 hours 30 minutes | 2h30m
        2 hours 30 minutes | 2 hr, 30 min
        2 hours 30 minutes | two and a half hours
        90 minutes | an hour and a half
        90 minutes | 1:30
        1 hour | an hour
        30 minutes | half an hour
        6 lb 4 oz | 6.25 pounds
    """,
    "what is counted": r"""
        5 apples | 5
        5\text{ apples} | 5 apple
        12 g | 12 g of NaCl
        12 g of NaCl | 12 g
        25 students | twenty-five students
        8 slices of pizza | 8 slices
        4 units | 4 cm
        18 square units | 18 sq. units
        18 square units | 18 units^2
        60 beats per minute | 60 bpm
        60 beats per minute | 1 beat per second
        12 people per square mile | 12 people/mi²
        $15 per hour | \$15/\text{hr}
        $0.12/kWh | 12 cents per kWh
        3.0 m | 3.0 m tall
    """,
    "directions": r"""
        5 m/s | 5 m/s east
        5 m/s north | 5 m/s to the north
        5 m/s north | 18 km/h northward
        20 N to the right | 20 N right
    """,
    "shares": r"""
        5 ppm | 5 parts per million
        5 ppm | 5\times10^{-6}
        5 ppm | 0.0005%
        20 dB | 20 decibels
    """,
}

DIFFER = {
    "scale": r"""
        5 cm | 5 m
        12 cm | 12 mm
        7 m | 7 km
        15 hours | 15 days
        1 mA | 1 MA
        30 MPa | 30 mPa
        16 GB | 16 Gb
        5 mW | 5 MW
        100 Mbps | 100 MB/s
        300 kcal | 300 cal
        4.7 μF | 4.7 mF
        3.2 km | 3200
        1 atm | 750 mmHg
        1 year | 360 days
        5 ppm | 5 ppb
        15 ppm | 15%
        15% | 15 ppm
        10 m/s | 10 km/s
    """,
    "dimension": r"""
        60 N | 60 J
        9.8 m/s^2 | 9.8 m/s
        0.15 mol/L | 0.15 mol/kg
        0.025 M/s | 0.025 M
        5 N·m | 5 N/m
        2 kWh | 2 kW
        12 square feet | 12 ft
        12 square feet | 12 cubic feet
        18 square units | 18 cubic units
        5.67\ \mathrm{W\,m^{-2}\,K^{-4}} | 5.67\ \mathrm{W\,m^{-2}\,K^{-2}}
        3.0 m | 3.0 min
        20 dB | 20 Hz
    """,
    "names that the SI keeps apart": r"""
        2 Gy | 2 Sv
        500 Bq | 500 Hz
        100 Hz | 100 rad/s
        60 rpm | 60 rad/s
    """,
    "angles and temperatures": r"""
        90^\circ | 90\text{ rad}
        90^\circ | \pi
        30^\circ | 30^\circ\text{C}
        12.5^\circ | 12^{\circ}50'
        0 °C | 0 K
        25 °C | 25 °F
        77.0 °F | 26 °C
        25 °C | 248.15 K
        77 °F | 24 °C
    """,
    "precision between units": r"""
        1 eV | 1.602e-18 J
        60 mph | 97 km/h
        120 km/h | 33.3 m/s
        3.45 m/s | 3.4 m/s
    """,
    "sums of units": r"""
        2 hours 30 minutes | 2.3 hours
        2 hours 30 minutes | 2 hours 3 minutes
        5 ft 6 in | 5.6 ft
        5 ft 6 in | 66
        90 minutes | 1:50
        1 hour | an hour and a half
    """,
    "what is counted": r"""
        5 apples | 5 oranges
        5 kg | 5 apples
        5 apples | 5 kg
        12 g of water | 12 g of ice
        12 people per square mile | 12 people per square kilometer
        60 beats per minute | 60 beats per second
        $15 per hour | $15 per day
    """,
    "directions": r"""
        5 m/s north | 5 m/s south
        5 m/s north | 5 m/s
        20 N upward | 20 N downward
    """,
    "candidates and bounds": r"""
        3.0 m | 3.0 m or 4.0 m
        3.0 m | more than 3.0 m
        3.0 m | not 3.0 m
    """,
    "letters that are no units": r"""
        \frac{1}{2}h | \frac{1}{2}
        \frac{\sqrt3}{2}s | \frac{\sqrt3}{2}
        2mgh | 2
        2 m g h | 2
        3h^2 | 3
        5 c^2 | 5
        2abc | 2
        6 xyz | 6
        12 cos t | 12
    """,
}

# The question says in which unit a bare number is.
ASKED = [
    ("5", "5 km", "How many kilometers does he walk?", "correct"),
    ("5", "5000 m", "How many kilometers does he walk?", "correct"),
    ("5", "5 m", "How many kilometers does he walk?", "incorrect"),
    ("12", "12 cm^2", "Find the area in square centimeters.", "correct"),
    ("12", "12 m^2", "Find the area in square centimeters.", "incorrect"),
    ("20", "72 km/h", "Find the speed in m/s.", "correct"),
    ("20", "20 km/h", "Find the speed in m/s.", "incorrect"),
    ("1.5 h", "90", "How many minutes does it take?", "correct"),
    ("1.5 h", "90", "How long does it take?", "incorrect"),
    ("5", "5 kg", "How many apples weigh as much?", "correct"),
    ("10 °C", "10 K", "What is the change in temperature of the water?", "correct"),
    ("10 °C", "10 K", "What is the temperature of the water?", "incorrect"),
    ("5", "5 K", "What is the temperature change in °C?", "correct"),
]


@pytest.mark.parametrize(("gold", "answer"), pairs(AGREE))
def test_agrees(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "correct"


@pytest.mark.parametrize(("gold", "answer"), pairs(DIFFER))
def test_differs(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "incorrect"


@pytest.mark.parametrize(("gold", "answer", "question", "outcome"), ASKED)
def test_the_question_may_name_the_unit(gold: str, answer: str, question: str, outcome: str) -> None:
    assert decide(gold, answer, question=question).outcome == outcome


@pytest.mark.parametrize(
    "gold", ["5 kg", "25 students", "10 ms^{-1}", "90^\\circ", "5 ft 6 in", "18 square units", "1000 hours", "0.6 c"]
)
def test_a_number_with_a_unit_or_a_noun_is_a_measure(gold: str) -> None:
    assert infer_type(gold) == "units"


@pytest.mark.parametrize("gold", ["4t", "2mgh", "2abc", "3h^2", r"\frac{1}{2}h", "x m", "12 cos t", "m/s"])
def test_variables_are_no_units(gold: str) -> None:
    assert infer_type(gold) != "units"


@pytest.mark.parametrize(
    "text", ["", "x", "a", "at", "t", "y", "abc", "xy", "m^{99}", "m^{1/0}", "m)", "((m", "km or mi"]
)
def test_what_is_no_unit_is_refused(text: str) -> None:
    with pytest.raises(UnknownUnitError):
        parse_unit(text)


@pytest.mark.parametrize("text", ["m " * 60, "(" * 90 + "m", "km/" * 30 + "s", "kilo" * 10 + "meter", "ms" * 20])
def test_a_hostile_unit_text_is_refused(text: str) -> None:
    with pytest.raises(UnknownUnitError):
        parse_unit(text)


def test_factors_are_exact() -> None:
    assert conversion(parse_unit("mi/h"), parse_unit("m/s")) == Fraction(44704, 100000)
    assert conversion(parse_unit("kWh"), parse_unit("MJ")) == Fraction(36, 10)
    assert conversion(parse_unit("kg"), parse_unit("m")) is None


def test_the_zero_of_a_temperature_scale_counts_only_alone() -> None:
    assert parse_unit("°C").offset == Fraction("273.15")
    assert parse_unit("J/°C").offset == 0


def test_a_second_reading_comes_after_the_usual_one() -> None:
    per_millisecond, speed = readings("ms^{-1}")
    assert conversion(per_millisecond, parse_unit("kHz")) is not None
    assert conversion(speed, parse_unit("m/s")) == 1


def test_threads_share_one_registry() -> None:
    texts = [f"{prefix}{symbol}" for prefix in ("", "k", "m", "M", "n") for symbol in ("m", "s", "W", "V", "Hz", "Pa")]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(parse_unit, texts * 8))
    assert found == [parse_unit(text) for text in texts * 8]


def test_pint_is_loaded_only_for_units() -> None:
    code = (
        "import sys; from verifier.route import decide; decide('5', '6'); decide('the nucleus', 'x^2');"
        "assert 'pint' not in sys.modules; decide('5 m', '6 m'); assert 'pint' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("gold", "response", "outcome"),
    [
        ("25 °C", "The final temperature is 25 °C.", "correct"),
        ("25 °C", "The final temperature is 25 °F.", "incorrect"),
        ("2 hours 30 minutes", "The trip takes 2 hours 30 minutes.", "correct"),
        ("10 m", "It is between 5 m and 10 m.", "incorrect"),
        ("3 h", "It takes 3 hours, not 4 hours.", "incorrect"),
        ("10 square feet", "The final answer is 10 sq. ft. in all.", "correct"),
    ],
)
def test_a_measure_at_the_end_of_a_line_keeps_its_unit(gold: str, response: str, outcome: str) -> None:
    assert verify(gold, response).outcome == outcome


def test_every_listed_name_is_defined() -> None:
    listed = [unit_table.SYMBOLS, unit_table.PREFIXED_ONLY, unit_table.PLAIN, unit_table.METRIC_WORDS, unit_table.WORDS]
    names = {name for table in [*listed, unit_table.LOOSE] for name in table.values()}
    assert all(definition(name).factor > 0 for name in names - unit_table.OWN_BASES)


def test_units_are_read_to_a_depth() -> None:
    assert parse_unit("((m))") == parse_unit("m")
    with pytest.raises(UnknownUnitError):
        parse_unit("(" * 12 + "m" + ")" * 12)
