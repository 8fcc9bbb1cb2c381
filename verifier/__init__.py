"""Typed answers and their comparison."""
