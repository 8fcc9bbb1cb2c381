"""What stands in a version beside its views: manifest, rewards, plots, card and report."""

import json
import re
from pathlib import Path
from typing import Any

from pipeline.context import Context
from pipeline.errors import ConfigError
from pipeline.files import read_json
from stages._card import render_card
from stages._export_manifest import Written, files_of, manifest_of
from stages._formats.rewarding import write_rewards
from stages._plots import draw_plots
from stages._template_check import template_facts

# It becomes a folder, a part of `NAME@v0001` and a word in the command lines of trainers.
NAME = re.compile(r"[^\W_][\w.-]*")


def check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise ConfigError(f"name is {name!r}; give letters, digits, '.', '-' and '_', a letter or digit first")


def complete(name: str, written: Written, folder: Path, ctx: Context) -> None:
    """Into the folder in which the views stand."""
    manifest = manifest_of(name, written, ctx)
    manifest |= _examined(folder, ctx, num_rows=sum(manifest["rows"].get("sft", {}).values()))
    write_rewards(folder / "rewards", manifest)
    draw_plots(manifest, folder)
    (folder / "README.md").write_text(render_card(manifest), "utf-8")
    ctx.write_report(folder / "report.html")
    manifest["files"] = files_of(folder, written.facts.values())
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _examined(folder: Path, ctx: Context, *, num_rows: int) -> dict[str, Any]:
    """What was found by looking at the rows of `sft`, or at the verifier, with what not every export is given."""
    found: dict[str, Any] = {}
    if "tokenizer" in ctx.side and num_rows:
        names = [step.node for step in ctx.lineage if "tokenizer" in step.given_as]
        files = sorted((folder / "sft").glob("*.parquet"))
        facts = template_facts(ctx.side["tokenizer"].folder, files, name=names[0] if names else None)
        found["templates"] = [facts]
    if "audit" in ctx.side:
        found["audit"] = read_json(ctx.side["audit"].folder / "audit.json")
    return found
