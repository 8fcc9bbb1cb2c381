"""The report in a real browser: what a reader sees and clicks, on a laptop and a phone, with rows that mean harm."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pipeline.report import write_report
from pipeline.session import run
from tests.pipeline.workshop import Workshop, node

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if CHROMIUM is None:
    pytest.skip("there is no chromium on this machine", allow_module_level=True)

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 380, "height": 800}
HOSTILE = [
    "</script><script>alert('script')</script>",
    "<img src=x onerror=alert('image')><iframe src='https://example.org'></iframe>",
    "$\\href{javascript:alert(3)}{x} \\includegraphics{https://example.org/a.png} \\htmlClass{evil}{y}$",
    "$\\def\\a{\\a\\a}\\a$ and $"
    + "{" * 1500
    + "x"
    + "}" * 1500
    + "$ and $"
    + "\\frac{1}{" * 400
    + "1"
    + "}" * 400
    + "$",
    "\u2028\u2029 javascript:alert(4) &lt;b&gt; \\(x^2\\) \\[\\sum_{i} i\\] \\boxed{\\frac{1}{2}} "
    "it costs $5 and then $6",
]


@dataclass
class Seen:
    """What the browser was asked for or complained about, besides the page itself."""

    trouble: list[str] = field(default_factory=list)

    def watch(self, page: Any, address: str) -> None:
        page.on("dialog", lambda dialog: (self.trouble.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: self.trouble.append(f"error {error}"))
        page.on("console", lambda said: self.trouble.append(f"console {said.text}"))
        page.on("popup", lambda other: self.trouble.append(f"popup {other.url}"))
        page.on("request", lambda asked: self._asked(asked.url, address))

    def _asked(self, url: str, address: str) -> None:
        if url.split("#")[0] != address and not url.startswith("data:font/woff2"):
            self.trouble.append(f"request {url[:80]}")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    recipe = Workshop(tmp_path_factory.mktemp("report")).recipe(
        src={"uses": "ask", "with": {"rows": 200, "texts": HOSTILE, "url": "javascript:alert(5)"}},
        sieve=node("sieve", run={"max_errors": 0.5}),
        **{"try": node("try", needs="sieve", chars=2000)},
        doubt=node("doubt", needs="try"),
        set=node("hand", needs="doubt", name="told"),
    )
    run(recipe)
    return write_report(recipe, fresh=True).as_uri()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def page(chromium: Any, address: str, seen: Seen) -> Iterator[Any]:
    opened = chromium.new_page(viewport=DESK)
    seen.watch(opened, address)
    opened.goto(address)
    yield opened
    opened.close()
    assert seen.trouble == []


def items(page: Any) -> list[str]:
    return [str(text) for text in page.locator(".item").all_inner_texts()]


def count(page: Any) -> int:
    return int(page.locator(".count").inner_text().split()[0].replace(",", ""))


def test_a_bar_of_the_funnel_leads_to_its_rows(page: Any) -> None:
    assert page.locator("h1").inner_text() == "toy"
    assert "200 → 180" in page.locator(".step").nth(1).inner_text()
    page.get_by_role("button", name="sieve: 16 rejected").click()
    assert page.url.endswith("#rows?node=sieve&fate=rejected")
    assert 0 < count(page) <= 16
    assert all("too odd" in text or "too even" in text for text in items(page))


def test_a_reason_leads_to_rows_that_left_for_it_and_a_chip_takes_the_filter_back(page: Any) -> None:
    page.locator(".chip", has_text="too odd").click()
    fewer = count(page)
    assert all("too odd" in text for text in items(page))
    page.locator(".chip.set", has_text="left").click()
    assert count(page) > fewer


def test_what_to_look_at_first_is_counted_and_stands_first(page: Any) -> None:
    assert "undecided" in page.locator(".firsts").inner_text()
    page.goto(page.url.split("#")[0] + "#rows")
    assert "undecided" in items(page)[0] or "quarantined" in items(page)[0] or "long question" in items(page)[0]
    page.goto(page.url.split("#")[0] + "#rows?why=quarantined")
    assert count(page) == 4
    page.locator(".item").first.click()
    assert "Look at this first: quarantined (sieve)" in page.locator(".reader").inner_text()
    assert "RuntimeError: poison" in page.locator(".trace").inner_text()


def test_a_row_tells_its_life_from_the_first_node_to_the_export(page: Any) -> None:
    page.goto(page.url + "#rows?node=set&fate=exported")
    page.locator(".item").first.click()
    told = [line.split("\n")[0].split()[0] for line in page.locator(".trace > li").all_inner_texts()]
    assert told == ["src", "sieve", "try", "doubt", "set"]
    assert "exported …/t-00 sft, train" in " ".join(page.locator(".trace > li").last.inner_text().split())


def test_a_link_opens_the_same_row_again(page: Any, chromium: Any) -> None:
    page.goto(page.url + "#rows?is.teacher=teacher-1&is.outcome=correct")
    page.locator(".item").nth(2).click()
    again = chromium.new_page(viewport=DESK)
    again.goto(page.url)
    assert again.locator(".reader .id").inner_text() == page.locator(".reader .id").inner_text()
    assert items(again) == items(page)
    again.close()


def test_keys_step_through_the_rows(page: Any) -> None:
    page.goto(page.url + "#rows")
    shown = []
    for key in ("j", "j", "ArrowDown", "k"):
        page.keyboard.press(key)
        shown.append(page.locator(".reader .id").inner_text())
    assert len(set(shown)) == 3
    assert shown[1] == shown[3]
    page.keyboard.press("Escape")
    assert page.locator(".reader .id").count() == 0
    page.keyboard.press("/")
    page.keyboard.type("poison 149")
    page.wait_for_url("**q=poison+149")
    assert count(page) == 1
    assert page.evaluate("document.activeElement.name") == "q"


def test_filters_by_facet_and_by_a_range_of_numbers(page: Any) -> None:
    page.goto(page.url + "#rows?is.source=source-1&from.rate=0.4&to.rate=0.6")
    narrow = count(page)
    page.goto(page.url.split("#")[0] + "#rows?is.source=source-1")
    assert 0 <= narrow < count(page)
    page.locator("select[name='fate']").select_option("rejected")
    assert all("source-1" in text for text in items(page))


def test_pages_of_the_list_turn(page: Any) -> None:
    page.goto(page.url + "#rows")
    first = items(page)
    assert len(first) == 25
    page.get_by_role("button", name="next ›").click()
    assert items(page)
    assert items(page) != first
    assert "page=1" in page.url


def test_distributions_are_drawn_and_can_be_told_apart(page: Any) -> None:
    page.goto(page.url + "#distributions")
    card = page.locator(".card", has=page.locator("h3", has_text="length"))
    card.locator("svg rect").first.wait_for(state="attached")
    assert "undecided" in card.inner_text()
    card.get_by_label("by").select_option("teacher")
    assert "teacher-1" in card.locator(".legend").inner_text()
    sources = page.locator(".card", has=page.locator("h3", has_text="source"))
    sources.get_by_role("button", name="source-2").click()
    assert "is.source=source-2" in page.url


def hostile_row(page: Any, index: int) -> Any:
    page.goto(page.url.split("#")[0] + f"#rows?q=q00000{index}")
    page.locator(".item").first.click()
    return page.locator(".reader")


@pytest.mark.parametrize("index", range(len(HOSTILE)))
def test_hostile_rows_are_text_and_nothing_else(page: Any, index: int) -> None:
    """The fixture asserts that there was no dialog, no request, no popup and no error."""
    reader = hostile_row(page, index)
    reader.get_by_role("button", name="show as written").click()
    assert HOSTILE[index].split("\u2029")[-1][:60].strip() in reader.inner_text()
    assert page.locator("script").count() == 3
    assert page.locator("img, iframe, object, embed, form, .evil").count() == 0
    assert page.locator("a[href^='javascript'], [onerror], [onload], [onclick]").count() == 0


def test_formulas_are_drawn_and_prices_are_not(page: Any) -> None:
    reader = hostile_row(page, 4)
    block = reader.locator(".block").first
    assert block.locator(".katex").count() == 3
    assert block.locator(".katex-display").count() == 1
    assert block.locator(".fbox, .boxed").count() >= 1
    assert "it costs $5 and then $6" in block.inner_text()


def test_what_katex_refuses_stays_as_it_was_written(page: Any) -> None:
    assert "\\href{javascript:alert(3)}" in hostile_row(page, 2).inner_text()
    assert "\\def\\a{\\a\\a}\\a" in hostile_row(page, 3).inner_text()


@pytest.mark.parametrize("part", ["overview", "distributions", "rows", "rows?node=set", "rows?q=q000003"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_hangs_over_the_side_of_a_phone(
    chromium: Any, address: str, seen: Seen, part: str, scheme: str
) -> None:
    page = chromium.new_page(viewport=PHONE, color_scheme=scheme)
    seen.watch(page, address)
    page.goto(f"{address}#{part}")
    if "?" in part:
        page.locator(".item").first.click()
        assert not page.locator(".list").is_visible()
    page.wait_for_timeout(50)  # charts are drawn once their width is known
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
    assert seen.trouble == []


def contrast(page: Any, selector: str) -> float:
    """WCAG contrast of an element's text to the nearest ground behind it."""
    return float(
        page.locator(selector).first.evaluate(
            """(node) => {
              const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
              const rgb = (text) => {
                canvas.clearRect(0, 0, 1, 1);
                canvas.fillStyle = text;
                canvas.fillRect(0, 0, 1, 1);
                return canvas.getImageData(0, 0, 1, 1).data;
              };
              const light = (text) => [...rgb(text)].slice(0, 3).map((c) => c / 255)
                .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
                .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
              let behind = node;
              while (rgb(getComputedStyle(behind).backgroundColor)[3] < 255) behind = behind.parentElement;
              const one = light(getComputedStyle(node).color);
              const other = light(getComputedStyle(behind).backgroundColor);
              return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
            }"""
        )
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_both_themes_and_the_button_changes_them(chromium: Any, address: str, scheme: str) -> None:
    page = chromium.new_page(viewport=DESK, color_scheme=scheme)
    page.goto(address)
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    for selector in ("h2", ".tile small", ".soft", ".first small", ".step .link", ".chip", "nav a:last-child"):
        assert contrast(page, selector) >= 4.5, (selector, scheme)
    page.locator("#theme").click()
    assert page.evaluate(ground) != before
    for selector in ("h2", ".tile small", ".soft", ".first small", ".step .link", ".chip", "nav a:last-child"):
        assert contrast(page, selector) >= 4.5, (selector, "the other theme")
    page.close()


def test_the_report_of_a_data_set_opens_too(chromium: Any, address: str, seen: Seen) -> None:
    folder = Path(address.removeprefix("file://")).parent.parent / "told" / "v0001"
    page = chromium.new_page(viewport=DESK)
    own = (folder / "report.html").as_uri()
    seen.watch(page, own)
    page.goto(own)
    assert page.locator("h1").inner_text() == "told"
    assert "train 146" in page.locator(".version").inner_text()
    page.close()
    assert seen.trouble == []
