"""Code-like answers: bases, orders of growth, logic, literals, sequences."""
