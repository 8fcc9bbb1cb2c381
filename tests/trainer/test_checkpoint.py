from pathlib import Path

from trainer.checkpoint import latest


def test_the_newest_checkpoint_is_that_of_the_highest_step(tmp_path: Path) -> None:
    for name in ("step_999999", "step_1000000", "step_1000001.tmp"):
        (tmp_path / "ckpt" / name).mkdir(parents=True)
    found = latest(tmp_path)
    assert found is not None
    assert found.step == 1_000_000
