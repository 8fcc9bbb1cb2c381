"""Stages that mean nothing, for tests of the engine: named in recipes as `packages: [tests.toystages]`."""
