"""Pictures of the card: drawn where there are facts, small, readable, and the same bytes every time."""

from pathlib import Path

import polars as pl
import pytest
from PIL import Image

from stages._plots import FUNNEL, KEYWORDS, LENGTHS, PASS_RATES, draw_plots
from stages._statistics import rl_statistics, sft_statistics
from tests.stages.export_manifest import attempts, manifest, problems

MAX_BYTES = 80_000


def test_each_picture_is_small_and_has_the_same_bytes_again(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
        assert draw_plots(manifest(), folder) == [FUNNEL, LENGTHS, PASS_RATES, KEYWORDS]
    for name in (FUNNEL, LENGTHS, PASS_RATES, KEYWORDS):
        one, two = ((folder / name).read_bytes() for folder in folders)
        assert one == two
        assert 3_000 < len(one) < MAX_BYTES
        with Image.open(folders[0] / name) as picture:
            assert picture.size[0] == 800
            assert not picture.info.keys() & {"Software", "Creation Time"}


def test_without_facts_there_is_no_picture(tmp_path: Path) -> None:
    none = sft_statistics(attempts().lazy().filter(pl.lit(False)))
    unsampled = rl_statistics(problems(2).lazy())
    bare = manifest(statistics={"sft": none, "sft_all": none, "rl": unsampled}, funnel=[])
    assert draw_plots(bare, tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_without_marks_there_are_no_words_of_reasoning(tmp_path: Path) -> None:
    unmarked = sft_statistics(attempts(marked=False).lazy())
    assert KEYWORDS not in draw_plots(manifest(statistics={"sft": unmarked}), tmp_path)


@pytest.mark.filterwarnings("error")
def test_many_steps_teachers_and_reasons_with_odd_names_still_fit(tmp_path: Path) -> None:
    steps = [
        {"node": f"${number}_" + "long name " * 9, "stage": "s", "rows_in": 100, "kept": 40, "rows_out": 40}
        | {"rejected": {f"reason {number} \N{SNOWMAN}": 30, f"$other {number}": 25}, "quarantined": 5}
        for number in range(40)
    ]
    many = pl.concat([attempts().with_columns(teacher=pl.lit(f"_teacher ${number}")) for number in range(12)])
    drawn = draw_plots(manifest(funnel=steps, statistics={"sft_all": sft_statistics(many.lazy())}), tmp_path)
    assert drawn == [FUNNEL, LENGTHS, KEYWORDS]
    assert all((tmp_path / name).stat().st_size < MAX_BYTES for name in drawn)
    with Image.open(tmp_path / FUNNEL) as picture:
        assert picture.size[1] < 1_200
