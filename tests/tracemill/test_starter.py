"""The recipe that `tracemill init` writes, up to where it asks a teacher."""

import gzip
from pathlib import Path

import polars as pl
import pytest

from pipeline.config import load_config
from pipeline.errors import ConfigError
from pipeline.look import place
from pipeline.session import run
from tests.stages.test_read_warc import response
from tracemill.starter import write_starter

PAGE = b"""<!DOCTYPE html><html lang="en"><body><h1>Sums</h1>
<p><b>Problem.</b> What is <script type="math/tex">2+2</script>?</p><p><b>Solution.</b> It is four.</p></body></html>"""


def test_the_places_of_its_pairs_lie_in_the_texts_it_stores(tmp_path: Path) -> None:
    (tmp_path / "pages.warc.gz").write_bytes(gzip.compress(response("http://a.example/", PAGE)))
    (tmp_path / "benchmark.jsonl").write_text('{"question": "What is one and one?", "answer": "2"}\n')
    written = write_starter(tmp_path)
    revision = f"attempts.teacher.revision={'a' * 40}"
    recipe = load_config(written, store=str(tmp_path / "store"), overrides=[revision])
    for node in ("pages", "texts", "qa"):
        run(recipe, only=node, quiet=True)
    (page,) = pl.read_parquet(place(recipe, "texts")).to_dicts()
    (pair,) = pl.read_parquet(place(recipe, "qa")).to_dicts()
    assert pair["question"] == "What is $2+2$?"
    for text, span in ((pair["question"], pair["question_span"]), (pair["answer_text"], pair["answer_span"])):
        assert page["text"][span["start"] : span["end"]] == text


def test_a_recipe_is_not_replaced(tmp_path: Path) -> None:
    write_starter(tmp_path)
    with pytest.raises(ConfigError, match="exists already"):
        write_starter(tmp_path)
