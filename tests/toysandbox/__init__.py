"""Stages that are run in a sandbox and misbehave there: named in recipes as `packages: [tests.toysandbox]`."""
