"""The documents tell the truth about the code."""

import importlib.util
import inspect
import re
from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.discovery import discover
from pipeline.look import rows
from pipeline.session import run

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


def test_the_examples_of_readers_read(tmp_path):
    (tmp_path / "book" / "ch1").mkdir(parents=True)
    for name, sum_ in (("a", "two plus two"), ("b", "three plus three")):
        (tmp_path / "book" / "ch1" / f"{name}.html").write_text(
            f"<html><body><p><b>Problem.</b> What is {sum_}?</p><p><b>Solution.</b> Do it.</p></body></html>"
        )
    (tmp_path / "pages.jsonl").write_text(
        '{"content": "Q: When does water boil?\\nA: 100.", "meta": {"url": "https://a.example/", "lic": "MIT"}}\n'
        '{"content": "Q: When does iron melt?\\nA: 1538.", "meta": {"url": "https://spam.example/", "lic": null}}\n'
    )
    (tmp_path / "rows.jsonl").write_text(
        '{"meta": {"q": "What is 2+2?", "id": 7}, "sol": "4", "lic": "MIT"}\n'
        '{"meta": {"q": "What is 4+4?", "id": 9}, "sol": "8", "lic": "MIT"}\n'
    )
    page = (ROOT / "docs" / "readers.md").read_text(encoding="utf-8").partition("## Examples")[2]
    recipe, lists = re.findall(r"```(?:yaml)?\n(.*?)```", page, re.DOTALL)[:2]
    for name, line in zip(("urls", "domains", "ids"), lists.splitlines(), strict=True):
        assert f"# {name}.txt: " in line
        (tmp_path / f"{name}.txt").write_text(line)
    (tmp_path / "recipe.yaml").write_text(recipe)
    loaded = load_config(tmp_path / "recipe.yaml", store=str(tmp_path / "store"))
    run(loaded, quiet=True)
    assert {(row["url"], row["question"]) for row in rows(loaded, "pairs", "data", 9)} == {
        ("https://example.org/book/ch1/b.html", "What is three plus three?"),
        ("https://a.example/", "When does water boil?"),
        ("", "What is 4+4?"),
    }
    reasons = sorted(row["reason"] for row in rows(loaded, "pairs", "rejects", 9))
    assert reasons == ["blocked_domain", "blocked_id", "blocked_url"]
