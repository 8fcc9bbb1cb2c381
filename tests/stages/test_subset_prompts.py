from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from stages.select_rl import SelectRl
from stages.subset_prompts import SubsetPrompts
from tests.stages.training_rows import problem
from tests.support import context, run_table


def test_prompts_are_cut_by_the_rule_for_attempts(tmp_path: Path) -> None:
    problems = [problem(f"q{number}", cluster=f"c{number // 2}") for number in range(30)]
    prompts, _ = run_table(SelectRl(), problems, context(tmp_path))
    small, _ = run_table(SubsetPrompts(count=5), prompts, context(tmp_path))
    large, dropped = run_table(SubsetPrompts(count=12), prompts[::-1], context(tmp_path))
    assert (len(small), len(large), set(dropped.values())) == (5, 12, {"not_in_subset"})
    assert [row for row in large if row in small] == small
    whole, _ = run_table(SubsetPrompts(by="problems", count=12), prompts, context(tmp_path))
    assert (len(whole), len({row.provenance.cluster for row in whole})) == (12, 6)


def test_prompts_have_no_tokens_to_count(tmp_path: Path) -> None:
    prompts, _ = run_table(SelectRl(), [problem("a")], context(tmp_path))
    with pytest.raises(ConfigError, match="prompts have no tokens"):
        run_table(SubsetPrompts(by="tokens", share=0.5), prompts, context(tmp_path))
