"""How long torch's threads spin while they wait for one another, on a machine that others use too."""

import os

SPINS = "10000"


def spin_briefly() -> None:
    """To be called before torch is imported, which reads it then; what a user has set stays.

    By OpenMP's own count threads spin so long that they starve whatever else wants the cores, and a step takes several
    times as long. Not to spin at all (`OMP_WAIT_POLICY=passive`) is slow as well: most waits are short.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", SPINS)
