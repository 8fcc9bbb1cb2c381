"""Walking the tree of a `<math>` element, and the TeX that a page may carry along in it."""

import re
from typing import Any

_TEX_ENCODINGS = {"application/x-tex", "tex", "latex", "application/x-latex", "text/x-tex"}


def local_name(node: Any) -> str:
    """The element's local name in lower case; empty for comments and instructions."""
    return re.split(r"[}:]", node.tag)[-1].lower() if isinstance(node.tag, str) else ""


def elements(node: Any) -> list[Any]:
    return [child for child in node if local_name(child)]


def carried_tex(math: Any) -> str | None:
    for node in math.iter():
        if local_name(node) == "annotation" and (node.get("encoding") or "").strip().lower() in _TEX_ENCODINGS:
            return _unwrapped("".join(node.itertext()))
    alttext = math.get("alttext") or ""
    return _unwrapped(alttext) if "\\" in alttext or "^" in alttext else None


def _unwrapped(tex: str) -> str | None:
    wrapped = re.fullmatch(r"\s*\{\\displaystyle\s*(.*)\}\s*", tex, re.DOTALL)
    return (wrapped.group(1) if wrapped else tex).strip().strip("$") or None
