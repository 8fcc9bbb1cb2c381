"""The tree of a parsed expression, and why a text may have none."""

from dataclasses import dataclass
from fractions import Fraction


class UnparsableError(ValueError):
    """The text is no expression."""


class UnsupportedError(UnparsableError):
    """The text uses notation that only computer algebra can decide."""


class TooLargeError(ValueError):
    """The value is too large to be written down; nothing of it was evaluated."""


@dataclass(frozen=True, slots=True)
class Node:
    """`op` with arguments; a number's `value` is exact, `digits` are those after a written decimal point."""

    op: str
    args: tuple["Node", ...] = ()
    value: Fraction | None = None
    name: str = ""
    digits: int | None = None


def number(value: int | Fraction) -> Node:
    return Node("number", value=Fraction(value))


def symbols(node: Node) -> set[str]:
    own = {node.name} if node.op in ("symbol", "call") else set()
    return own.union(*(symbols(arg) for arg in node.args)) if node.args else own


def operations(node: Node) -> set[str]:
    own = {node.op, node.name} if node.op == "function" else {node.op}
    return own.union(*(operations(arg) for arg in node.args)) if node.args else own


def depth(node: Node) -> int:
    """Counted without recursion: whoever walks the tree later may recurse."""
    level, deepest = [node], 0
    while level:
        deepest += 1
        level = [arg for each in level for arg in each.args]
    return deepest
