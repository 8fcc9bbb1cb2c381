"""Formulas, reactions, nuclides and electron configurations."""
