"""Labelled cases, attacks and hostile inputs: how far the verifier is to be trusted."""
