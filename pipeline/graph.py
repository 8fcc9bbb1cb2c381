"""Orders the nodes of a recipe and refuses edges that do not fit, before anything runs."""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from pipeline.config import Node, Recipe
from pipeline.context import Folder
from pipeline.errors import ConfigError
from pipeline.nearest import did_you_mean
from pipeline.schema import Record
from pipeline.stage import FileStage, SourceStage


def ordered(recipe: Recipe) -> list[Node]:
    """The nodes in an order in which each follows its inputs; raises `ConfigError` for an edge that does not fit."""
    nodes = recipe.nodes
    for node in nodes.values():
        for name in node.above:
            if name not in nodes:
                raise ConfigError(f"{node.name}: {no_node(name, nodes)}")
    try:
        order = list(TopologicalSorter({name: node.above for name, node in nodes.items()}).static_order())
    except CycleError as error:
        raise ConfigError(f"the nodes form a cycle: {' -> '.join(reversed(error.args[1]))}") from None
    for node in nodes.values():
        _check_needs(node, nodes)
        _check_side(node, nodes)
    return [nodes[name] for name in order]


def no_node(name: str, known: Iterable[str]) -> str:
    names = list(known)
    return f"there is no node {name!r}{did_you_mean(name, names)}; nodes: {', '.join(names)}"


def _check_needs(node: Node, nodes: Mapping[str, Node]) -> None:
    kind = type(node.stage)
    if isinstance(node.stage, SourceStage):
        if node.needs:
            raise ConfigError(f"{node.name}: {kind.uses()} reads from outside and takes no `needs`")
        return
    if not node.needs:
        if isinstance(node.stage, FileStage) and not node.stage.needs_rows:
            return
        raise ConfigError(f"{node.name}: {kind.uses()} needs rows; name the node they come from under `needs`")
    for name in node.needs:
        _check_edge(node.name, name, kind.row_in, nodes[name], "its rows")


def _check_side(node: Node, nodes: Mapping[str, Node]) -> None:
    kind = type(node.stage)
    roles = {**kind.side_inputs, **kind.optional_side}
    for role in node.side:
        if role not in roles:
            raise ConfigError(
                f"{node.name}: {kind.uses()} has no side input {role!r}; roles: {', '.join(roles) or 'none'}"
            )
    for role in kind.side_inputs:
        if role not in node.side:
            raise ConfigError(f"{node.name}: {kind.uses()} needs the side input {role!r}; name its node under `side`")
    for role, names in node.side.items():
        if len(names) > 1 and roles[role] is Folder:
            raise ConfigError(f"{node.name}: side input {role!r} is a folder; name one node")
        for name in names:
            _check_edge(node.name, name, roles[role], nodes[name], f"side input {role!r}")


def _check_edge(name: str, above: str, wanted: object, given: Node, what: str) -> None:
    found: type[Record] | type[Folder] | None = type(given.stage).row_out or Folder
    if wanted is found or (wanted is Record and found is not Folder):
        return
    words = [getattr(kind, "__name__", str(kind)) for kind in (wanted, found)]
    raise ConfigError(f"{name}: takes {words[0]} as {what}, but {above!r} gives {words[1]}")


def chosen(order: list[Node], *, only: str | None, start: str | None) -> set[str]:
    """The names of all nodes, of `only` one, or of the one at which to `start` and all that depend on it."""
    names = [node.name for node in order]
    for name in (only, start):
        if name is not None and name not in names:
            raise ConfigError(no_node(name, names))
    if only:
        return {only}
    return below(order, start) if start else set(names)


def below(order: list[Node], start: str) -> set[str]:
    """The names of a node and all that depend on it."""
    found = {start}
    for node in order:
        if found.intersection(node.above):
            found.add(node.name)
    return found
