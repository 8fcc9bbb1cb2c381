"""What `tracemill doctor` finds."""

import importlib
import sys
from pathlib import Path

import pytest

from tracemill import doctor
from tracemill.doctor import Finding, examine


def install(folder: Path, module: str, *, owner: str | None) -> None:
    """An importable module, with the metadata of a distribution if it has an owner."""
    (folder / module).mkdir()
    (folder / module / "__init__.py").write_text("")
    if owner:
        info = folder / f"{owner.replace('-', '_')}-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {owner}\nVersion: 1.2\n")
        (info / "top_level.txt").write_text(f"{module}\n")


def extra(monkeypatch: pytest.MonkeyPatch, folder: Path, *modules: str) -> Finding:
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(doctor, "EXTRAS", {"fast": (modules, "fast things")})
    importlib.invalidate_caches()
    return next(finding for finding in examine() if finding.what == "[fast]")


def test_an_extra_shows_the_distribution_that_brought_its_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "zoomer", owner="zoomer-cpu")
    install(tmp_path, "copied_in", owner=None)
    finding = extra(monkeypatch, tmp_path, "zoomer", "copied_in")
    assert (finding.ok, finding.detail) == (True, "zoomer-cpu 1.2, copied_in: fast things")


def test_a_missing_extra_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = extra(monkeypatch, tmp_path, "zoomer")
    assert (finding.ok, finding.optional) == (False, True)
    assert finding.detail == "zoomer missing; pip install 'tracemill[fast]' enables fast things"


def test_this_installation_is_whole() -> None:
    assert [finding for finding in examine() if not finding.ok and not finding.optional] == []


def test_a_verifier_whose_workers_do_not_start_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    (finding,) = [finding for finding in examine() if finding.what == "verifier"]
    assert (finding.ok, finding.optional) == (False, False)
    assert "cannot be started" in finding.detail


def test_a_dependency_of_a_stage_that_is_missing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("stages.read_warc")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "stages._warc", None)
    (finding,) = [finding for finding in examine() if finding.what == "stages"]
    assert not finding.ok
    assert "cannot import 'stages.read_warc'" in finding.detail
    assert "something that it needs is missing or broken; install tracemill again" in finding.detail
