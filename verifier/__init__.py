"""Typed answers and their comparison.

Importing this is cheap: comparators and workers load with the first name that needs them.
"""

import importlib
from typing import TYPE_CHECKING, Any

from verifier.types import MACHINE_REASONS, VERSION, AnswerType, Outcome, Policy, Reason, Verdict

if TYPE_CHECKING:
    from verifier.api import Pair, Verifier, compare, verify
    from verifier.classify import infer_type
    from verifier.nursery import VerifierError

__all__ = [
    "MACHINE_REASONS",
    "VERSION",
    "AnswerType",
    "Outcome",
    "Pair",
    "Policy",
    "Reason",
    "Verdict",
    "Verifier",
    "VerifierError",
    "compare",
    "infer_type",
    "verify",
]

_LATER = {
    "Pair": "verifier.api",
    "Verifier": "verifier.api",
    "VerifierError": "verifier.nursery",
    "compare": "verifier.api",
    "infer_type": "verifier.classify",
    "verify": "verifier.api",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'verifier' has no attribute {name!r}")
    return getattr(importlib.import_module(_LATER[name]), name)
