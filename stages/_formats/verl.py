"""verl: RL rows with their reward model and extra information as structs of one fixed type; SFT as messages."""

import pyarrow as pa

from stages._formats.columns import constant, messages, struct
from stages._formats.form import Batch, Columns, Form, Made

LINES = {
    "sft": """\
```sh
torchrun -m verl.trainer.sft_trainer data.train_files={train} data.val_files={validation} data.max_length=16384 ...
```
""",
    "rl": """\
```sh
python -m verl.trainer.main_ppo data.train_files={train} data.val_files={validation} \\
  data.max_prompt_length=2048 \\
  reward.custom_reward_function.path=verl_reward.py reward.custom_reward_function.name=compute_score ...
```
""",
}
NOTES = """
Without `reward.custom_reward_function` verl chooses a scorer by `data_source`, and stops at one that it does not know.
A row of SFT longer than `data.max_length`, 1024 unless set, stops the training; `data.truncation=right` would cut off
its answer instead. Prompts longer than `data.max_prompt_length` are left out when they are loaded.
"""


def rl(batch: Batch) -> Columns:
    index = pa.array(range(batch.start, batch.start + len(batch)), type=pa.int64())
    extra = {
        "split": constant(batch.split, batch),
        "index": index,
        "id": batch["id"],
        "answer_type": batch["answer_type"],
        "question": batch["question"],
    }
    return {
        "data_source": batch["data_source"],
        "prompt": batch["prompt"],
        "ability": constant("reasoning", batch),
        "reward_model": struct({"style": constant("rule", batch), "ground_truth": batch["answer"]}),
        "extra_info": struct(extra),
    }


def lines(kind: str, made: Made) -> str:
    return made.fill(LINES[kind], kind)


FORM = Form(
    name="verl",
    checked="verl 0.9.1",
    suffix="parquet",
    styles=("messages",),
    sft=messages,
    rl=rl,
    reward="verl_reward.py",
    lines=lines,
    notes=NOTES,
)
