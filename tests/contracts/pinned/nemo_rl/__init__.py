"""The interface of NeMo-RL, see README.md in the folder `pinned`."""
