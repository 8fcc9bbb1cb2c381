"""Answers in words: phrases, truth values, option letters."""
