"""Which artifact a node of a recipe has: its fingerprint from what is above it, and how far it has come."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from pipeline.artifact import Artifact
from pipeline.code import first_party
from pipeline.config import Node, Recipe
from pipeline.context import Ancestor
from pipeline.errors import ConfigError, OutageError, StoreError, naming
from pipeline.fingerprint import Fingerprint, canonical_config, digest_of, fingerprint
from pipeline.graph import ordered
from pipeline.manifest import Manifest
from pipeline.stage import FileStage
from pipeline.store import Store


@dataclass(frozen=True)
class Located:
    """A node with the artifact its key names."""

    node: Node
    fingerprint: Fingerprint
    artifact: Artifact

    @property
    def state(self) -> str:
        """`complete`, `partial` (some shards are whole) or `missing`."""
        if self.artifact.is_complete:
            return "complete"
        return "partial" if self.artifact.reports() else "missing"


@dataclass
class Survey:
    """Locates nodes one after another; those under an unfinished node stay unknown until its content is known."""

    recipe: Recipe
    store: Store
    located: dict[str, Located] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.order = ordered(self.recipe)
        self.own = first_party(self.recipe.packages)

    def locate(self, node: Node) -> Located | None:
        """The node's artifact as things stand now, or None while an input of it is unfinished."""
        above = [self.located.get(name) for name in node.above]
        if any(located is None or not located.artifact.is_complete for located in above):
            return None
        inputs = {
            "needs": [self._digest(name) for name in node.needs],
            **{role: [self._digest(name) for name in names] for role, names in node.side.items()},
        }
        found = fingerprint(node.stage, inputs=inputs, pins=self.pins(node), own=self.own, modules=self.store.modules)
        artifact = self.store.artifact(type(node.stage).uses(), found.key)
        self.located[node.name] = Located(node, found, artifact)
        return self.located[node.name]

    def walk(self) -> dict[str, Located | None]:
        """All nodes in order."""
        found = {node.name: self.locate(node) for node in self.order}
        if self.store.root.exists():
            with suppress(StoreError):  # who only looks may do so in a store that cannot be written
                self.store.remember()
        return found

    def pins(self, node: Node) -> dict[str, str]:
        try:
            self.store.digests.look_up(node.stage)
            with naming(node.name):
                return dict(node.stage.pins(self.store.digests))
        except FileNotFoundError as error:
            raise ConfigError(f"{node.name}: input file {error.filename} does not exist") from None
        except OSError as error:
            raise ConfigError(f"{node.name}: input file {error.filename} cannot be read: {error.strerror}") from None
        except OutageError as error:
            raise OutageError(f"{node.name}: {error}") from None

    def maker(self, name: str) -> Located:
        """The first node that has this one's artifact: nodes that do the same to the same rows share it.

        A later one may lie below the first, so that its rows cannot be made by its own way.
        """
        artifact = self.located[name].artifact
        sharing = (self.located[node.name] for node in self.order if node.name in self.located)
        return next(one for one in sharing if one.artifact.path == artifact.path)

    def manifest(self, name: str) -> Manifest:
        return self.located[name].artifact.manifest()

    def _digest(self, name: str) -> str:
        return self.manifest(name).digest

    def layout(self, node: Node) -> str:
        """Identifies how the rows above a node are cut into shards: the same rows may come cut in another way."""
        reports = [report for name in node.needs for report in self.located[name].artifact.reports()]
        return digest_of([[report.rows_out, report.digest] for report in reports])

    def ancestors(self, node: Node) -> list[Ancestor]:
        """The finished artifacts above a node, in run order."""
        names, todo = set(), [*node.above]
        while todo:
            name = todo.pop()
            if name not in names:
                names.add(name)
                todo += self.recipe.nodes[name].above
        given = {"needs": node.needs, **node.side}
        return [self._ancestor(other, given) for other in self.order if other.name in names]

    def _ancestor(self, node: Node, given: Mapping[str, Sequence[str]]) -> Ancestor:
        manifest = self.manifest(node.name)
        made_of = {**self.located[node.name].artifact.fingerprint()["payload"], **manifest.guard}
        return Ancestor(
            node=node.name,
            stage=manifest.stage,
            key=manifest.key,
            digest=manifest.digest,
            config=canonical_config(node.stage),
            pins=manifest.pins,
            rows_in=manifest.totals.rows_in,
            kept=manifest.totals.kept,
            rows_out=manifest.totals.rows_out,
            rejected=manifest.totals.rejected,
            quarantined=manifest.totals.quarantined,
            version=made_of["version"],
            code=made_of["code"],
            packages=made_of["packages"],
            needs=node.needs,
            side=node.side,
            is_folder=isinstance(node.stage, FileStage),
            given_as=tuple(role for role, names in given.items() if node.name in names),
            facts=node.stage.facts(),
        )
