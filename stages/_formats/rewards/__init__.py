"""Reward files as trainers get them: copied out with an export, so each stands alone and imports tracemill only."""
