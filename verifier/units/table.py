"""Which unit names an answer may use, and what pint calls them. What they are worth, pint knows.

Symbols are exact in their case. A symbol is listed only where a number beside it is read as a measurement everywhere:
`t`, `a` and `y` alone are variables, not tonnes and years.
"""

PREFIXES = {
    "Y": "yotta", "Z": "zetta", "E": "exa", "P": "peta", "T": "tera", "G": "giga", "M": "mega", "k": "kilo",
    "h": "hecto", "da": "deca", "d": "deci", "c": "centi", "m": "milli", "μ": "micro", "u": "micro", "n": "nano",
    "p": "pico", "f": "femto",
}  # fmt: skip
_PREFIX_WORDS = "peta tera giga mega kilo hecto deca deci centi milli micro nano pico femto atto"
PREFIX_WORDS = frozenset(_PREFIX_WORDS.split())
# Before any other symbol these make something else: `dA` is a differential, `Em` a product.
_SMALL = frozenset({"m", "g", "l", "L", "N", "Pa", "s"})
_LARGE = frozenset({"J", "W", "Hz", "B", "eV", "bit", "Wh", "Bq"})
SELDOM = {"h": _SMALL - {"s"}, "da": _SMALL - {"s"}, "d": _SMALL - {"s"}, "c": _SMALL | {"P", "St", "Gy", "Sv"}}
SELDOM |= dict.fromkeys("YZEP", _LARGE)

SYMBOLS = {
    "m": "meter", "g": "gram", "s": "second", "A": "ampere", "K": "kelvin", "mol": "mole", "cd": "candela",
    "Hz": "cyclic_hertz", "N": "newton", "Pa": "pascal", "J": "joule", "W": "watt", "C": "coulomb", "V": "volt",
    "F": "farad", "Ω": "ohm", "S": "siemens", "Wb": "weber", "T": "tesla", "H": "henry", "Bq": "becquerel",
    "Gy": "gray", "Sv": "sievert", "lm": "lumen", "lx": "lux", "L": "liter", "l": "liter", "M": "molar",
    "eV": "electron_volt", "bar": "bar", "cal": "calorie", "rad": "radian", "sr": "steradian", "bit": "bit",
    "B": "byte", "Ci": "curie", "pc": "parsec", "dyn": "dyne", "rem": "rem", "Da": "dalton", "Wh": "watt_hour",
    "Ah": "ampere_hour", "VA": "volt_ampere", "kat": "katal", "G": "tesla_gauss", "yr": "year",
    "bps": "bit_per_second", "sec": "second",
}  # fmt: skip
# Units only behind a prefix: `b` alone is a variable, `Gb` a gigabit.
PREFIXED_ONLY = {"b": "bit", "t": "metric_ton", "P": "poise", "St": "stokes", "a": "year"}
PLAIN = {
    "min": "minute", "mins": "minute", "h": "hour", "hr": "hour", "hrs": "hour", "d": "day", "wk": "week",
    "wks": "week", "mo": "month", "mos": "month", "yrs": "year", "secs": "second", "in": "inch", "ft": "foot",
    "yd": "yard", "yds": "yard", "mi": "mile", "nmi": "nautical_mile", "Å": "angstrom", "AU": "astronomical_unit",
    "au": "astronomical_unit", "ly": "light_year", "lb": "pound", "lbs": "pound", "lbm": "pound", "oz": "ounce",
    "u": "unified_atomic_mass_unit", "amu": "unified_atomic_mass_unit", "atm": "standard_atmosphere",
    "Torr": "torr", "mmHg": "torr", "cmHg": "centimeter_torr", "inHg": "inch_torr", "psi": "psi",
    "lbf": "force_pound", "kgf": "kilogram_force", "hp": "horsepower", "Cal": "kilocalorie",
    "Calorie": "kilocalorie", "Calories": "kilocalorie", "BTU": "british_thermal_unit",
    "Btu": "british_thermal_unit", "gal": "gallon", "gals": "gallon", "qt": "quart", "qts": "quart", "pt": "pint",
    "cc": "cubic_centimeter", "ha": "hectare", "mph": "mile_per_hour", "kph": "kilometer_per_hour",
    "kmh": "kilometer_per_hour", "kmph": "kilometer_per_hour", "kts": "knot", "kn": "knot", "deg": "degree",
    "°": "degree", "rev": "turn", "revs": "turn", "rpm": "revolutions_per_minute",
    "RPM": "revolutions_per_minute", "rps": "cyclic_hertz", "arcmin": "arcminute", "arcsec": "arcsecond",
    "ppm": "ppm", "ppb": "part_per_billion", "ppt": "part_per_trillion", "bp": "basis_point", "bps": "bit_per_second",
    "%": "percent", "‰": "permille", "c": "speed_of_light", "tbsp": "tablespoon", "tsp": "teaspoon", "gm": "gram",
    "gms": "gram", "kgs": "kilogram", "cms": "centimeter", "kms": "kilometer", "mcg": "microgram",
    "°C": "degree_Celsius", "°F": "degree_Fahrenheit", "dpt": "diopter", "dB": "dB", "dBA": "dB",
}  # fmt: skip

