"""The YAML header of a card, by which `datasets` finds the views and the hub sorts the data set."""

import re
from collections.abc import Mapping
from typing import Any

from stages._card_limits import has_attempts
from stages._card_text import to_yaml

# Spellings the hub knows; a licence outside this list counts as "other" and is named beside it.
HUB_LICENCES = frozenset(
    {"apache-2.0", "mit", "bsd-2-clause", "bsd-3-clause", "isc", "unlicense", "zlib", "gpl-2.0", "gpl-3.0", "agpl-3.0"}
    | {"lgpl-2.1", "lgpl-3.0", "mpl-2.0", "gfdl", "cc0-1.0", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0"}
    | {"cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nd-4.0"}
    | {"cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0"}
    | {"odc-by", "odbl", "pddl", "cdla-permissive-1.0", "cdla-permissive-2.0", "cdla-sharing-1.0", "unknown"}
)
SIZES = (
    *((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M")),
    *((10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"), (1_000_000_000, "100M<n<1B")),
)
TAGS = ("reasoning", "chain-of-thought", "verifiable-answers", "synthetic", "tracemill")
OF_TEACHERS = ("chain-of-thought", "synthetic")


def header(manifest: Mapping[str, Any]) -> str:
    rows = sum(sum(splits.values()) for splits in manifest["rows"].values())
    languages = {"language": sorted(manifest["languages"])} if manifest.get("languages") else {}
    content = {
        "pretty_name": manifest["name"],
        **_licence(manifest["sources"]),
        **languages,
        "task_categories": ["question-answering", "text-generation"],
        "tags": [tag for tag in TAGS if has_attempts(manifest) or tag not in OF_TEACHERS],
        "size_categories": [next((size for limit, size in SIZES if rows < limit), "1B<n<10B")],
        "configs": [
            _config(view, splits, is_default=view == next(iter(manifest["rows"])))
            for view, splits in manifest["rows"].items()
            if any(splits.values())
        ],
    }
    return f"---\n{to_yaml(content)}---"


def _licence(sources: Mapping[str, Any]) -> dict[str, Any]:
    """One licence as itself, several as a list; what the hub has no spelling for is "other" with its own name."""
    named = sorted({name for facts in sources.values() for name in facts["licences"]})
    found = sorted({hub_licence(name) for name in named}) or ["unknown"]
    others = [_slug(name) for name in named if hub_licence(name) == "other"]
    told = {"license_name": "-and-".join(others), "license_link": "README.md"} if others else {}
    return {"license": found[0] if len(found) == 1 else found, **told}


def hub_licence(name: str) -> str:
    """The hub's spelling of a licence; "other" where it has none."""
    spelled = _slug(name)
    return spelled if spelled in HUB_LICENCES else "other"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-")[:80] or "unnamed"


def _config(view: str, splits: Mapping[str, int], *, is_default: bool) -> dict[str, Any]:
    """Names the splits with rows only: one empty split in the list and `datasets` loads none of the view."""
    files = [{"split": split, "path": f"{view}/{split}-*.parquet"} for split, rows in splits.items() if rows]
    default = {"default": True} if is_default else {}
    return {"config_name": view, **default, "data_files": files}
