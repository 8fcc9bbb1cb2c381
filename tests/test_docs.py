"""The documents tell the truth about the code."""

import importlib.util
import inspect
import re
from pathlib import Path

import pytest

from pipeline.discovery import discover

ROOT = Path(__file__).parent.parent
KINDS = discover(["stages"])
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"]


def test_the_page_of_stages_is_made_from_the_present_code():
    spec = importlib.util.spec_from_file_location("make_stages", ROOT / "docs" / "make_stages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text(encoding="utf-8") == module.page(), "run: python docs/make_stages.py"


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_stage_is_described_and_has_a_test_file(name):
    assert inspect.getdoc(KINDS[name]), f"{KINDS[name].__name__} has no docstring"
    module = KINDS[name].__module__.rpartition(".")[2]
    assert (ROOT / "tests" / "stages" / f"test_{module}.py").exists()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:\s]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
