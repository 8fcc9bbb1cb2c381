"""Modules of CNXML, the format of OpenStax and Connexions textbooks: reading one, and what its elements are called."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from stages import _packed

MAX_BYTES = 32 << 20  # of a module, unpacked
# What a damaged file raises, unlike a disk or a file table at fault; text that is no UTF-8 is a ValueError.
DAMAGED = (*_packed.DAMAGED, etree.XMLSyntaxError, ValueError)
NUMBERED = {"figure": "Figure", "table": "Table", "example": "Example", "equation": "Equation", "exercise": "Exercise"}


@dataclass(frozen=True)
class Module:
    id: str
    title: str
    root: Any
    num_solved: int
    # Element id -> "Figure 3", for references.
    labels: dict[str, str]


def module_name(path: Path) -> str:
    name = path.name.removesuffix(".gz").removesuffix(".cnxml")
    return path.parent.name if name == "index" else name


def load(path: Path) -> Module:
    """Plain or gzipped. Raises one of `DAMAGED` where the file holds no module."""
    with _packed.unpacked(path, is_packed=path.suffix == ".gz") as file:
        body = file.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES >> 20} MiB for one module")
    root = etree.fromstring(body, _parser())
    if root.find("{*}content") is None or root.find("{*}title") is None:
        raise ValueError("no CNXML module: title or content is missing")
    title = " ".join("".join(root.find("{*}title").itertext()).split())
    solved = sum(exercise.find("{*}solution") is not None for exercise in root.iter("{*}exercise"))
    return Module(id=module_name(path), title=title, root=root, num_solved=solved, labels=_labels(root))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(remove_comments=True, remove_pis=True, resolve_entities=False, no_network=True)


def _labels(root: Any) -> dict[str, str]:
    counts: dict[str, int] = {}
    labels = {}
    for element in root.iter(*(f"{{*}}{name}" for name in NUMBERED)):
        kind = local_name(element)
        counts[kind] = counts.get(kind, 0) + 1
        if element.get("id"):
            labels[element.get("id")] = f"{NUMBERED[kind]} {counts[kind]}"
    return labels


def local_name(element: Any) -> str:
    return str(etree.QName(element).localname)
