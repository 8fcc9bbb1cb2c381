"""What one unit name means, from pint's registry: loaded at the first need, one a process, behind a lock.

Only names that `verifier.units.table` lists ever come here, so no text of an answer reaches pint's own parser.
"""

import os
import threading
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

# pint's hertz is a bare 1/s, which would make 1 Hz equal 1 rad/s; its gauss is a Gaussian unit that no tesla equals;
# its acre, furlong and fathom are the American survey's; school books call 760 mmHg one atmosphere.
OWN_DEFINITIONS = (
    "cyclic_hertz = turn / second",
    "tesla_gauss = 1e-4 tesla",
    "field_acre = 43560 * foot ** 2",
    "field_furlong = 660 * foot",
    "sea_fathom = 6 * foot",
    "centimeter_torr = 10 torr",
    "inch_torr = 25.4 torr",
    "diopter = 1 / meter",
    "bit_per_second = bit / second",
    "ten_years = 10 year",
    "part_per_billion = 1e-9",
    "part_per_trillion = 1e-12",
    "basis_point = 1e-4",
)


@dataclass(frozen=True, slots=True)
class Definition:
    """`factor` and `offset` into root units (gram, meter, second, radian, ...), `dimension` their powers by name."""

    factor: Fraction
    offset: Fraction
    dimension: tuple[tuple[str, Fraction], ...]


class _Registry:
    def __init__(self) -> None:
        self._forget()
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        """A fork may copy the lock while another thread holds it."""
        self._lock = threading.Lock()
        self._pint: Any = None

    def look_up(self, name: str) -> Definition:
        with self._lock:
            if self._pint is None:
                self._pint = _load()
            zero, one = (self._pint.Quantity(Fraction(n), name).to_root_units() for n in (0, 1))
        powers = ((root, Fraction(power)) for root, power in one.unit_items() if root != "count")
        return Definition(
            factor=Fraction(one.magnitude) - Fraction(zero.magnitude),
            offset=Fraction(zero.magnitude),
            dimension=tuple(sorted(powers)),
        )


def _load() -> Any:
    import pint  # type: ignore[import-untyped,unused-ignore]

    registry: Any = pint.UnitRegistry(non_int_type=Fraction, cache_folder=None)
    for definition in OWN_DEFINITIONS:
        registry.define(definition)
    return registry


_registry = _Registry()


@lru_cache(maxsize=2048)
def definition(name: str) -> Definition:
    """The definition of a pint name such as `kilometer`. Raises `pint.UndefinedUnitError` on any other."""
    return _registry.look_up(name)
