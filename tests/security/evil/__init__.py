"""Stages whose rows mean harm in every column, named in recipes as `packages: [tests.security.evil]`."""
