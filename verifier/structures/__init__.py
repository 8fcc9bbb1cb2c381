"""Answers of several parts: sets, tuples, vectors, matrices, intervals."""
