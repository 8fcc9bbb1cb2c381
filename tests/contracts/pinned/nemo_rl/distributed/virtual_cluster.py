"""The Pythons that an actor may run in."""


class PY_EXECUTABLES:  # noqa: N801
    SYSTEM = "python"
