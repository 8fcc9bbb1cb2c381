"""OpenRLHF: JSON lines with the prompt as messages; the label is all that its reward function is given."""

from stages._formats.columns import label
from stages._formats.form import Batch, Columns, Form, Made

LINES = {
    "sft": """\
```sh
deepspeed --module openrlhf.cli.train_sft --data.dataset {train} --data.input_key input{output} \\
  --data.apply_chat_template --data.max_len 16384 ...
```
""",
    "rl": """\
```sh
python -m openrlhf.cli.train_ppo_ray --data.prompt_dataset {train} --data.input_key input --data.label_key label \\
  --data.apply_chat_template --data.max_len 16384 --reward.remote_url openrlhf_reward.py ...
```
""",
}
NOTES = """
`label` is a JSON text of answer, answer type and question. OpenRLHF only logs an error of the reward function and goes
on without a reward, so look for "Failed to fetch reward" in its log. `--data.max_len` is 2048 unless set.
"""


def sft(batch: Batch) -> Columns:
    if batch.style == "messages":
        return {"input": batch["messages"], "id": batch["id"]}
    return {"input": batch["prompt"], "output": batch["completion"], "id": batch["id"]}


def rl(batch: Batch) -> Columns:
    return {
        "input": batch["prompt"],
        "label": label(batch),
        "datasource": batch["data_source"],
        "id": batch["id"],
    }


def lines(kind: str, made: Made) -> str:
    output = "" if made.style == "messages" else " --data.output_key output"
    return made.fill(LINES[kind], kind, output=output)


FORM = Form(
    name="openrlhf",
    checked="openrlhf 0.11.2",
    suffix="jsonl",
    styles=("prompt-completion", "messages"),
    sft=sft,
    rl=rl,
    reward="openrlhf_reward.py",
    lines=lines,
    notes=NOTES,
)
