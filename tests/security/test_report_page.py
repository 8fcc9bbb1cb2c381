"""The report of a store whose rows mean harm in every column, node names included, opened in a real browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import load_config
from pipeline.report import write_report
from tests.integration.test_report_browser import Seen
from tests.security.evil.rows import TEXTS

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if CHROMIUM is None:
    pytest.skip("there is no chromium on this machine", allow_module_level=True)

# Elements that the page itself has; anything else came out of a row.
SCRIPTS, STYLES = 3, 2
ALIEN = (
    "img, iframe, object, embed, form, base, link, audio, video, template, meta[http-equiv='refresh'], "
    "#data ~ #data, [name='LIVES'], [name='data'], a[href^='javascript' i], a[href^='data' i], a[href^='blob' i]"
)
HANDLERS = """() => [...document.querySelectorAll('*')].flatMap((one) =>
  [...one.attributes].map((held) => held.name).filter((name) => /^on|srcdoc|formaction|xlink:href/.test(name)))"""


@pytest.fixture(scope="module")
def address(evil: Path) -> str:
    return write_report(load_config(evil), fresh=True).as_uri()


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[tuple[Any, Seen]]:
    seen = Seen()
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": 1280, "height": 900})
        seen.watch(opened, address)
        opened.goto(address)
        yield opened, seen
        browser.close()


def is_clean(page: Any, seen: Seen) -> None:
    assert seen.trouble == []
    assert page.locator("script").count() == SCRIPTS
    assert page.locator("style").count() == STYLES
    assert page.locator(ALIEN).count() == 0
    assert page.evaluate(HANDLERS) == []
    assert page.evaluate("[typeof DATA, Array.isArray(LIVES), document.title]") == ["object", True, "evil"]
    assert page.evaluate("({}).polluted === undefined && Object.keys(Object.prototype).length === 0")


@pytest.mark.parametrize("tab", ["overview", "distributions", "rows"])
def test_no_tab_runs_anything(page: tuple[Any, Seen], tab: str) -> None:
    opened, seen = page
    opened.goto(opened.url.split("#")[0] + f"#{tab}")
    opened.wait_for_timeout(50)  # charts are drawn once their width is known
    is_clean(opened, seen)
    assert len(opened.locator(f"#view-{tab}").inner_text()) > 100


def test_every_row_is_text_in_all_its_fields(page: tuple[Any, Seen]) -> None:
    opened, seen = page
    opened.goto(opened.url.split("#")[0] + "#rows")
    found = opened.evaluate("LIVES.map((life) => life.id)")
    assert len(found) == len(TEXTS)
    for row_id in found:
        opened.evaluate("(id) => go('rows', { id })", row_id)
        reader = opened.locator(".reader")
        opened.evaluate("document.querySelectorAll('.reader details').forEach((one) => { one.open = true; })")
        text = TEXTS[int(row_id[:2])]
        shown = reader.evaluate("(node) => node.textContent")
        assert text[:60] in shown or "href" in text  # of a formula, what KaTeX takes is drawn
        is_clean(opened, seen)


@pytest.mark.parametrize("place", ["rows?q=%s", "rows?is.source=%s", "rows?node=%s", "rows?id=%s", "%s", "rows?%s=1"])
def test_what_stands_behind_the_hash_of_a_link_is_text_too(page: tuple[Any, Seen], place: str) -> None:
    opened, seen = page
    for text in ("<img src=x onerror=alert(1)>", "__proto__", "'\"><script>alert(1)</script>", "javascript:alert(1)"):
        opened.goto(opened.url.split("#")[0] + "#" + place.replace("%s", text))
        opened.wait_for_timeout(20)
        is_clean(opened, seen)


def test_marks_of_direction_end_with_the_text_they_stand_in(page: tuple[Any, Seen]) -> None:
    """A row's right-to-left override must not turn the words of the report around it."""
    opened, _ = page
    opened.goto(opened.url.split("#")[0] + "#rows")
    for one in (".badge", ".gist", ".id", "dd", ".prose"):
        for element in opened.locator(f"#view-rows {one}").all()[:5]:
            assert element.evaluate("(node) => getComputedStyle(node).unicodeBidi") in ("isolate", "plaintext"), one


def test_the_policy_lets_nothing_in_but_the_pages_own_scripts(address: str) -> None:
    head = Path(address.removeprefix("file://")).read_text("utf-8")[:2000]
    policy = head.partition('Content-Security-Policy" content="')[2].partition('"')[0]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts["default-src"] == parts["base-uri"] == parts["form-action"] == "'none'"
    for kind in ("script-src", "style-src"):
        assert all(source.startswith("'sha256-") for source in parts[kind].split())
    assert parts["font-src"] == "data:"
