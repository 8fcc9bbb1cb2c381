"""The vocabulary of what speaks against a pair, and which of it a filter rejects by unless told otherwise."""

# The weightiest first: it is the reason of the reject. Those up to `ambiguous` are the reasons that people label with;
# the rest are ours.
REASONS = (
    "garbled", "hyperlink", "figure_missing", "context_missing", "multiple_choice", "options_missing", "proof", "draw",
    "explain", "opinion", "not_a_question", "multi_part", "several_answers", "yes_no", "answer_in_question",
    "no_answer", "no_short_answer", "ambiguous",
)  # fmt: skip
FINER = (
    "several_questions", "time_dependent", "uncertainty", "unit_mismatch", "gold_unparsable",
    "gold_not_self_consistent",
)  # fmt: skip
# Noted and let pass: what more often than not stands beside a short answer that can be checked.
NOTED = ("named_values", "other_values", "several_orders", "unit_unknown", "language", "no_data")
UNSURE = "maybe_"
REJECTING = REASONS + FINER
KNOWN = frozenset(REJECTING + NOTED) | {UNSURE + signal for signal in REASONS + FINER}
# Without these there is nothing to verify, whatever a model says.
DECISIVE = frozenset({"no_answer", "gold_unparsable", "gold_not_self_consistent"})


def weight(signal: str) -> int:
    """The place in the order of weight; what is noted comes last."""
    return REJECTING.index(signal) if signal in REJECTING else len(REJECTING)
