"""Writes the pages of the reference from the code: `python docs/make_reference.py`; `--check` only compares them."""

import sys
from pathlib import Path

from reference import api, commands, recipe, rows, stages, training

DOCS = Path(__file__).parent
MADE = "\nMade from the code by `python docs/make_reference.py`.\n"


def pages() -> dict[Path, str]:
    """What each page holds now, by its path. Of dataclasses that stand on several pages the last has the section."""
    homes = {kind: module.PAGE for module in (rows, training, recipe) for kind in module.groups()}
    texts = {
        commands.PAGE: commands.page(),
        recipe.PAGE: recipe.page(homes),
        training.PAGE: training.page(homes),
        stages.PAGE: stages.page(homes),
        rows.PAGE: rows.page(homes),
        api.PAGE: api.page(),
    }
    return {DOCS / name: f"{text.rstrip()}\n{MADE}" for name, text in texts.items()}


def stale() -> list[str]:
    """The names of pages that are not what the code says."""
    return [path.name for path, text in pages().items() if not path.exists() or path.read_text("utf-8") != text]


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit(f"stale: {', '.join(found)}; run: python docs/make_reference.py" if (found := stale()) else 0)
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
