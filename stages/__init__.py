"""The domain: one stage per file. Every public module here is discovered; nothing is registered."""
