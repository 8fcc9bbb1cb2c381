from pathlib import Path

from pipeline.stage import Reject
from stages.block_pairs import BlockPairs
from stages.records import QAPair
from tests.stages.web_rows import pair
from tests.support import context, run_batch


def test_pairs_are_blocked_by_their_page_their_site_their_id_and_their_owner(tmp_path: Path) -> None:
    ids = tmp_path / "ids.txt"
    ids.write_text("other/qa-001\npage  # all its pairs\n")
    stage = BlockPairs(id_files=[ids], domains=["example.net"])
    assert (stage.row_in, stage.row_out) == (QAPair, QAPair)
    rows = [pair(id="page/qa-000"), pair(id="other/qa-000"), pair(id="x", url="http://www.example.net/")]
    assert run_batch(stage, rows, context(tmp_path)) == [
        Reject("blocked_id", "page"),
        rows[1],
        Reject("blocked_domain", "example.net"),
    ]
