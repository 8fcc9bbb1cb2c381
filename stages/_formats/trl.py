"""TRL: SFT as prompt and completion or as messages; GRPO and RLOO with columns that reach the reward by name."""

from stages._formats.columns import in_dollars, messages
from stages._formats.form import Batch, Columns, Form, Made

LINES = {
    "sft": """\
```python
from datasets import load_dataset
from trl import SFTConfig, SFTTrainer

examples = load_dataset("parquet", data_files="{train}", split="train")
model = "Qwen/Qwen2.5-0.5B-Instruct"  # yours: a name on the hub or a folder of weights
SFTTrainer(model, args=SFTConfig(max_length=16384{loss}), train_dataset=examples).train()
```
""",
    "rl": """\
```python
from datasets import load_dataset
from trl import GRPOConfig, GRPOTrainer
from trl_reward import tracemill_reward  # in this folder, which must be on PYTHONPATH if you start elsewhere

prompts = load_dataset("parquet", data_files="{train}", split="train")
options = GRPOConfig(max_completion_length=8192)
model = "Qwen/Qwen2.5-0.5B-Instruct"  # yours: a name on the hub or a folder of weights
GRPOTrainer(model, reward_funcs=[tracemill_reward], args=options, train_dataset=prompts).train()
```
""",
}
NOTES = """
`max_length` of SFT is 1024 unless set, and what is longer loses its end: the answer and the end token. GRPO cuts
completions at `max_completion_length`, 512 unless set, before a long chain of thought has answered. An undecided
completion gets None, which TRL leaves out. `solution` is the answer as TRL's own `accuracy_reward` reads it, which
misjudges answers that are no mathematics.
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


def lines(kind: str, made: Made) -> str:
    # A chat as one list is trained on whole unless told otherwise.
    loss = ", assistant_only_loss=True" if made.style == "messages" else ""
    return made.fill(LINES[kind], kind, loss=loss)


FORM = Form(
    name="trl",
    checked="trl 1.16.0",
    suffix="parquet",
    styles=("prompt-completion", "messages"),
    sft=sft,
    rl=rl,
    reward="trl_reward.py",
    lines=lines,
    notes=NOTES,
)
