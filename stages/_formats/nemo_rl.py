"""NeMo-RL: input and output; for GRPO the output is the ground truth, which its processor hands to the environment."""

from collections.abc import Mapping
from typing import Any

from stages._formats.columns import label, messages, text_of
from stages._formats.form import Batch, Columns, Form, Made, yaml_stub

# `NAME` in rewards/nemo_rl_reward.py.
ENVIRONMENT = "tracemill"
COMMENT = "Make the paths absolute: NeMo-RL is started in its own folder."
PLAIN = {"prompt_file": None, "system_prompt_file": None}
SFT = {
    "add_bos": True,
    "add_eos": True,
    "add_generation_prompt": False,
    "default": {**PLAIN, "processor": "sft_processor"},
}
RL = {
    "use_multiple_dataloader": False,
    "default": {**PLAIN, "processor": "math_hf_data_processor", "env_name": ENVIRONMENT},
}
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
    parts: dict[str, dict[str, Any]] = {}
    if "sft" in made.files:
        name = "openai_format" if made.style == "messages" else "ResponseDataset"
        parts["sft.yaml"] = {"data": _data(made, "sft", name, SFT)}
    if "rl" in made.files:
        parts["grpo.yaml"] = {"data": _data(made, "rl", "ResponseDataset", RL), "env": {ENVIRONMENT: {}}}
    return {file: yaml_stub(part, comment=COMMENT) for file, part in parts.items()}


def _data(made: Made, kind: str, name: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """The whole of `data`: merged with that of the configuration it is put into, NeMo-RL's own data set would win."""
    files = made.files[kind]
    splits = {"train": files[made.train(kind)]} | {split: file for split, file in files.items() if split != "train"}
    return {
        "_override_": True,
        "max_input_seq_length": "${policy.max_total_sequence_length}",
        "shuffle": True,
        "num_workers": 1,
        **{split: {"dataset_name": name, "data_path": file} for split, file in splits.items()},
        **more,
    }


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
