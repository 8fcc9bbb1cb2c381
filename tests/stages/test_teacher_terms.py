"""A teacher's terms reach an export without being part of any key."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.context import Ancestor
from pipeline.fingerprint import canonical_config
from stages._teacher_terms import teacher_terms
from stages.construct_cot import ConstructCot
from stages.distil import Distil
from teachers import TeacherConfig, Terms
from tests.teachers.test_teacher_files import FILES, teacher


def asked(node: str, stage: Distil | ConstructCot) -> Ancestor:
    counts: dict[str, Any] = {"rows_in": 1, "kept": 1, "rows_out": 1, "rejected": {}, "quarantined": 0}
    kind = type(stage).uses()
    return Ancestor(node=node, stage=kind, key="k", digest="d", config={}, pins={}, facts=dict(stage.facts()), **counts)


def test_terms_as_text_and_with_an_address_and_none_are_told_by_name() -> None:
    full = Terms(licence="MIT", url="https://example.org/licence", note="derived from another")
    told = teacher_terms(
        [
            asked("own", Distil(teacher=TeacherConfig(name="small", terms="Apache-2.0"))),
            asked("large", Distil(teacher=TeacherConfig(name="large", model="a/b", terms=full))),
            asked("third", Distil(teacher=TeacherConfig(name="hosted"))),
        ]
    )
    assert told["small"]["licence"] == "Apache-2.0"
    assert told["large"] == {
        **{"backend": "auto", "model": "a/b", "revision": None, "nodes": {"large": "distil"}},
        **{"licence": "MIT", "url": "https://example.org/licence", "note": "derived from another"},
    }
    assert told["hosted"]["licence"] is None


def test_one_teacher_at_two_nodes_is_told_once_and_two_of_one_name_twice() -> None:
    one, other = (TeacherConfig(name="same", model=model) for model in ("a/one", "a/other"))
    nodes = {"first": one, "second": one, "third": other}
    told = teacher_terms([asked(node, Distil(teacher=config)) for node, config in nodes.items()])
    assert {name: list(facts["nodes"]) for name, facts in told.items()} == {
        "same": ["first", "second"],
        "same (third)": ["third"],
    }


def test_the_second_teacher_of_a_stage_is_told_too() -> None:
    stage = ConstructCot(teacher=TeacherConfig(name="writer"), reflector=TeacherConfig(name="critic"))
    assert list(teacher_terms([asked("traces", stage)])) == ["critic", "writer"]


def test_terms_change_no_key() -> None:
    bare, licensed = (TeacherConfig(name="a", terms=terms) for terms in (None, "MIT"))
    assert canonical_config(bare) == canonical_config(licensed)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_teacher_under_configs_states_its_terms(path: Path, tmp_path: Path) -> None:
    """But for the one that stands for a provider of one's own."""
    assert (teacher(path, tmp_path).terms is None) == (path.stem == "hosted-endpoint")
