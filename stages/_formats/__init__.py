"""Exporters: a module per trainer says how its files look; `exporting` writes them, `rewarding` the reward files."""

from stages._formats.exporting import Exported, export_version
from stages._formats.rewarding import write_rewards

__all__ = ["Exported", "export_version", "write_rewards"]
