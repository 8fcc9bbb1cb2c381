"""The units that answers are written in, with their SI factors (BIPM SI brochure; NIST SP 811 for the others)."""

from dataclasses import dataclass
from fractions import Fraction

# Dimensions: length, mass, time, current, temperature, amount, luminosity, information.
Dimension = tuple[Fraction, ...]
NONE: Dimension = (Fraction(0),) * 8


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` to SI, `offset` in kelvin for temperatures, `label` what a dimensionless counting word counts."""

    factor: Fraction
    dimension: Dimension = NONE
    offset: Fraction = Fraction(0)
    label: str = ""


def _unit(factor: str | int | Fraction, **powers: int) -> Unit:
    names = ("m", "kg", "s", "A", "K", "mol", "cd", "bit")
    return Unit(Fraction(factor), tuple(Fraction(powers.get(name, 0)) for name in names))


PI = Fraction("3.14159265358979323846264338327950288")
PREFIXES = {
    "Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1, "d": -1, "c": -2, "m": -3,
    "μ": -6, "u": -6, "n": -9, "p": -12, "f": -15, "a": -18,
}  # fmt: skip
PREFIX_WORDS = {
    "tera": 12, "giga": 9, "mega": 6, "kilo": 3, "hecto": 2, "deci": -1, "centi": -2, "milli": -3, "micro": -6,
    "nano": -9, "pico": -12, "femto": -15,
}  # fmt: skip
SI = {
    "m": _unit(1, m=1), "g": _unit("1/1000", kg=1), "s": _unit(1, s=1), "A": _unit(1, A=1), "K": _unit(1, K=1),
    "mol": _unit(1, mol=1), "cd": _unit(1, cd=1), "Hz": _unit(1, s=-1), "N": _unit(1, m=1, kg=1, s=-2),
    "Pa": _unit(1, m=-1, kg=1, s=-2), "J": _unit(1, m=2, kg=1, s=-2), "W": _unit(1, m=2, kg=1, s=-3),
    "C": _unit(1, A=1, s=1), "V": _unit(1, m=2, kg=1, s=-3, A=-1), "F": _unit(1, m=-2, kg=-1, s=4, A=2),
    "Ω": _unit(1, m=2, kg=1, s=-3, A=-2), "S": _unit(1, m=-2, kg=-1, s=3, A=2),
    "Wb": _unit(1, m=2, kg=1, s=-2, A=-1), "T": _unit(1, kg=1, s=-2, A=-1), "H": _unit(1, m=2, kg=1, s=-2, A=-2),
    "Bq": _unit(1, s=-1), "Gy": _unit(1, m=2, s=-2), "Sv": _unit(1, m=2, s=-2), "lm": _unit(1, cd=1),
    "lx": _unit(1, cd=1, m=-2), "L": _unit("1/1000", m=3), "l": _unit("1/1000", m=3), "M": _unit(1000, mol=1, m=-3),
    "eV": _unit("1.602176634e-19", m=2, kg=1, s=-2), "bar": _unit(10**5, m=-1, kg=1, s=-2),
    "cal": _unit("4.184", m=2, kg=1, s=-2), "rad": _unit(1), "bit": _unit(1, bit=1), "B": _unit(8, bit=1),
    "Ci": _unit("3.7e10", s=-1), "pc": _unit("3.0856775814913673e16", m=1), "dyn": _unit("1e-5", m=1, kg=1, s=-2),
    "rem": _unit("0.01", m=2, s=-2), "Da": _unit("1.66053906660e-27", kg=1), "t": _unit(1000, kg=1),
    "ly": _unit("9460730472580800", m=1),
    "sr": _unit(1),
}  # fmt: skip
FIXED = {
    "min": _unit(60, s=1), "h": _unit(3600, s=1), "hr": _unit(3600, s=1), "d": _unit(86400, s=1),
    "day": _unit(86400, s=1), "week": _unit(604800, s=1), "wk": _unit(604800, s=1), "sec": _unit(1, s=1),
    "yr": _unit(31557600, s=1), "y": _unit(31557600, s=1), "year": _unit(31557600, s=1),
    "month": _unit(2629800, s=1), "decade": _unit(315576000, s=1), "century": _unit(3155760000, s=1),
    "in": _unit("0.0254", m=1), "inch": _unit("0.0254", m=1), "ft": _unit("0.3048", m=1), "foot": _unit("0.3048", m=1),
    "feet": _unit("0.3048", m=1), "yd": _unit("0.9144", m=1), "yard": _unit("0.9144", m=1),
    "mi": _unit("1609.344", m=1), "mile": _unit("1609.344", m=1), "Å": _unit("1e-10", m=1),
    "angstrom": _unit("1e-10", m=1), "AU": _unit("149597870700", m=1),
    "fermi": _unit("1e-15", m=1), "micron": _unit("1e-6", m=1), "lb": _unit("0.45359237", kg=1),
    "pound": _unit("0.45359237", kg=1), "oz": _unit("0.028349523125", kg=1), "ounce": _unit("0.028349523125", kg=1),
    "ton": _unit("907.18474", kg=1), "tonne": _unit(1000, kg=1), "u": _unit("1.66053906660e-27", kg=1),
    "amu": _unit("1.66053906660e-27", kg=1), "slug": _unit("14.593903", kg=1), "atm": _unit(101325, m=-1, kg=1, s=-2),
    "torr": _unit("101325/760", m=-1, kg=1, s=-2), "Torr": _unit("101325/760", m=-1, kg=1, s=-2),
    "mmHg": _unit("133.322387415", m=-1, kg=1, s=-2), "psi": _unit("6894.757293168", m=-1, kg=1, s=-2),
    "lbf": _unit("4.4482216152605", m=1, kg=1, s=-2), "hp": _unit("745.69987158227022", m=2, kg=1, s=-3),
    "Cal": _unit(4184, m=2, kg=1, s=-2), "BTU": _unit("1055.05585262", m=2, kg=1, s=-2),
    "Btu": _unit("1055.05585262", m=2, kg=1, s=-2), "erg": _unit("1e-7", m=2, kg=1, s=-2),
    "gal": _unit("0.003785411784", m=3), "gallon": _unit("0.003785411784", m=3), "qt": _unit("0.000946352946", m=3),
    "quart": _unit("0.000946352946", m=3), "pint": _unit("0.000473176473", m=3), "cc": _unit("1e-6", m=3),
    "acre": _unit("4046.8564224", m=2), "hectare": _unit(10000, m=2), "ha": _unit(10000, m=2),
    "mph": _unit("0.44704", m=1, s=-1), "kph": _unit(Fraction(5, 18), m=1, s=-1),
    "kmph": _unit(Fraction(5, 18), m=1, s=-1), "knot": _unit(Fraction(1852, 3600), m=1, s=-1),
    "deg": Unit(PI / 180), "degree": Unit(PI / 180), "°": Unit(PI / 180), "rev": Unit(2 * PI),
    "revolution": Unit(2 * PI), "rpm": Unit(2 * PI / 60, _unit(1, s=-1).dimension), "cycle": Unit(Fraction(1)),
    "arcmin": Unit(PI / 10800), "arcsec": Unit(PI / 648000), "gauss": _unit("1e-4", kg=1, s=-2, A=-1),
    "G": _unit("1e-4", kg=1, s=-2, A=-1), "D": Unit(Fraction(1), _unit(1, m=-1).dimension),
    "diopter": Unit(Fraction(1), _unit(1, m=-1).dimension), "byte": _unit(8, bit=1), "rd": _unit("0.01", m=2, s=-2),
    "°C": Unit(Fraction(1), _unit(1, K=1).dimension, Fraction("273.15")),
    "°F": Unit(Fraction(5, 9), _unit(1, K=1).dimension, Fraction("459.67") * Fraction(5, 9)),
    "cmHg": _unit("1333.22387415", m=-1, kg=1, s=-2), "dB": Unit(Fraction(1), label="dB"),
    "kcal": _unit(4184, m=2, kg=1, s=-2), "ppm": Unit(Fraction(1, 10**6)), "c": _unit(299792458, m=1, s=-1),
    "kgf": _unit("9.80665", m=1, kg=1, s=-2), "%": Unit(Fraction(1, 100)),
}  # fmt: skip
FULL = {
    "meter": "m", "metre": "m", "gram": "g", "second": "s", "ampere": "A", "amp": "A", "kelvin": "K", "mole": "mol",
    "candela": "cd", "hertz": "Hz", "newton": "N", "pascal": "Pa", "joule": "J", "watt": "W", "coulomb": "C",
    "volt": "V", "farad": "F", "ohm": "Ω", "siemens": "S", "weber": "Wb", "tesla": "T", "henry": "H",
    "becquerel": "Bq", "gray": "Gy", "sievert": "Sv", "lumen": "lm", "lux": "lx", "liter": "L", "litre": "L",
    "electronvolt": "eV", "calorie": "cal", "radian": "rad", "molar": "M", "curie": "Ci", "parsec": "pc",
    "dyne": "dyn", "steradian": "sr", "minute": "min", "hour": "h", "horsepower": "hp",
}  # fmt: skip
