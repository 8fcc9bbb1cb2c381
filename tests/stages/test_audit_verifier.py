"""The verifier's audit as a node of a recipe."""

import json
from pathlib import Path

from pipeline.code import ParsedModules
from pipeline.context import Context
from pipeline.fingerprint import fingerprint
from stages.audit_verifier import AuditVerifier
from verifier.audit.cases import cases_digest


def test_the_folder_holds_scores_by_type_attacks_and_what_was_measured(tmp_path: Path) -> None:
    AuditVerifier().build(None, tmp_path, Context(node="audit", scratch=tmp_path))
    report = json.loads((tmp_path / "audit.json").read_text())
    rates = report["splits"]["test"]["scores"]["rules"]
    assert rates["integer"]["precision"] >= 0.9
    assert rates["all"]["n"] == report["splits"]["test"]["cases"] > 400
    assert report["attacks"]["test"]["rules"]["tried"] > 1000
    assert report["attacks"]["test"]["rules"]["examples"] == []


def test_the_key_names_the_verifier_its_packages_and_the_cases() -> None:
    stage = AuditVerifier()
    made_of = fingerprint(stage, inputs={}, pins=stage.pins(str), own=frozenset(), modules=ParsedModules()).payload
    assert made_of["pins"]["cases"] == cases_digest("test")
    assert made_of["packages"]["sympy"]
