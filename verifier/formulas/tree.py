"""The tree of a parsed expression, and why a text may have none."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction


class UnparsableError(ValueError):
    """The text is no expression."""


class UnsupportedError(UnparsableError):
    """The text uses notation that only computer algebra can decide."""


class TooLargeError(ValueError):
    """The value is too large to be written down; nothing of it was evaluated."""


@dataclass(frozen=True, slots=True)
class Node:
    """`op` with arguments; a number's `value` is exact, `digits` are those after a written decimal point.

    In `sum` and `prod` the name is the index, and the arguments are its first value, its last and the term.
    """

    op: str
    args: tuple["Node", ...] = ()
    value: Fraction | None = None
    name: str = ""
    digits: int | None = None


INFINITY = Node("infinity")
INDEXED = ("sum", "prod")


def number(value: int | Fraction) -> Node:
    return Node("number", value=Fraction(value))


def symbol(name: str) -> Node:
    return Node("symbol", name=name)


def symbols(node: Node) -> set[str]:
    """Names of free symbols and of unknown functions."""
    own = {node.name} if node.op in ("symbol", "call", "apply") else set()
    found = own.union(*(symbols(arg) for arg in node.args)) if node.args else own
    return found - {node.name} if node.op in INDEXED else found


def operations(node: Node) -> set[str]:
    own = {node.op, node.name} if node.op == "function" else {node.op}
    return own.union(*(operations(arg) for arg in node.args)) if node.args else own


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for arg in node.args:
        yield from nodes(arg)


def size(node: Node) -> int:
    return sum(1 for _ in nodes(node))


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The tree with `change` applied to every node, leaves first."""
    if not node.args:
        return change(node)
    return change(replace(node, args=tuple(rebuilt(arg, change) for arg in node.args)))


def depth(node: Node) -> int:
    """Counted without recursion: whoever walks the tree later may recurse."""
    level, deepest = [node], 0
    while level:
        deepest += 1
        level = [arg for each in level for arg in each.args]
    return deepest
