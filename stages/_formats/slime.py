"""slime: prompt, label and metadata; what the reward needs beside the label stands in the metadata."""

from stages._formats.columns import messages, struct
from stages._formats.form import Batch, Columns, Form, Made

GUIDE = """\
```sh
export PYTHONPATH="$PWD:$PYTHONPATH"   # this folder, for the reward
python train.py --prompt-data {rl} --input-key prompt --label-key label --metadata-key metadata \\
  --apply-chat-template --custom-rm-path slime_reward.custom_rm ...

python train_async.py --prompt-data {sft} --input-key messages \\
  --rollout-function-path slime.rollout.sft_rollout.generate_rollout --loss-type sft_loss ...
```

Without `--custom-rm-path` slime wants an `--rm-type`, and none of its own reads all of these answer types.
"""


def rl(batch: Batch) -> Columns:
    about = {
        "source_name": batch["data_source"],
        "answer_type": batch["answer_type"],
        "question": batch["question"],
        "id": batch["id"],
    }
    return {"prompt": batch["prompt"], "label": batch["answer"], "metadata": struct(about)}


def guide(made: Made) -> str:
    return GUIDE.format(rl=made.file("rl"), sft=made.file("sft"))


FORM = Form(
    name="slime",
    checked="source of 2026-08",
    suffix="jsonl",
    styles=("messages",),
    sft=messages,
    rl=rl,
    reward="slime_reward.py",
    guide=guide,
)
