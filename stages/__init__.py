"""The domain: one stage per file. Every public module here is discovered; nothing is registered."""

# What the stages call decides their rows, so its code counts in their keys and guards.
code_packages = ("verifier", "teachers")
