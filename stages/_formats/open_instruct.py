"""open-instruct: messages, and for RLVR a ground truth with the name of the verifier that reads it."""

from stages._formats.columns import constant, label, messages
from stages._formats.form import Batch, Columns, Form, Made

# `NAME` in rewards/open_instruct_reward.py.
VERIFIER = "tracemill"
GUIDE = """\
```sh
export PYTHONPATH="$PWD"   # this folder: open-instruct's own workers import the verifier too
python -c 'import open_instruct_reward, runpy; runpy.run_module("open_instruct.grpo_fast", run_name="__main__")' \\
  --dataset_mixer_list "$PWD/{rl}" 1.0 --dataset_mixer_list_splits train --apply_verifiable_reward True ...

python -m open_instruct.finetune --dataset_mixer_list "$PWD/{sft}" 1.0 --max_seq_length 16384 ...
```

The column `dataset` is the verifier's name and not where a row came from, which stands in `dataset_source`. The ground
truth is a JSON text of answer, answer type and question; the verifiers that open-instruct brings do not read it.
"""


def rl(batch: Batch) -> Columns:
    return {
        "messages": batch["prompt"],
        "ground_truth": label(batch),
        "dataset": constant(VERIFIER, batch),
        "dataset_source": batch["data_source"],
        "id": batch["id"],
    }


def guide(made: Made) -> str:
    return GUIDE.format(rl=made.file("rl"), sft=made.file("sft"))


FORM = Form(
    name="open-instruct",
    checked="source of 2026-08",
    suffix="jsonl",
    styles=("messages",),
    sft=messages,
    rl=rl,
    reward="open_instruct_reward.py",
    guide=guide,
)
