"""axolotl: messages in JSON lines, and the part of its configuration that reads them."""

from collections.abc import Mapping
from typing import Any

from stages._formats.columns import messages
from stages._formats.form import Form, Made, yaml_stub

LINES = """\
```sh
axolotl train my.yaml   # with the lines of axolotl.yaml in it, started in this folder
```
"""
NOTES = """
Only the assistant's turn is trained on. `sequence_len` must hold your longest rows: longer ones are dropped.
"""


def stubs(made: Made) -> Mapping[str, str]:
    files = made.files["sft"]
    fields: dict[str, Any] = {"datasets": [_entry(files[made.train("sft")])]}
    if "validation" in files:
        fields["test_datasets"] = [_entry(files["validation"]) | {"split": "train"}]
    fields["sequence_len"] = 16384
    return {"axolotl.yaml": yaml_stub(fields, comment="Add base_model and what else you train with.")}


def _entry(file: str) -> dict[str, Any]:
    return {
        "path": file,
        "ds_type": "json",
        "type": "chat_template",
        "field_messages": "messages",
        "roles_to_train": ["assistant"],
        "train_on_eos": "turn",
    }


def lines(kind: str, made: Made) -> str:
    return LINES


FORM = Form(
    name="axolotl",
    checked="axolotl 0.19.0",
    suffix="jsonl",
    styles=("messages",),
    sft=messages,
    stubs=stubs,
    lines=lines,
    notes=NOTES,
)
