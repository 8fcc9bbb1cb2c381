"""Stages that get into trouble when they are told to from outside: `packages: [tests.toystages, tests.toyfaults]`."""
