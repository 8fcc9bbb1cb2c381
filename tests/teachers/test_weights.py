import pytest

import teachers
from teachers import TeacherConfig, TeacherConfigError

CONFIG = TeacherConfig(name="t", backend="transformers")


def folder(place, **files):
    place.mkdir(parents=True)
    for name, content in ({"model.safetensors": "w", "config.json": "{}"} | files).items():
        (place / name).write_text(content)
    return place


def test_a_model_is_what_its_folder_holds_and_not_where_it_lies(tmp_path):
    first = teachers.load(CONFIG, weights=folder(tmp_path / "a")).digest
    assert teachers.load(CONFIG, weights=folder(tmp_path / "b" / "c", **{"README.md": "words"})).digest == first
    assert teachers.load(CONFIG, weights=folder(tmp_path / "d", **{"config.json": "{ }"})).digest != first
    assert teachers.load(TeacherConfig(name="t", dtype="bfloat16"), weights=tmp_path / "a").digest != first


def test_both_engines_name_the_same_weights_alike(tmp_path):
    weights = folder(tmp_path / "a")
    digests = {
        teachers.load(TeacherConfig(name="t", backend=b), weights=weights).digest for b in ("vllm", "transformers")
    }
    assert len(digests) == 1


def test_a_hub_model_needs_its_commit():
    with pytest.raises(TeacherConfigError, match=r"needs `revision`, the 40 digits of a commit; .*option `weights`"):
        _ = teachers.load(TeacherConfig(name="t", backend="transformers", model="some/model", revision="main")).digest
    with pytest.raises(TeacherConfigError, match="no weights"):
        _ = teachers.load(CONFIG).digest


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(TeacherConfigError, match="holds no model"):
        _ = teachers.load(CONFIG, weights=tmp_path).digest
    with pytest.raises(TeacherConfigError, match="there is no such folder of weights"):
        _ = teachers.load(CONFIG, weights=tmp_path / "none").digest


def test_an_adapter_and_the_options_of_the_template_make_another_teacher(tmp_path):
    weights, adapter = folder(tmp_path / "a"), folder(tmp_path / "lora")
    digests = [
        teachers.load(TeacherConfig(name="t", backend="vllm", **options), weights=weights).digest
        for options in (
            {},
            {"lora": adapter},
            {"lora": folder(tmp_path / "other", **{"model.safetensors": "v"})},
            {"chat_options": {"enable_thinking": False}},
            {"chat_options": {"enable_thinking": True}},
        )
    ]
    assert len(set(digests)) == 5
    moved = TeacherConfig(name="t", backend="vllm", lora=folder(tmp_path / "elsewhere"))
    assert teachers.load(moved, weights=weights).digest == digests[1]


def test_an_adapter_needs_vllm(tmp_path):
    wanted = TeacherConfig(name="t", backend="transformers", lora=folder(tmp_path / "lora"))
    with pytest.raises(TeacherConfigError, match="LoRA adapters need vLLM"):
        teachers.load(wanted, weights=folder(tmp_path / "a"))
