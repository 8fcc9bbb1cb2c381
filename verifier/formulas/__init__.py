"""Expressions, equations and complex numbers: a parser of our own, values, and comparison at points."""
