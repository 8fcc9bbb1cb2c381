"""A version of a data set as files that a trainer reads: data, reward, stubs, a guide and what proves them."""

import glob
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.errors import ConfigError, StoreLockedError
from pipeline.remote.path import RemotePath
from pipeline.versions import read_manifest
from stages._formats.form import Form, Made
from stages._formats.guide import readme
from stages._formats.rewarding import made_with, write_reward
from stages._formats.writing import Written, write_kind

TRAINERS = ("trl", "verl", "openrlhf", "open-instruct", "nemo-rl", "slime", "llama-factory", "axolotl")
VIEWS = {"verified": {"sft": "sft", "rl": "rl"}, "all": {"sft": "sft_all", "rl": "rl_all"}}
VERSION_FORMAT = 2
FACTS = "export.json"
LOCK = ".lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """Where an export stands and what its `export.json` says; `is_new` is False where it stood there already."""

    path: Path
    facts: Mapping[str, Any]
    is_new: bool


def form_of(trainer: str) -> Form:
    """Raises `ConfigError` that lists the trainers there are."""
    if trainer not in TRAINERS:
        raise ConfigError(f"no exporter for {trainer!r}; exporters: {', '.join(TRAINERS)}")
    form: Form = import_module(f"stages._formats.{trainer.replace('-', '_')}").FORM
    return form


def default_out(exports: Path, version: Path, trainer: str) -> Path:
    """`<exports>/<name>/<trainer>/<version>`, on this machine. Raises `ConfigError` for a trainer that there is not."""
    name: str = _manifest(version)["name"]
    here = Path("exports") if isinstance(exports, RemotePath) else exports
    return here / name / form_of(trainer).name / version.name


def export_version(
    version: Path,
    to: str,
    out: Path,
    *,
    view: str = "verified",
    style: str | None = None,
    max_tokens: int | None = None,
) -> Exported:
    """Writes the export of a version's folder to `out`.

    max_tokens -- SFT rows of more of the teacher's tokens are left out, and counted in `export.json`

    Raises `ConfigError` for what the trainer does not read, a view without rows and an `out` that holds anything else.
    """
    form = form_of(to)
    manifest = _manifest(version)
    style = _style(form, style)
    if view not in VIEWS:
        raise ConfigError(f"no view {view!r}; views: {', '.join(VIEWS)}")
    _check_out(out)
    with half_written(out) as folder:
        written = {
            kind: write_kind(
                version,
                VIEWS[view][kind],
                manifest=manifest,
                form=form,
                kind=kind,
                style=style,
                max_tokens=max_tokens,
                folder=folder,
            )
            for kind in form.kinds
        }
        _check_rows(written, version=version, view=view)
        facts = _complete(folder, form, manifest, written, version=version.name, view=view, style=style)
        facts |= {"max_tokens": max_tokens, "files": _digests(folder)}
        files.write_json(folder / FACTS, facts)
        return _placed(folder, out, facts)


@contextmanager
def half_written(out: Path) -> Iterator[Path]:
    """A folder of the same name beside `out`, from which a finished export is moved there at once."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _sweep(out)
        scratch = tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.", suffix=".tmp")
    except OSError as error:
        raise ConfigError(f"{out} cannot be written ({error.strerror}); name another folder with --out") from error
    with scratch as name, files.exclusive(Path(name) / LOCK, str(out)):
        folder = Path(name) / out.name
        folder.mkdir()
        yield folder


def _sweep(out: Path) -> None:
    """Removes what exports to `out` left that were killed: nobody holds their locks."""
    for half in out.parent.glob(f".{glob.escape(out.name)}.*.tmp"):
        if (half / LOCK).exists():  # else it is just being made
            with suppress(StoreLockedError), files.exclusive(half / LOCK, str(out)):
                shutil.rmtree(half, ignore_errors=True)


def _manifest(version: Path) -> dict[str, Any]:
    manifest = read_manifest(version)
    if manifest.get("format") != VERSION_FORMAT:
        raise ConfigError(
            f"{version} is of format {manifest.get('format')}, and exporters read {VERSION_FORMAT}: run its recipe "
            f"again, which makes a new version"
        )
    return manifest


def _style(form: Form, style: str | None) -> str:
    if style is not None and style not in form.styles:
        raise ConfigError(f"{form.name} has no SFT style {style!r}; styles: {', '.join(form.styles)}")
    return style or form.styles[0]


def _check_out(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise ConfigError(f"{out} is a file; name a folder with --out")
    if out.is_dir() and any(out.iterdir()) and not (out / FACTS).exists():
        raise ConfigError(f"{out} holds files that are no export; name another folder with --out")


def _check_rows(written: Mapping[str, Written], *, version: Path, view: str) -> None:
    if not any(one.files for one in written.values()):
        kinds = " and ".join(VIEWS[view][kind] for kind in written)
        raise ConfigError(f"{version} has no rows in {kinds}, so there is nothing to train on; try another --view")


def _complete(
    folder: Path, form: Form, manifest: Mapping[str, Any], written: Mapping[str, Written], **facts: str
) -> dict[str, Any]:
    """Adds reward, stubs and guide; returns what is to be known of the export."""
    made = Made(
        name=manifest["name"],
        style=facts["style"],
        files={kind: one.files for kind, one in written.items() if one.files},
    )
    if form.reward:
        write_reward(folder / form.reward, manifest)
    for name, text in form.stubs(made).items():
        (folder / name).write_text(text, "utf-8")
    told: dict[str, Any] = {
        "format": 1,
        "trainer": form.name,
        "checked_against": form.checked,
        "digest": manifest["digest"],
        "verified": made_with(manifest),
        "rows": {kind: one.rows for kind, one in written.items()},
        "left_out": {kind: {"too_long": one.too_long} for kind, one in written.items() if one.too_long},
        **facts,
    }
    (folder / "README.md").write_text(readme(form, made, told), "utf-8")
    return told


def _digests(folder: Path) -> dict[str, str]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): files.file_digest(path) for path in paths}


def _placed(folder: Path, out: Path, facts: Mapping[str, Any]) -> Exported:
    """Moves the export into place; one with the same files stays, one with others is never overwritten."""
    if not (out / FACTS).exists():
        files.put_folder(folder, out)
        return Exported(path=out, facts=facts, is_new=True)
    there = json.loads((out / FACTS).read_text("utf-8"))
    if there == json.loads((folder / FACTS).read_text("utf-8")) and _unchanged(out, facts["files"]):
        return Exported(path=out, facts=facts, is_new=False)
    raise ConfigError(
        f"{out} holds another export, or one that was edited; name another folder with --out, or remove it"
    )


def _unchanged(out: Path, wanted: Mapping[str, str]) -> bool:
    return all((out / name).is_file() and files.file_digest(out / name) == digest for name, digest in wanted.items())
