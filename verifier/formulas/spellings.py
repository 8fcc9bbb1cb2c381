"""Names that two expressions spell differently: `y''` and `d^2y/dx^2`, a bold and a plain vector, `j` and `i`."""

import re
from dataclasses import replace

from verifier.formulas.calls import resolved
from verifier.formulas.tree import Node, nodes, operations, rebuilt, symbol, symbols

LEIBNIZ = re.compile(r"d(\d):(.+)/(.+)")
PRIMED = re.compile(r"([^']+)('+)")
NABLA, CURL = symbol(r"\nabla"), symbol(r"\nabla\times")
MARK = re.compile(r"(?:vec|cal|bb|frak):")


def alike(gold: Node, answer: Node) -> tuple[Node, Node]:
    """Both trees as read together, names in one spelling where their meaning is beyond doubt."""
    gold, answer = map(_with_curls, resolved(gold, answer))
    gold, answer = _uncalled(gold, answer), _uncalled(answer, gold)
    gold, answer = _primed(gold, answer), _primed(answer, gold)
    gold, answer = _unmarked(gold, answer), _unmarked(answer, gold)
    return _with_vector_products(gold), _with_vector_products(answer)


def imaginary(node: Node) -> Node:
    """The tree with `j` as the imaginary unit."""
    return rebuilt(node, lambda each: Node("i") if each == symbol("j") else each)


def _uncalled(node: Node, other: Node) -> Node:
    """`y(t)`, always of the same symbol, as `y` where the other side writes that."""
    bare = {each.name for each in nodes(other) if each.op == "symbol"}
    bare |= {match[2] for name in bare if (match := LEIBNIZ.fullmatch(name))}
    calls = [each for each in nodes(node) if each.op == "call"]
    plain = {
        each.name
        for each in calls
        if _base(each.name) in {_base(name) for name in bare}
        and len({call.args for call in calls if call.name == each.name}) == 1
        and all(arg.op == "symbol" for arg in each.args)
    }
    return rebuilt(node, lambda each: symbol(each.name) if each.op == "call" and each.name in plain else each)


def _base(name: str) -> str:
    return name.rstrip("'")


def _primed(node: Node, other: Node) -> Node:
    """`dy/dx` as `y'` where the other side writes primes, and only one variable occurs."""
    bases = {match[1] for name in symbols(other) if (match := PRIMED.fullmatch(name))}
    found = [match for name in symbols(node) if (match := LEIBNIZ.fullmatch(name))]
    if not bases or len({match[3] for match in found}) != 1:
        return node
    new = {match[0]: match[2] + "'" * int(match[1]) for match in found if match[2] in bases}
    return renamed(node, new)


def _unmarked(node: Node, other: Node) -> Node:
    r"""`\mathbf{F}` as `F` where the other side has only that, and this side has no F of its own."""
    own, others = symbols(node), symbols(other)
    new = {name: MARK.sub("", name) for name in own if MARK.match(name)}
    crossed = any(each.op == "mul" and each.name == "cross" and _is_vector(each) for each in nodes(node))
    new = {old: plain for old, plain in new.items() if plain in others and plain not in own and old not in others}
    return node if crossed else renamed(node, new)


def renamed(node: Node, names: dict[str, str]) -> Node:
    if not names:
        return node
    return rebuilt(node, lambda each: replace(each, name=names[each.name]) if _is_named(each, names) else each)


def _is_named(node: Node, names: dict[str, str]) -> bool:
    return node.op in ("symbol", "call") and node.name in names


def _with_curls(node: Node) -> Node:
    r"""`\nabla\times` as one symbol: no divergence equals a curl, whatever marks the vector."""
    return rebuilt(node, lambda each: Node("mul", (CURL, each.args[1])) if _is_curl(each) else each)


def _is_curl(node: Node) -> bool:
    return node.op == "mul" and node.name == "cross" and node.args[0] == NABLA


def _with_vector_products(node: Node) -> Node:
    """`dot` and `cross` products of vectors, which are no products of numbers."""
    if not any(name.startswith("vec:") for name in symbols(node)) or not {"mul"} & operations(node):
        return node
    return rebuilt(node, lambda each: Node(each.name, each.args) if _multiplies_vectors(each) else each)


def _multiplies_vectors(node: Node) -> bool:
    return node.op == "mul" and node.name in ("cross", "dot") and all(_is_vector(arg) for arg in node.args)


def _is_vector(node: Node) -> bool:
    if node.op == "mul" and node.name in ("cross", "dot") and all(_is_vector(arg) for arg in node.args):
        return node.name == "cross"
    if node.op in ("cross", "dot", "abs"):
        return node.op == "cross"
    if node.op == "symbol":
        return node.name.startswith("vec:")
    return node.op in ("mul", "add", "neg", "div") and any(_is_vector(arg) for arg in node.args)
