"""What must be the same where a stage runs as where its key was made: Python, the code, the packages that decide rows.

The key of a result says which code made it. A Dask worker may have other code installed, or have loaded it before it
was edited: what it wrote would stand under the wrong key for ever.
"""

import importlib
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pipeline.code import ParsedModules, code_digest, first_party
from pipeline.errors import ConfigError
from pipeline.fingerprint import FORMAT, package_versions
from pipeline.stage import Stage

ENGINE = ("pipeline.shard", "pipeline.table", "pipeline.folder")
# Parsed when this process first needs them, and never again: what is edited later is not what it has loaded.
_MODULES = ParsedModules()


@dataclass(frozen=True)
class Edition:
    """`package` is the one of the stage, `code` the digests of its module and of the engine's."""

    package: str
    python: str
    format: int
    code: Mapping[str, str]
    packages: Mapping[str, str | None]

    @classmethod
    def of(cls, stage: Stage) -> "Edition":
        """What this process has for it."""
        kind = type(stage)
        package = kind.__module__.rpartition(".")[0] or kind.__module__
        return cls(
            package=package,
            python=_python(),
            format=FORMAT,
            code={module: _code(module, package) for module in (*ENGINE, kind.__module__)},
            packages=package_versions(("tracemill", *kind.packages)),
        )

    def check(self, where: str) -> None:
        """Raises `ConfigError` that names what this process, which is `where`, lacks or has otherwise."""
        try:
            importlib.import_module(self.package)
        except ImportError as error:
            raise ConfigError(
                f"{where} cannot import {self.package!r} ({error}): install it on all machines as on this one, or "
                "start their workers with a PYTHONPATH that leads to it"
            ) from None
        for fact in self._differences():
            raise ConfigError(
                f"{where} has {fact}: its rows could be others; install the same on all machines and start their "
                "workers again"
            )

    def _differences(self) -> Iterator[str]:
        if (self.python, self.format) != (_python(), FORMAT):
            yield f"Python {_python()} and format {FORMAT}, and this process {self.python} and {self.format}"
        for name, version in self.packages.items():
            if version != (theirs := package_versions([name])[name]):
                yield f"{name} {theirs or '(not installed)'}, and this process {version or 'none'}"
        for module, digest in self.code.items():
            if digest != _code(module, self.package):
                yield f"other code of {module}, or of what that imports, than this process"


def _python() -> str:
    return ".".join(platform.python_version_tuple()[:2])


@cache
def _code(module: str, package: str) -> str:
    own = frozenset({"pipeline"}) if module in ENGINE else first_party([package])
    return code_digest(module, own, _MODULES)
