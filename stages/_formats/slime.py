"""slime: prompt, label and metadata; what the reward needs beside the label stands in the metadata."""

from stages._formats.columns import messages, struct
from stages._formats.form import Batch, Columns, Form, Made

LINES = {
    "sft": """\
```sh
python train_async.py --prompt-data {train} --input-key messages --loss-type sft_loss --calculate-per-token-loss \\
  --rollout-function-path slime.rollout.sft_rollout.generate_rollout \\
  --disable-compute-advantages-and-returns --debug-train-only ...
```
""",
    "rl": """\
```sh
export PYTHONPATH="/absolute/path/of/this/folder:$PYTHONPATH"
python train.py --prompt-data {train} --input-key prompt --label-key label --metadata-key metadata \\
  --apply-chat-template --custom-rm-path slime_reward.custom_rm ...
```
""",
}
NOTES = """
Start both in slime's folder, with the paths of this one before the files. Without `--custom-rm-path` slime wants an
`--rm-type`, and none of its own reads all of these answer types.
"""


def rl(batch: Batch) -> Columns:
    about = {
        "source_name": batch["data_source"],
        "answer_type": batch["answer_type"],
        "question": batch["question"],
        "id": batch["id"],
    }
    return {"prompt": batch["prompt"], "label": batch["answer"], "metadata": struct(about)}


def lines(kind: str, made: Made) -> str:
    return made.fill(LINES[kind], kind)


FORM = Form(
    name="slime",
    checked="source of 2026-08",
    suffix="jsonl",
    styles=("messages",),
    sft=messages,
    rl=rl,
    reward="slime_reward.py",
    lines=lines,
    notes=NOTES,
)
