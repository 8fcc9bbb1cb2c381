"""What a manifest tells of the sources of its rows."""

import polars as pl

from stages._card_origins import sources as told
from stages._export_facts import MAX_CREDITS, sources

THREADS = 1_000


def rows(*attributions: str | None, source: str) -> pl.LazyFrame:
    names = [f"{source}-{number:04d}" for number in range(len(attributions))]
    return pl.LazyFrame(
        {
            "problem_id": names,
            "source": source,
            "licence": "CC BY-SA 4.0",
            "attribution": attributions,
            "origin": "human",
        },
        schema_overrides={"attribution": pl.String},
    )


def test_a_manifest_does_not_grow_with_the_authors() -> None:
    threads = rows(*(f"answer by user {number:04d}" for number in range(THREADS)), source="threads")
    pages = rows("B. Author", "A. Author", "B. Author", None, source="pages")
    found = sources({"rl": pl.concat([threads, pages]), "sft": pages, "sft_all": rows(None, source="others")})
    assert found["threads"]["attributions"] == [f"answer by user {number:04d}" for number in range(MAX_CREDITS)]
    assert found["threads"]["num_attributions"] == THREADS
    assert found["pages"]["attributions"] == ["A. Author", "B. Author"]
    assert found["pages"]["num_attributions"] == 2
    assert found["others"]["attributions"] == []
    assert found["pages"]["views"] == {"rl": {"rows": 4, "problems": 4}, "sft": {"rows": 4, "problems": 4}}


def test_the_card_says_how_many_more_there_are() -> None:
    threads = rows(*(f"user {number:04d}" for number in range(THREADS)), source="threads")
    card = told({"sources": sources({"rl": threads}), "statistics": {}})
    assert "- threads: user 0000; user 0001;" in card
    assert f"user 0019; and {THREADS - MAX_CREDITS:,} more, in the column `provenance`" in card
