"""docs/training.md names every option and every metric, and none that does not exist."""

import dataclasses
import re
import typing
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from tests.trainer.conftest import sft_config
from tests.trainer.digits import rl_options
from trainer.config import SftConfig
from trainer.log import read_metrics
from trainer.options import build
from trainer.rl import train_rl
from trainer.rl_config import RlConfig
from trainer.sft import train_sft

PAGE = (Path(__file__).parents[2] / "docs" / "training.md").read_text("utf-8")
METRICS = PAGE[PAGE.index("### Metrics") : PAGE.index("### Watching")]
QUIET = Console(quiet=True)


def option_names(kind: type, above: str = "") -> Iterator[str]:
    """Dotted names of all options."""
    for name, hint in typing.get_type_hints(kind).items():
        yield above + name
        for member in (hint, *typing.get_args(hint)):
            if dataclasses.is_dataclass(member) and isinstance(member, type):
                yield from option_names(member, f"{above}{name}.")


EVERY = {*option_names(SftConfig), *option_names(RlConfig)}


def test_every_option_is_named() -> None:
    words = set(re.findall(r"\w+", PAGE))
    assert [name for name in sorted(EVERY) if name.split(".")[-1] not in words] == []


def test_options_that_are_named_exist() -> None:
    groups = {name for name in EVERY if any(other.startswith(f"{name}.") for other in EVERY)}
    named = re.findall(r"`(\w+(?:\.\w+)+)[`:]", PAGE.replace(".png", ""))
    dotted = {name for name in named if name.split(".")[0] in groups}
    assert len(dotted) > 20
    short = {name.split(".", 1)[1] for name in EVERY if "." in name}
    assert dotted - EVERY - short == set()


def test_every_metric_of_a_run_is_explained(tmp_path: Path, options: dict[str, typing.Any]) -> None:
    supervised = train_sft(sft_config(options, steps=1), console=QUIET).run
    learnt = train_rl(build(rl_options(tmp_path / "rl") | {"steps": 1}, RlConfig), console=QUIET).run
    keys = {key for run in (supervised, learnt) for row in read_metrics(Path(run)) for key in row}
    explained = {part for code in re.findall(r"`([^`]+)`", METRICS) for part in code.split("/")}
    assert [key for key in sorted(keys) if key.split("/")[-1] not in explained] == []
