from pathlib import Path
from typing import Any

import pytest

from pipeline.config import load_config
from pipeline.errors import ConfigError
from stages._mixing import Part
from stages.mix_attempts import MixAttempts
from stages.records import SelectedAttempt
from tests.stages.training_rows import selected
from tests.support import context, run_table

# 60 attempts of MATH, 40 of two sites of the web, 5 of neither; those of the web are twice as long.
MATH = [selected(f"m{number // 3}", number % 3, source="math-train") for number in range(60)]
WEB = [selected(f"w{number}", source=f"site-{number % 2}", num_tokens=60) for number in range(40)]
OTHER = [selected(f"o{number}", source="other") for number in range(5)]
POOL = [*MATH, *WEB, *OTHER]


def parts(math: float) -> dict[str, Part]:
    return {
        "math": Part(sources=["math-train"], share=math),
        "web": Part(sources=["site-0", "site-1"], share=1 - math),
    }


def mix(
    tmp_path: Path, math: float, rows: list[SelectedAttempt] = POOL, **options: Any
) -> tuple[list[SelectedAttempt], dict[str, str]]:
    return run_table(MixAttempts(parts=parts(math), **options), rows, context(tmp_path))


def of_math(rows: list[SelectedAttempt]) -> list[SelectedAttempt]:
    return [row for row in rows if row.source == "math-train"]


@pytest.mark.parametrize(("math", "in_all", "expected"), [(1.0, 60, 60), (0.5, 80, 40), (0.0, 40, 0), (0.25, 53, 13)])
def test_the_scarcest_part_bounds_a_mix_without_a_total(
    tmp_path: Path, math: float, in_all: int, expected: int
) -> None:
    rows, dropped = mix(tmp_path, math)
    assert (len(rows), len(of_math(rows))) == (in_all, expected)
    reasons = list(dropped.values())
    assert (reasons.count("not_in_mix"), reasons.count("over_share")) == (5, 100 - in_all)


def test_shares_may_be_of_tokens(tmp_path: Path) -> None:
    rows, _ = mix(tmp_path, 0.5, by="tokens", total=1800)
    assert sum(row.num_tokens for row in of_math(rows)) == 900
    assert sum(row.num_tokens for row in rows) == 1800


def test_by_problems_all_attempts_at_those_taken_come_along_and_clusters_stay_whole(tmp_path: Path) -> None:
    pool = [selected(f"p{number}", sample, cluster=f"c{number // 2}", source=source) for source, number, sample in (
        *(("math-train", number, sample) for number in range(20) for sample in range(3)),
        *(("site-0", number, 0) for number in range(20, 40)),
    )]  # fmt: skip
    stage = MixAttempts(
        parts={"math": Part(sources=["math-train"], share=0.5), "web": Part(sources=["site-0"], share=0.5)},
        by="problems",
        total=20,
    )
    rows, _ = run_table(stage, pool, context(tmp_path))
    assert len({row.problem_id for row in of_math(rows)}) == 10
    assert len(of_math(rows)) == 30
    taken, whole = [row.cluster for row in rows], [row.cluster for row in pool]
    assert all(taken.count(cluster) == whole.count(cluster) for cluster in set(taken))


@pytest.mark.parametrize("by", ["rows", "tokens", "problems"])
def test_a_larger_total_contains_the_smaller_in_any_order_of_rows(tmp_path: Path, by: str) -> None:
    factor = 30 if by == "tokens" else 1
    small, _ = mix(tmp_path, 0.5, by=by, total=12 * factor)
    large, _ = mix(tmp_path, 0.5, by=by, total=29 * factor)
    turned, _ = mix(tmp_path, 0.5, POOL[::-1], by=by, total=12 * factor)
    assert small == turned
    assert {row.id for row in small} < {row.id for row in large}


def test_a_part_that_cannot_fill_its_share_is_refused_or_counted(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="part web has 40 rows, enough for 80 in all"):
        mix(tmp_path, 0.5, total=100)
    counted: dict[str, float] = {}
    ctx = context(tmp_path)
    object.__setattr__(ctx, "count", counted.__setitem__)
    rows, _ = run_table(MixAttempts(parts=parts(0.5), total=100, scarce="allow"), POOL, ctx)
    assert (len(rows), counted) == (90, {"missing_web": 10})


def test_a_source_of_which_there_is_no_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match="'site-1', of which there is no row; sources here: math-train, other, site-0"
    ):
        mix(tmp_path, 0.5, [row for row in POOL if row.source != "site-1"])
    with pytest.raises(ConfigError, match="part web has 0 rows"):
        mix(tmp_path, 0.5, MATH, scarce="allow")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"a": Part(sources=["x"], share=0.5)}, "add up to 0.5"),
        ({"a": Part(sources=["x"], share=1.5), "b": Part(sources=["y"], share=-0.5)}, "must be 0 or more"),
        ({"a": Part(sources=["x"], share=0.5), "b": Part(sources=["x"], share=0.5)}, "'x' stands twice"),
    ],
)
def test_parts_that_are_no_mix_are_refused(given: dict[str, Part], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        MixAttempts(parts=given)


def test_a_recipe_names_parts_and_a_slip_in_one_is_told(tmp_path: Path) -> None:
    recipe = tmp_path / "mix.yaml"
    text = "nodes:\n  mix: {uses: mix_attempts, needs: sft, with: {parts: {math: {sources: [a], %s: 1}}}}\n"
    recipe.write_text(text % "share")
    assert load_config(recipe).nodes["mix"].stage == MixAttempts(parts={"math": Part(sources=["a"], share=1.0)})
    recipe.write_text(text % "shares")
    with pytest.raises(ConfigError, match=r"no option 'shares' \(did you mean 'share'\?\)"):
        load_config(recipe)
