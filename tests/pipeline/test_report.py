"""The report page: what it holds of a store, how it chooses, and that it stays small, closed and harmless."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import Recipe
from pipeline.errors import ConfigError, StoreError
from pipeline.report import write_report
from pipeline.report.page import as_script
from pipeline.session import run
from tests.pipeline.workshop import ENVIRONMENT, ROOT, Workshop, node

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)> <!-- <script>",
    "\u2028\u2029 & &lt; $\\href{javascript:alert(3)}{x}$",
]


def nodes(rows: int = 200, *, texts: list[str] = HOSTILE, **trying: int) -> dict[str, Any]:
    return {
        "src": {"uses": "ask", "with": {"rows": rows, "texts": texts}},
        "sieve": node("sieve", run={"max_errors": 0.5}),
        "try": node("try", needs="sieve", **trying),
        "doubt": node("doubt", needs="try"),
        "set": node("hand", needs="doubt", name="told"),
    }


def told_by(path: Path) -> dict[str, Any]:
    """The data of a page."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', path.read_text(), re.S)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


@pytest.fixture
def recipe(shop: Workshop) -> Recipe:
    recipe = shop.recipe(**nodes())
    run(recipe)
    return recipe


@pytest.fixture
def told(recipe: Recipe) -> dict[str, Any]:
    return told_by(write_report(recipe, fresh=True))


