"""The digest of a stage's code: its module and the first-party modules it imports, by what they mean."""

import ast
import hashlib
import importlib
import importlib.util
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from pipeline import files

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_SILENT = frozenset({"ctx", "kind", "type_comment"})
# Files of this name declare the row types of many stages: of them count the definitions that a module imports.
_RECORDS = "records"
_ALL = "*"


def _syntax(node: Any, imports: list[ast.Import | ast.ImportFrom]) -> Any:
    """A syntax tree as nested lists without positions, comments, docstrings and empty fields; collects the imports.

    Our own and not `ast.dump`: the latter prints fields that newer Pythons add, so keys would move with the Python.
    """
    if isinstance(node, list):
        return [_syntax(item, imports) for item in node]
    if not isinstance(node, ast.AST):
        return f"{type(node).__name__}:{node!r}"
    if isinstance(node, ast.JoinedStr):
        # Python 3.12 puts empty text behind a nested format specification.
        return ["JoinedStr", *(_syntax(part, imports) for part in node.values if getattr(part, "value", None) != "")]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        imports.append(node)
    fields = []
    for name in node._fields:
        value = getattr(node, name, None)
        if name == "body" and isinstance(node, _DOCUMENTED):
            value = _without_docstring(value)
        if value is not None and value != [] and name not in _SILENT:
            fields.append([name, _syntax(value, imports)])
    return [type(node).__name__, *fields]


def _without_docstring(body: Any) -> Any:
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return body[1:]
    return body


def source_digest(source: str) -> str:
    """Digest of what a module's code means: comments, docstrings and layout do not count."""
    return _digest_syntax(_syntax(ast.parse(source), []))


def _digest_syntax(tree: Any) -> str:
    return hashlib.sha256(orjson.dumps(tree)).hexdigest()


@cache
def _module_path(module: str) -> Path | None:
    """The file of a first-party module, found beside its package: asking the importer would import its parents."""
    top, *rest = module.split(".")
    spec = importlib.util.find_spec(top)
    if spec and spec.origin and not spec.submodule_search_locations:
        return Path(spec.origin) if not rest and spec.origin.endswith(".py") else None
    for location in (spec.submodule_search_locations if spec else None) or ():
        path = Path(location, *rest)
        for candidate in (path / "__init__.py", path.with_name(f"{path.name}.py")):
            if candidate.is_file():
                return candidate
    return None


def _definitions(tree: ast.Module) -> "Definitions":
    """What defines each name of a module, by digest, and which of the module's names that uses.

    How a row type is shown (`shown`) does not count.
    """
    found: dict[str, list[ast.stmt]] = {}
    for node in tree.body:
        for name in _defined(node):
            found.setdefault(name, []).append(node)
    return {name: (_digest_syntax(_syntax(nodes, [])), _used(nodes, found)) for name, nodes in found.items()}


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef):
        node.body = [part for part in node.body if _defined(part) != ["shown"]]
        return [node.name]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _used(nodes: Iterable[ast.stmt], names: Container[str]) -> tuple[str, ...]:
    parts = (part for node in nodes for part in ast.walk(node))
    return tuple(sorted({part.id for part in parts if isinstance(part, ast.Name) and part.id in names}))


def _declares_rows(path: Path) -> bool:
    return path.name == f"{_RECORDS}.py"


