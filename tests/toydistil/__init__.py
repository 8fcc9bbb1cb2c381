"""The real `distil` with its scripted teacher, fed with additions: `packages: [tests.toystages, tests.toydistil]`."""