def seen(told: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Node, fate and reason of all that the page shows."""
    return {
        (node, told["fates"][fate], reason) for sights in told["rows"].values() for node, fate, reason, _, _ in sights
    }


def test_every_node_fate_and_reason_has_examples(told: dict[str, Any]) -> None:
    assert seen(told) == {
        ("src", "kept", ""),
        ("sieve", "kept", ""),
        ("sieve", "rejected", "too_odd"),
        ("sieve", "rejected", "too_even"),
        ("sieve", "quarantined", "quarantined"),
        ("try", "kept", ""),
        ("doubt", "kept", ""),
        ("set", "exported", "sft"),
    }


def test_a_row_that_was_dropped_is_spread_over_the_sources_of_the_node_it_came_from(told: dict[str, Any]) -> None:
    gone = [row_id for row_id, sights in told["rows"].items() if any(sight[1] == 1 for sight in sights)]
    sources = {told["rows"][row_id][0][4]["origin"]["{"]["source"] for row_id in gone}
    assert sources == {"source-0", "source-1", "source-2"}


def test_whole_lives_are_shown_from_the_first_node_to_the_export(told: dict[str, Any]) -> None:
    exported = [row_id for row_id, sights in told["rows"].items() if sights[-1][0] == "set"]
    assert exported
    for row_id in exported:
        assert [sight[0] for sight in told["rows"][row_id]] == ["try", "doubt", "set"]
        assert [sight[0] for sight in told["rows"][row_id.partition("/")[0]]] == ["src", "sieve"]


def test_a_node_tells_only_what_it_changed(told: dict[str, Any]) -> None:
    first, second = next(
        sights for row_id, sights in told["rows"].items() if [one[0] for one in sights] == ["src", "sieve"]
    )
    assert {"question", "answer", "origin"} <= first[4].keys()
    assert second[4] == {}


def test_bulky_columns_stay_out(told: dict[str, Any]) -> None:
    assert not [row_id for row_id, sights in told["rows"].items() for sight in sights if "page" in sight[4]]


def test_what_a_person_should_look_at_first_comes_first_with_its_reason(told: dict[str, Any]) -> None:
    flags = [told["flags"][row_id] for row_id in told["shown"]]
    assert [bool(one) for one in flags] == sorted((bool(one) for one in flags), reverse=True)
    whys = {(why, node) for one in flags for why, node in one}
    assert whys == {("undecided", "doubt"), ("long_question", "sieve"), ("quarantined", "sieve")}


def test_flagged_rows_are_counted_over_all_rows(told: dict[str, Any]) -> None:
    by_node = {node["name"]: node["flagged"] for node in told["nodes"]}
    assert by_node["doubt"] == {"undecided": 2 * len([n for n in range(200) if n % 30 == 7])}
    assert by_node["sieve"] == {"long_question": 2}


def test_distributions_count_all_rows_and_tell_attempts_apart_by_their_verdicts(told: dict[str, Any]) -> None:
    (lengths,) = [one for one in told["histograms"] if one["number"] == "length"]
    assert lengths["all"]["rows"] == sum(lengths["all"]["counts"]) == 360
    assert {group["value"] for group in lengths["by"]["outcome"]} == {"correct", "incorrect", "undecided"}
    assert sum(group["rows"] for group in lengths["by"]["outcome"]) == 360
    assert {group["value"]: group["rows"] for group in lengths["by"]["teacher"]} == {"teacher-0": 180, "teacher-1": 180}
    (sources,) = [one for one in told["facets"] if (one["node"], one["facet"]) == ("src", "source")]
    assert sources["values"] == [["source-0", 67], ["source-1", 67], ["source-2", 66]]


def test_the_funnel_is_that_of_the_run(told: dict[str, Any]) -> None:
    sieve = next(one for one in told["nodes"] if one["name"] == "sieve")
    assert (sieve["in"], sieve["out"], sieve["failed"]) == (200, 180, 4)
    assert sieve["rejected"] == {"too_even": 8, "too_odd": 8}


def test_the_versions_of_the_data_set_are_named(told: dict[str, Any]) -> None:
    (version,) = told["versions"]
    assert version["label"] == "told@v0001"
    correct = [n for n in range(200) if n % 2 and n % 10 != 9 and n % 30 != 7]
    assert version["rows"] == {"sft": {"train": 2 * len(correct)}}


def test_an_export_carries_the_report_of_what_lies_above_it(recipe: Recipe) -> None:
    told = told_by(recipe.exports / "told" / "v0001" / "report.html")
    assert [one["name"] for one in told["nodes"]] == ["src", "sieve", "try", "doubt", "set"]
    assert ("set", "exported", "sft") in seen(told)
    assert told["versions"] == [{"label": "told", "rows": {"sft": {"train": 146}}}]


def test_two_pages_of_one_store_show_the_same_rows(recipe: Recipe, tmp_path: Path) -> None:
    first, second = (told_by(write_report(recipe, out=tmp_path / name, fresh=True)) for name in ("one", "two"))
    assert first["rows"] == second["rows"]
    assert first["shown"] == second["shown"]


def test_a_page_is_kept_until_something_changed(recipe: Recipe) -> None:
    page = write_report(recipe, fresh=True)
    written = page.stat().st_mtime_ns
    assert write_report(recipe, fresh=False) == page
    assert page.stat().st_mtime_ns == written


def test_texts_are_cut_with_their_length_told(shop: Workshop) -> None:
    recipe = shop.recipe(**nodes(20, chars=50_000))
    run(recipe)
    told = told_by(write_report(recipe, fresh=True))
    cut = told["rows"]["q000000/t-00"][0][4]["reasoning"]
    assert cut["of"] == 50_000
    assert 500 < len(cut["~"]) < 50_000


def test_a_store_that_holds_nothing_has_a_page_too(shop: Workshop) -> None:
    told = told_by(write_report(shop.recipe(**nodes()), fresh=True))
    assert told["nodes"] == []
    assert told["shown"] == []


def test_rejects_that_share_an_id_are_a_few(shop: Workshop) -> None:
    for name in ("one.txt", "two.txt"):
        (shop.folder / name).write_text("a\n" * 30 + "\n" * 20)
    recipe = shop.recipe(src={"uses": "lines", "with": {"paths": ["one.txt", "two.txt"]}})
    run(recipe)
    told = told_by(write_report(recipe, fresh=True))
    (node,) = told["nodes"]
    assert node["rejected"] == {"duplicate_id": 58, "empty": 40}
    assert max(len(sights) for sights in told["rows"].values()) < 20


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_hostile_rows_make_no_element_and_the_page_names_no_address(recipe: Recipe) -> None:
    parser = Elements()
    parser.feed(write_report(recipe, fresh=True).read_text())
    tags = [tag for tag, _ in parser.found]
    assert tags.count("script") == 3
    assert tags.count("img") == 0
    assert not [attrs for _, attrs in parser.found if attrs.keys() & {"src", "href", "onerror", "onload"}]
    (policy,) = [attrs["content"] for _, attrs in parser.found if attrs.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_json_means_the_same_when_no_tag_can_be_spelt_in_it() -> None:
    text = "".join(HOSTILE)
    script = as_script(json.dumps(text, ensure_ascii=False).encode())
    assert not set("<>&\u2028\u2029") & set(script)
    assert json.loads(script) == text


REPORTING = """
import re, sys, time
from pathlib import Path
from pipeline.config import load_config
from pipeline.report import write_report
recipe, began = load_config(sys.argv[1]), time.monotonic()
page = write_report(recipe, out=Path(sys.argv[2]), fresh=True)
# Not ru_maxrss, which begins with what the process that started this one held.
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())
print(page.stat().st_size, time.monotonic() - began, peak[1])
"""


@pytest.mark.parametrize("attempts", [2000, pytest.param(100_000, marks=pytest.mark.long)])
def test_a_page_stays_small_and_its_making_needs_little_memory(shop: Workshop, attempts: int) -> None:
    """Attempts of 8,000 characters, 800 MB of them, and what is above and below them. `pytest -s` tells the figures."""
    recipe = shop.recipe(**nodes(attempts // 4, attempts=4, chars=8000))
    run(recipe)
    code = [sys.executable, "-c", REPORTING, str(recipe.path), str(shop.folder / "page.html")]
    done = subprocess.run(code, env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True, check=True)
    size, seconds, memory = map(float, done.stdout.split())
    sys.stdout.write(f"{attempts:,} attempts: {size / 1e6:.2f} MB in {seconds:.1f} s, {memory / 1024:.0f} MB at most\n")
    assert size < 10_000_000
    assert memory < 1_000_000  # kB


def test_values_to_filter_by_are_cut_too(shop: Workshop) -> None:
    source = {"uses": "ask", "with": {"rows": 30, "texts": [], "source": "long" * 250_000}}
    recipe = shop.recipe(src=source)
    run(recipe)
    assert write_report(recipe, fresh=True).stat().st_size < 2_000_000


@pytest.mark.parametrize(("change", "told"), [("spoil", "damaged"), ("remove", "missing")])
def test_rows_that_cannot_be_read_are_named(recipe: Recipe, change: str, told: str) -> None:
    (path,) = recipe.store.glob("artifacts/sieve/*/data/*.parquet")
    path.write_bytes(path.read_bytes()[:100]) if change == "spoil" else path.unlink()
    with pytest.raises(StoreError, match=f"sieve/.*/data/00000.parquet is {told}.*; remove .* and run again"):
        write_report(recipe, fresh=True)


def test_a_stage_whose_suspicion_cannot_be_told_is_named(shop: Workshop) -> None:
    recipe = shop.recipe(src={"uses": "ask", "with": {"rows": 3, "texts": []}}, odd=node("misgive"))
    run(recipe)
    with pytest.raises(ConfigError, match="odd: `suspicious` of misgive cannot tell 'nowhere'"):
        write_report(recipe, fresh=True)