Import = tuple[str, int, tuple[str, ...]]
Definitions = Mapping[str, tuple[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Parsed:
    """A module's digest, its imports as (module, level, names), and of one of row types what it defines."""

    digest: str
    imports: tuple[Import, ...]
    definitions: Definitions

    @classmethod
    def of(cls, source: bytes, *, of_records: bool = False) -> "Parsed":
        found: list[ast.Import | ast.ImportFrom] = []
        module = ast.parse(source)
        tree = _syntax(module, found)
        imports: list[Import] = []
        for node in found:
            if isinstance(node, ast.Import):
                imports += [(alias.name, 0, ()) for alias in node.names]
            else:
                imports.append((node.module or "", node.level, tuple(alias.name for alias in node.names)))
        return cls(_digest_syntax(tree), tuple(imports), _definitions(module) if of_records else {})


class ParsedModules:
    """Modules by their sources, remembered in a file: to parse what a recipe's stages import takes most of a second.

    Keyed by the source and by this module's own, so what is remembered cannot be out of date. A file that cannot be
    read or written only costs the time.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._by = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
        self._known = self._remembered()
        self._keys: dict[Path, str] = {}
        self._is_new = False

    def __getitem__(self, path: Path) -> Parsed:
        if path not in self._keys:
            source, of_records = path.read_bytes(), _declares_rows(path)
            key = self._keys[path] = hashlib.sha256(source).hexdigest() + (f".{_RECORDS}" if of_records else "")
            if key not in self._known:
                self._known[key], self._is_new = Parsed.of(source, of_records=of_records), True
        return self._known[self._keys[path]]

    def save(self) -> None:
        """Keeps what this recipe needs; raises `StoreError`."""
        if self._path is None or not self._is_new:
            return
        needed = {key: self._known[key] for key in self._keys.values()}
        modules = {key: [one.digest, one.imports, one.definitions] for key, one in needed.items()}
        files.write_json(self._path, {"by": self._by, "modules": modules})
        self._is_new = False

    def _remembered(self) -> dict[str, Parsed]:
        try:
            told = orjson.loads(self._path.read_bytes()) if self._path else {}
            if told.get("by") != self._by:
                return {}
            return {key: _as_parsed(*one) for key, one in told["modules"].items()}
        except (OSError, ValueError, TypeError, AttributeError, KeyError):
            return {}


def _as_parsed(digest: str, imports: Iterable[Any], definitions: Mapping[str, Any]) -> Parsed:
    return Parsed(
        digest,
        tuple((name, level, tuple(members)) for name, level, members in imports),
        {name: (defined, tuple(used)) for name, (defined, used) in definitions.items()},
    )


def _imported(module: str, path: Path, parsed: Parsed) -> Iterator[str]:
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for name, level, members in parsed.imports:
        base = name
        if level:
            above = package.split(".")[: len(package.split(".")) - level + 1]
            base = ".".join([*above, name] if name else above)
        parts = base.split(".")
        yield from (".".join(parts[: end + 1]) for end in range(len(parts)))
        yield from (f"{base}.{member}" for member in members)
        if not members and parts[-1] == _RECORDS:
            yield f"{base}.{_ALL}"
        if _RECORDS in members:
            yield f"{base}.{_RECORDS}.{_ALL}"


def first_party(packages: Iterable[str]) -> frozenset[str]:
    """Top-level packages whose code counts: those of the recipe, and what each lists in `code_packages`."""
    names = {package.split(".")[0] for package in packages}
    for package in packages:
        names.update(getattr(importlib.import_module(package), "code_packages", ()))
    return frozenset(names)


def code_digest(module: str, own: frozenset[str], modules: ParsedModules) -> str:
    """Digest of a module and the first-party modules it imports, transitively.

    Of modules named `records`, which declare row types, count the definitions that are imported and those of the same
    module that they use, so that a new row type is no change of every stage. Their fields enter the key as the schema.
    """
    seen: dict[str, str] = {}
    path = _module_path(module)
    todo = [f"{module}.{_ALL}" if path and _declares_rows(path) else module]
    while todo:
        name = todo.pop()
        if name in seen or name.split(".")[0] not in own:
            continue
        above, _, last = name.rpartition(".")
        if (path := _module_path(name)) and not _declares_rows(path):
            parsed = modules[path]
            seen[name] = parsed.digest
            todo.extend(_imported(name, path, parsed))
        elif not path and above and (path := _module_path(above)) and _declares_rows(path):
            definitions = modules[path].definitions
            seen[name], used = definitions.get(last, (last, ()))
            todo += [f"{above}.{other}" for other in (definitions if last == _ALL else used)]
    return hashlib.sha256(orjson.dumps(sorted(seen.items()))).hexdigest()
