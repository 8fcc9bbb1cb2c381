"""verl: RL rows with their reward model and extra information as structs of one fixed type; SFT as messages."""

import pyarrow as pa

from stages._formats.columns import constant, messages, struct
from stages._formats.form import Batch, Columns, Form, Made

GUIDE = """\
```sh
python -m verl.trainer.main_ppo \\
  data.train_files={rl} data.val_files={rl_validation} data.max_prompt_length=2048 \\
  reward.custom_reward_function.path=verl_reward.py reward.custom_reward_function.name=compute_score ...

torchrun -m verl.trainer.sft_trainer data.train_files={sft} data.val_files={sft_validation} \\
  data.max_length=16384 data.truncation=right ...
```

Without `reward.custom_reward_function` verl chooses a scorer by `data_source`, and stops at one that it does not know.
For SFT `data.truncation` is "error" unless set. Prompts longer than `data.max_prompt_length` are left out when loaded.
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


def guide(made: Made) -> str:
    return GUIDE.format(
        rl=made.file("rl"),
        rl_validation=made.file("rl", "validation"),
        sft=made.file("sft"),
        sft_validation=made.file("sft", "validation"),
    )


FORM = Form(
    name="verl",
    checked="verl 0.9.1",
    suffix="parquet",
    styles=("messages",),
    sft=messages,
    rl=rl,
    reward="verl_reward.py",
    guide=guide,
)
