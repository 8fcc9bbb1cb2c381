"""NeMo-RL: input and output; for GRPO the output is the ground truth, which its processor hands to the environment."""

from collections.abc import Mapping
from typing import Any

from stages._formats.columns import label, messages, text_of
from stages._formats.form import Batch, Columns, Form, Made, yaml_stub

# `NAME` in rewards/nemo_rl_reward.py.
ENVIRONMENT = "tracemill"
LINES = {
    "sft": """\
```sh
python examples/run_sft.py --config my.yaml   # which has `data` of sft.yaml
```
""",
    "rl": """\
```sh
export PYTHONPATH="/absolute/path/of/this/folder:$PYTHONPATH"   # for the environment's own process too
python -c 'import nemo_rl_reward, runpy; nemo_rl_reward.register();
runpy.run_path("examples/run_grpo.py", run_name="__main__")' --config my.yaml   # which has those of grpo.yaml
```
""",
}
NOTES = """
Start both in NeMo-RL's folder. `output` of the RL rows is no response but a JSON text of answer, answer type and
question. The prompts hold their instruction already, so there is no `prompt_file`.
"""


def sft(batch: Batch) -> Columns:
    if batch.style == "messages":
        return messages(batch)
    return {"input": text_of(batch["prompt"]), "output": text_of(batch["completion"]), "id": batch["id"]}


def rl(batch: Batch) -> Columns:
    return {"input": text_of(batch["prompt"]), "output": label(batch), "id": batch["id"]}


def stubs(made: Made) -> Mapping[str, str]:
    """Of each kind that has rows, the part of NeMo-RL's configuration that names the data."""
    kind = "openai_format" if made.style == "messages" else "ResponseDataset"
    parts: dict[str, dict[str, Any]] = {
        "sft": {"data": _data(made, "sft", {"dataset_name": kind})},
        "rl": {
            "data": _data(
                made,
                "rl",
                {
                    "dataset_name": "ResponseDataset",
                    "processor": "math_hf_data_processor",
                    "env_name": ENVIRONMENT,
                    "prompt_file": None,
                    "system_prompt_file": None,
                },
            ),
            "env": {ENVIRONMENT: {}},
        },
    }
    names = {"sft": "sft.yaml", "rl": "grpo.yaml"}
    return {
        names[one]: yaml_stub(parts[one], comment="Make the paths absolute, or start NeMo-RL in this folder.")
        for one in made.files
    }


def _data(made: Made, kind: str, default: Mapping[str, Any]) -> dict[str, Any]:
    splits = {split: {"data_path": file} for split, file in made.files.get(kind, {}).items()}
    return {**splits, "default": dict(default)}


def lines(kind: str, made: Made) -> str:
    return made.fill(LINES[kind], kind)


FORM = Form(
    name="nemo-rl",
    checked="source of 2026-08",
    suffix="jsonl",
    styles=("prompt-completion", "messages"),
    sft=sft,
    rl=rl,
    reward="nemo_rl_reward.py",
    stubs=stubs,
    lines=lines,
    notes=NOTES,
)
