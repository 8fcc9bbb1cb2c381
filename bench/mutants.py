"""Do the tests notice a changed comparator? Small changes drawn by a seed, each made in a copy that the tests run on.

    python bench/mutants.py [--json OUT] [--seed N] [--each N] [--only TEXT]

A mutant survives if the tests of its package pass. Those that change nothing which a pair could show stand in
`equivalent_mutants.jsonl` with the reason. A draw depends on the changed line alone, so that an edit elsewhere in the
module leaves it as it is. Real data and long tests take no part.
"""

import argparse
import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten

ROOT = Path(__file__).resolve().parent.parent
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.jsonl")
# Per package: the modules that decide, and the tests that speak of them, the most telling first.
PACKAGES: Mapping[str, tuple[str, str]] = {
    "numbers": ("agreement number plain_numbers", "numbers percent money units"),
    "units": ("measures grammar", "units money percent"),
    "dates": ("clock moments years", "datetimes"),
    "formulas": ("probing precision equations comparison complex_numbers", "formulas numbers"),
    "structures": ("sets tuples matrices intervals regions matching", "sets tuples matrices intervals"),
    "words": ("booleans options comparison", "words booleans options"),
    "chemistry": ("species reactions comparison", "chemistry"),
    "code": ("bases growth logic", "code numbers"),
    "": ("extract last_line route evasions", "extract evasions policy words options sets numbers formulas"),
}
OTHER: Mapping[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
}  # fmt: skip
# Nothing of these shows in a verdict.
UNTOUCHED = frozenset({"decorator_list", "annotation", "returns"})
UNTOUCHED_ARGUMENTS = frozenset({"strict", "maxsize", "slots", "frozen"})
ORDERLESS = frozenset({"isinstance", "max", "min", "same_value", "same_name"})
SECONDS = 300.0
ENOUGH = 0.9


@dataclass(frozen=True, slots=True)
class Mutant:
    """`name` tells it from others, by the text of what is changed; `source` is the whole changed module."""

    module: str
    kind: str
    name: str
    source: bytes


def altered(node: ast.expr, **fields: object) -> ast.expr:
    return type(node)(**dict(ast.iter_fields(node)) | fields)


def changes(node: ast.AST) -> Iterator[tuple[str, ast.expr, ast.expr]]:
    """Kind, what is replaced, and by what."""
    match node:
        case ast.Compare(ops=[op]):
            yield "comparison", node, altered(node, ops=[OTHER[type(op)]()])
        case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in OTHER:
            yield "operator", node, altered(node, op=OTHER[type(op)]())
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            yield "negation", node, inner
        case ast.Constant(value=bool() | int() as value):
            yield "constant", node, ast.Constant(not value if isinstance(value, bool) else value + 1)
        case ast.If(test=test, body=[*_, ast.Return()]):
            yield "early return", test, ast.Constant(False)
        case ast.Set(elts=[first, _, third, *rest]) | ast.List(elts=[first, _, third, *rest], ctx=ast.Load()):
            yield "member", node, altered(node, elts=[first, third, *rest])
        case ast.Dict(keys=[first, _, third, *rest], values=[one, _, *others]):
            yield "member", node, altered(node, keys=[first, third, *rest], values=[one, *others])
        case ast.Call(func=func, args=[first, second, *rest]) if ast.unparse(func) not in ORDERLESS:
            yield "arguments", node, altered(node, args=[second, first, *rest])


def nodes(node: ast.AST) -> Iterator[ast.AST]:
    """All that may be changed. Before Python 3.12 what stands in an f-string does not know its place."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.keyword) and node.arg in UNTOUCHED_ARGUMENTS):
        return
    yield node
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if name not in UNTOUCHED and isinstance(child, ast.AST):
                yield from nodes(child)


def mutants(folder: Path, module: str) -> Iterator[Mutant]:
    source = (folder / module).read_bytes()
    lines = source.splitlines(keepends=True)
    starts = [sum(map(len, lines[:index])) for index in range(len(lines))]
    for node in nodes(ast.parse(source)):
        for kind, place, new in changes(node):
            begin = starts[place.lineno - 1] + place.col_offset
            end = starts[(place.end_lineno or 0) - 1] + (place.end_col_offset or 0)
            before, after = ast.unparse(place), ast.unparse(new)
            line = lines[place.lineno - 1].decode().strip()
            name = f"{module}: {shorten(before, 60)} -> {shorten(after, 60)} in: {line}"
            yield Mutant(module, kind, name, source[:begin] + f"({after})".encode() + source[end:])


def drawn(folder: Path, module: str, *, seed: int, each: int) -> list[Mutant]:
    """At most one of a kind."""
    found: dict[str, Mutant] = {}
    for mutant in sorted(mutants(folder, module), key=lambda it: hashlib.sha256(f"{seed} {it.name}".encode()).digest()):
        found.setdefault(mutant.kind, mutant)
    return list(found.values())[:each]


class Copy:
    """The verifier and its tests in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("verifier", "tests", "bench", "pyproject.toml"):
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy2)(source, folder / name)

    def passes(self, tests: str, *, compiled: bool) -> bool:
        """`compiled`: leave compiled modules behind. Of a mutant they must not stay: the next may be as old."""
        files = [f"tests/verifier/test_{name}.py" for name in tests.split()]
        environment = {name: value for name, value in os.environ.items() if name != "TRACEMILL_DATA"}
        environment |= {} if compiled else {"PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-m", "not long", "--hypothesis-seed=0", *files]
        try:
            done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    def survived(self, mutant: Mutant, tests: str) -> bool:
        place = self.folder / mutant.module
        original = place.read_bytes()
        place.write_bytes(mutant.source)
        try:
            return self.passes(tests, compiled=False)
        finally:
            place.write_bytes(original)


def fates(*, seed: int, each: int, only: str) -> Iterator[tuple[str, Mutant]]:
    """Each mutant with `killed`, `equivalent` or `survived`."""
    known = {json.loads(line)["mutant"] for line in EQUIVALENT.read_text(encoding="utf-8").splitlines()}
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder))
        for package, (names, tests) in PACKAGES.items():
            modules = [str(Path("verifier", package, f"{name}.py")) for name in names.split()]
            modules = [module for module in modules if only in module]
            if modules and not copy.passes(tests, compiled=True):
                raise SystemExit(f"the tests of verifier/{package} fail without any change: {tests}")
            for mutant in (mutant for module in modules for mutant in drawn(copy.folder, module, seed=seed, each=each)):
                alive = copy.survived(mutant, tests)
                yield "killed" if not alive else "equivalent" if mutant.name in known else "survived", mutant


def main() -> None:
    parser = argparse.ArgumentParser(description="Changes to comparators, and how many of them the tests notice.")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--each", type=int, default=3, help="mutants of a module")
    parser.add_argument("--only", default="", help="only modules with this in their path")
    options = parser.parse_args()
    counts = dict.fromkeys(("killed", "survived", "equivalent"), 0)
    for fate, mutant in fates(seed=options.seed, each=options.each, only=options.only):
        counts[fate] += 1
        print(f"{fate:10}  {mutant.kind:12}  {mutant.name}", flush=True)
    share = counts["killed"] / max(1, counts["killed"] + counts["survived"])
    figures = {"mutants": sum(counts.values()), **{f"mutants_{fate}": n for fate, n in counts.items()}}
    print(f"{figures}; killed of those that are not equivalent: {share:.1%}")
    if options.json:
        options.json.write_text(json.dumps(figures | {"mutants_killed_share": share}, indent=2) + "\n")
    raise SystemExit(share < ENOUGH)


if __name__ == "__main__":
    main()
