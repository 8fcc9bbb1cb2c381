"""open-instruct: messages, and for RLVR a ground truth with the name of the verifier that reads it."""

from stages._formats.columns import constant, label, messages
from stages._formats.form import Batch, Columns, Form, Made

# `NAME` in rewards/open_instruct_reward.py.
VERIFIER = "tracemill"
LINES = {
    "sft": """\
```sh
export EXPORT=/absolute/path/of/this/folder
python open_instruct/finetune.py --dataset_mixer_list "$EXPORT/{train}" 1.0 --dataset_mixer_list_splits train \\
  --max_seq_length 16384 ...
```
""",
    "rl": """\
```sh
export EXPORT=/absolute/path/of/this/folder
export PYTHONPATH="$EXPORT:$PYTHONPATH"   # for open-instruct's own workers too
python -c 'import open_instruct_reward, runpy; runpy.run_module("open_instruct.grpo_fast", run_name="__main__")' \\
  --dataset_mixer_list "$EXPORT/{train}" 1.0 --dataset_mixer_list_splits train --apply_verifiable_reward true ...
```
""",
}
NOTES = """
Start both in open-instruct's folder. The column `dataset` is the verifier's name and not where a row came from, which
stands in `dataset_source`. The ground truth is a JSON text of answer, answer type and question; the verifiers that
open-instruct brings do not read it.
"""


def rl(batch: Batch) -> Columns:
    return {
        "messages": batch["prompt"],
        "ground_truth": label(batch),
        "dataset": constant(VERIFIER, batch),
        "dataset_source": batch["data_source"],
        "id": batch["id"],
    }


def lines(kind: str, made: Made) -> str:
    return made.fill(LINES[kind], kind)


FORM = Form(
    name="open-instruct",
    checked="source of 2026-08",
    suffix="jsonl",
    styles=("messages",),
    sft=messages,
    rl=rl,
    reward="open_instruct_reward.py",
    lines=lines,
    notes=NOTES,
)
