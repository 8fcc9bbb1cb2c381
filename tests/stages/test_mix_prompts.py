from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from stages._mixing import Part
from stages.mix_prompts import MixPrompts
from stages.select_rl import SelectRl
from tests.stages.training_rows import problem
from tests.support import context, run_table

PARTS = {"math": Part(sources=["math"], share=0.2), "web": Part(sources=["web"], share=0.8)}


def test_prompts_are_mixed_by_the_rule_for_attempts(tmp_path: Path) -> None:
    problems = [problem(f"{source}{number}", source=source) for source in ("math", "web") for number in range(10)]
    prompts, _ = run_table(SelectRl(), problems, context(tmp_path))
    rows, dropped = run_table(MixPrompts(parts=PARTS, total=10), prompts, context(tmp_path))
    assert [sum(row.provenance.source == source for row in rows) for source in ("math", "web")] == [2, 8]
    assert all(row in prompts for row in rows)
    assert set(dropped.values()) == {"over_share"}
    fewer, _ = run_table(MixPrompts(parts=PARTS, total=5), prompts[::-1], context(tmp_path))
    assert [row for row in rows if row in fewer] == fewer


def test_prompts_have_no_tokens_to_share_out(tmp_path: Path) -> None:
    prompts, _ = run_table(SelectRl(), [problem("a", source="math")], context(tmp_path))
    with pytest.raises(ConfigError, match="prompts have no tokens"):
        run_table(MixPrompts(parts=PARTS, by="tokens"), prompts, context(tmp_path))