# Words in lower case and in the singular; the first take a prefix.
_METRIC = (
    "meter gram second ampere kelvin mole candela newton pascal joule watt coulomb volt farad ohm siemens weber tesla "
    "henry becquerel gray sievert lumen lux liter calorie radian molar curie parsec dyne bit byte bar poise year katal"
)
METRIC_WORDS = {word: word for word in _METRIC.split()} | {
    "metre": "meter", "litre": "liter", "gramme": "gram", "amp": "ampere", "hertz": "cyclic_hertz",
    "electronvolt": "electron_volt", "gauss": "tesla_gauss", "ton": "metric_ton", "tonne": "metric_ton",
    "mol": "mole",
}  # fmt: skip
_OTHERS = (
    "minute hour day week fortnight month century millennium inch foot yard mile angstrom micron fermi pound ounce "
    "stone slug gallon quart pint cup tablespoon teaspoon horsepower knot degree turn arcminute arcsecond diopter torr "
    "erg barn hectare steradian dalton rem parsec"
)
WORDS = {word: word for word in _OTHERS.split()} | {
    "decade": "ten_years", "feet": "foot", "inche": "inch", "acre": "field_acre", "furlong": "field_furlong",
    "fathom": "sea_fathom", "atmosphere": "standard_atmosphere", "ton": "ton", "tonne": "metric_ton",
    "metricton": "metric_ton", "lightyear": "light_year", "astronomicalunit": "astronomical_unit",
    "nauticalmile": "nautical_mile", "fluidounce": "fluid_ounce", "atomicmassunit": "unified_atomic_mass_unit",
    "revolution": "turn", "rotation": "turn", "cycle": "turn", "dioptre": "diopter", "kilo": "kilogram",
    "partspermillion": "ppm", "partsperbillion": "part_per_billion", "partspertrillion": "part_per_trillion",
    "basispoint": "basis_point", "centurie": "century", "henrie": "henry", "decibel": "dB", "percent": "percent",
    "rad": "radian", "sec": "second", "hr": "hour", "yr": "year",
}  # fmt: skip

# Second readings, tried only where the first measures something else than the other side does.
LOOSE = {
    "C": "degree_Celsius", "F": "degree_Fahrenheit", "oz": "fluid_ounce", "ounce": "fluid_ounce", "t": "metric_ton",
    "lb": "force_pound", "lbs": "force_pound", "pound": "force_pound", "year": "common_year", "yr": "common_year",
    "yrs": "common_year", "rad": "rads", "kt": "knot", "bps": "basis_point", "y": "year", "a": "year", "D": "diopter",
}  # fmt: skip
# Symbols that may also be products: millikelvin, but W/mK is meant per metre and kelvin.
LOOSE_RUNS = frozenset({"ms", "mK", "Tm"})
# Bases of their own: nothing else measures the same.
OWN_BASES = frozenset({"dB", "unit"})
# Special names that the SI keeps apart although they share a dimension.
KINDS = {
    "becquerel": "activity", "curie": "activity", "cyclic_hertz": "frequency", "gray": "absorbed dose",
    "rads": "absorbed dose", "sievert": "equivalent dose", "rem": "equivalent dose", "lumen": "luminous flux",
    "lux": "luminous flux", "candela": "luminous intensity",
}  # fmt: skip
TURNS = frozenset({"turn", "cyclic_hertz", "revolutions_per_minute"})
_DIRECTIONS = (
    "north south east west northeast northwest southeast southwest up down left right upward downward northward "
    "southward eastward westward clockwise counterclockwise anticlockwise forward backward n s e w ne nw se sw"
)
DIRECTIONS = frozenset(_DIRECTIONS.split())
