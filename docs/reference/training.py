"""docs/training-files.md: every key of the files that `tracemill train` and `tracemill evaluate` read."""

from collections.abc import Mapping

from reference import recipe

from trainer.config import SftConfig
from trainer.evaluation.config import EvalConfig
from trainer.rl_config import RlConfig

PAGE = "training-files.md"
HEAD = """\
# Training and evaluation files, key by key

What [training](training.md) and [evaluation](evaluation.md) read; `configs/train/` and `configs/eval/` hold examples.
`extends: other.yaml` lays a file's options over those of another, group by group; the path counts from the file.
`--set steps=10` or `--set optim.lr=1e-5` overrides, values in YAML. Unknown keys and wrong types are errors.
"""
FILES = {
    SftConfig: ("Fine-tuning", "What `tracemill train sft` reads."),
    RlConfig: ("Reinforcement learning", "What `tracemill train rl` reads."),
    EvalConfig: ("Evaluation", "What `tracemill evaluate` reads."),
}


def groups() -> dict[type, list[str]]:
    """All dataclasses of these files, with where they stand."""
    links = {kind: f"[{title.lower()}](#{title.lower().replace(' ', '-')})" for kind, (title, _) in FILES.items()}
    return recipe.below({kind: [] for kind in FILES}, links)


def page(homes: Mapping[type, str]) -> str:
    own = groups()
    lines = [HEAD]
    for kind, (title, told) in FILES.items():
        lines += recipe.section(kind, own, homes, title=f"## {title}\n\n{told}")
    lines.append("## Groups\n")
    for kind in own:
        if kind not in FILES and homes[kind] == PAGE:
            lines += recipe.section(kind, own, homes)
    return "\n".join(lines)
