"""A stage whose answers cost something, by GPU and hour and by answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.toystages.streams import Inquire


@dataclass(frozen=True, kw_only=True)
class InquireDearly(Inquire):
    """Holds two GPUs; 3 EUR an hour of each and 1 EUR a thousand tokens."""

    def gpus_per_responder(self) -> int:
        return 2

    def cost(self, counters: Mapping[str, float], gpu_hours: float) -> tuple[float, str] | None:
        return 3 * gpu_hours + counters.get("tokens", 0) / 1000, "EUR"

    def compared_with(self, config: Mapping[str, Any]) -> float | None:
        if config.get("model", "echo") != self.model:
            return None
        return self.samples / int(config.get("samples", 2))

    def readings(self, counters: Mapping[str, float], seconds: float) -> list[str]:
        return [f"{counters.get('tokens', 0):.0f} words"]
