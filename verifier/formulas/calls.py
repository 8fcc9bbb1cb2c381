"""Whether a name before a parenthesis is a function or a factor: `f(2x)`, `P(1+r)`, `g(h_1-h_2)`.

All texts that are compared are read alike: what stands without a parenthesis anywhere is a factor everywhere.
"""

import re
from collections.abc import Sequence

from verifier.formulas.tree import Node, nodes, rebuilt, symbol

FUNCTIONS = frozenset({
    "f", "g", "h", "F", "G", "H", "u", r"\Phi", r"\phi", r"\psi", r"\Psi", r"\Gamma", r"\zeta", r"\delta", r"\chi"
})  # fmt: skip
LEIBNIZ = re.compile(r"[dp]\d:(.+)/")
KNOWN = {(r"\Gamma", 1): "gamma"}


def resolved(*trees: Node) -> list[Node]:
    """The trees with every `apply` made a `call` of an unknown function or a product."""
    everything = [node for tree in trees for node in nodes(tree)]
    applied = [node for node in everything if node.op == "apply"]
    if not applied:
        return list(trees)
    factors = {node.name for node in everything if node.op == "symbol"} - _differentiated(everything)
    factors |= {node.name for node in applied if not _is_function(node.name, applied)}
    return [rebuilt(tree, lambda node: _resolve(node, factors)) for tree in trees]


def _differentiated(everything: Sequence[Node]) -> set[str]:
    """Names that have a derivative: `y` beside `y'` or `dy/dt`."""
    names = {node.name for node in everything if node.name}
    primed = {name.rstrip("'") for name in names if name.endswith("'")}
    return primed | {match[1] for name in names if (match := LEIBNIZ.match(name))}


def _is_function(name: str, applied: Sequence[Node]) -> bool:
    """Letters that mostly stand for functions; others where all that they are applied to is one symbol or number."""
    base = name.split("_")[0].rstrip("'⁻¹")
    if base in FUNCTIONS or name[-1] in "'¹":
        return True
    own = [arg for node in applied if node.name == name for arg in node.args]
    return all(arg.op in ("symbol", "number") for arg in own)


def _resolve(node: Node, factors: set[str]) -> Node:
    if node.op == "pow" and node.args[0].op == "mul" and node.args[0].name == "applied":
        name, inner = node.args[0].args
        return Node("mul", (name, Node("pow", (inner, node.args[1]))))
    if node.op != "apply":
        return node
    if len(node.args) == 1 and node.name in factors and node.name[-1] not in "'¹":
        return Node("mul", (symbol(node.name), node.args[0]), name="applied")
    if known := KNOWN.get((node.name, len(node.args))):
        return Node("function", node.args, name=known)
    if node.name == "C" and len(node.args) == 2:
        return Node("binom", node.args)
    return Node("call", node.args, name=node.name)
