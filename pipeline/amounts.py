"""Numbers, durations, sizes and counts as people read them in tables."""

from collections.abc import Mapping


def reasons(counts: Mapping[str, int], most: int | None = None) -> str:
    """The most frequent first."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    parts = [f"{reason} {count:,}" for reason, count in ordered[:most]]
    return ", ".join(parts) + (f", +{len(counts) - len(parts)} more" if len(counts) > len(parts) else "")


def number(value: int | None, guess: str) -> str:
    return "unknown" if value is None else f"{guess}{value:,}"


def duration(seconds: float | None) -> str:
    if seconds is None:
        return "unknown"
    return (
        f"~{seconds:.0f} s"
        if seconds < 120
        else f"~{seconds / 60:.0f} min"
        if seconds < 7200
        else f"~{seconds / 3600:.1f} h"
    )


def size(value: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def clock(seconds: float) -> str:
    """`3:20`, or `2:05:00` from an hour on."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def money(amount: float, currency: str) -> str:
    """To the cent; smaller sums to two digits that count."""
    return f"{amount:,.2f} {currency}" if amount >= 0.01 or not amount else f"{amount:.2g} {currency}"
