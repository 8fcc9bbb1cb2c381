"""TRL: SFT as prompt and completion or as messages; GRPO and RLOO with columns that reach the reward by name."""

from stages._formats.columns import in_dollars, messages
from stages._formats.form import Batch, Columns, Form, Made

GUIDE = """\
```python
from datasets import load_dataset
from trl import GRPOConfig, GRPOTrainer, SFTConfig, SFTTrainer
from trl_reward import tracemill_reward

# max_length is 1024 unless set, and what is longer loses its end: the answer and the end token.
examples = load_dataset("parquet", data_files="{sft}", split="train")
SFTTrainer(model, args=SFTConfig(max_length=16384{loss}), train_dataset=examples).train()

prompts = load_dataset("parquet", data_files="{rl}", split="train")
GRPOTrainer(model, reward_funcs=[tracemill_reward], args=GRPOConfig(), train_dataset=prompts).train()
```

Run it in this folder, or with this folder on PYTHONPATH. An undecided completion gets None, which TRL leaves out.
`solution` is the answer as TRL's own `accuracy_reward` reads it; that one misjudges types other than mathematics.
"""


def sft(batch: Batch) -> Columns:
    if batch.style == "messages":
        return messages(batch)
    return {"prompt": batch["prompt"], "completion": batch["completion"], "id": batch["id"]}


def rl(batch: Batch) -> Columns:
    return {
        "prompt": batch["prompt"],
        "solution": in_dollars(batch["answer"]),
        "answer": batch["answer"],
        "answer_type": batch["answer_type"],
        "question": batch["question"],
        "id": batch["id"],
        "data_source": batch["data_source"],
    }


def guide(made: Made) -> str:
    # A chat as one list trains on the prompt too unless told otherwise.
    loss = ", assistant_only_loss=True" if made.style == "messages" else ""
    return GUIDE.format(sft=made.file("sft"), rl=made.file("rl"), loss=loss)


FORM = Form(
    name="trl",
    checked="trl 1.16.0",
    suffix="parquet",
    styles=("prompt-completion", "messages"),
    sft=sft,
    rl=rl,
    reward="trl_reward.py",
    guide=guide,
)
