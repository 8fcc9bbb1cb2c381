"""What a verifier of open-instruct derives from and returns, see README.md above."""

from dataclasses import dataclass
from typing import Any


@dataclass
class VerificationResult:
    score: float
    cost: float = 0.0
    reasoning: str | None = None


class VerifierFunction:
    """Each subclass is made with `verifier_config` and found by its name in lower case."""

    def __init__(self, name: str, weight: float = 1.0, verifier_config: Any = None) -> None:
        self.name, self.weight, self.verifier_config = name, weight, verifier_config
