"""Sections of the card on how to load a data set, how to make it again, and how to have rows removed from it."""

from collections.abc import Mapping
from typing import Any

from stages._card_limits import has_attempts
from stages._card_text import block, code, folded, plain, table, to_yaml


def loading(manifest: Mapping[str, Any]) -> str:
    filled = ((view, split) for view, splits in manifest["rows"].items() for split, rows in splits.items() if rows)
    view, split = next(filled)
    python = (
        "from datasets import load_dataset\n\n"
        f'examples = load_dataset("path/to/this/folder", "{view}", split="{split}")\n\n'
        "import polars as pl\n\n"
        f'examples = pl.read_parquet("path/to/this/folder/{view}/{split}-*.parquet")'
    )
    return block(python, "python") + (
        "\n\n`tracemill check FOLDER` compares every file with its digest, and `tracemill check-template MODEL FOLDER` "
        "tells whether a model's chat template keeps what the rows say. `report.html` shows samples."
    )


def reproduction(manifest: Mapping[str, Any]) -> str:
    environment = ", ".join(f"{plain(name)} {plain(version)}" for name, version in manifest["environment"].items())
    parents = manifest["parents"]
    nodes = {step["node"]: _node(step) for step in parents} | {"exported": _export(manifest)}
    files = [
        [plain(step["node"]), plain(name), code(digest[:16])]
        for step in parents
        for name, digest in step["pins"].items()
    ]
    digests = [
        [plain(step["node"]), plain(step["stage"]), code(step["key"][:16]), code(step["digest"][:16])]
        for step in parents
    ]
    return "\n\n".join(
        [
            "`tracemill run` with the recipe below makes it again, once the files that it reads are named in it "
            "(`paths`, `recording` and the like): their names are left out, their digests stand beneath. The same "
            f"content has the digest {code(manifest['digest'])}. `tracemill trace ID` tells the life of a row, from "
            "page to export.",
            folded(
                "The recipe: every node with the options that are not at their default",
                block(to_yaml({"nodes": nodes}), "yaml"),
            ),
            folded("Keys and content digests", table(["node", "stage", "key", "digest"], digests)),
            *(
                [folded("Files and revisions that were read", table(["node", "file", "digest"], files))]
                if files
                else []
            ),
            f"Made with {environment}.",
        ]
    )


def _node(step: Mapping[str, Any]) -> dict[str, Any]:
    """As a recipe writes it; paths are not told, what they hold stands among the files."""
    told = {"uses": step["stage"], "needs": step.get("needs"), "side": step.get("side"), "with": step["config"]}
    return {key: value for key, value in told.items() if value}


def _export(manifest: Mapping[str, Any]) -> dict[str, Any]:
    given: dict[str, list[str]] = {}
    for step in manifest["parents"]:
        for role in step.get("given_as", ()):
            given.setdefault(role, []).append(step["node"])
    needs = given.pop("needs", [])
    stage = "export_dataset" if has_attempts(manifest) else "export_prompts"
    told = {"uses": stage, "needs": needs, "side": given, "with": {"name": manifest["name"]}}
    return {key: value for key, value in told.items() if value}


def removal() -> str:
    return (
        "Every row names in `provenance.removal_key` the page or file that it came from. An owner who names that key, "
        "or the address of the page, has all rows made from it removed from the next version: `block_documents` and "
        "`block_pairs` take a list of such keys. Whoever holds a copy can drop them by the same column."
    )
