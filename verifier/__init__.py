"""Typed answers and their comparison."""

from verifier.api import Pair, Verifier, compare, verify
from verifier.classify import infer_type
from verifier.pool import VerifierError
from verifier.types import VERSION, AnswerType, Outcome, Policy, Reason, Verdict

__all__ = [
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
