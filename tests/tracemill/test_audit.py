"""The audit as its readers get it, on the cases that ship with the project."""

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.errors import OutageError
from tests.teachers.misbehaving import MODEL, Answer, Status, serving
from tracemill.audit import audit
from tracemill.cli import application
from verifier import AnswerType
from verifier.audit.cases import SPLITS, cases_digest, load_cases
from verifier.audit.measure import GULLIBLE, attack_cascade, attack_pairs, attack_rules

KINDS = {*AnswerType, "extraction", "adversarial"}


def test_the_labelled_cases_cover_every_type_with_both_labels_and_a_reason() -> None:
    cases = [case for split in SPLITS for case in load_cases(split)]
    assert len(cases) >= 955
    assert len({case.id for case in cases}) == len(cases)
    assert all(len(case.reason) > 5 for case in cases)
    for kind in KINDS:
        labels = [case.expected for case in cases if case.type == kind]
        assert len(labels) >= 30
        assert 0.4 <= sum(labels) / len(labels) <= 0.6, kind


def test_no_pair_stands_in_both_splits() -> None:
    test, development = ({(case.gold, case.answer) for case in load_cases(split)} for split in SPLITS)
    assert not test & development


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(ValueError, match="known: test, development"):
        load_cases("train")


def test_the_test_split_is_met_as_the_documentation_says() -> None:
    """The bounds of the project; not a place to look at single pairs."""
    report = audit(splits=["test"], judge=None, weights=None, with_attacks=False)
    rates = report["splits"]["test"]["scores"]["rules"]
    assert rates["all"]["precision"] >= 0.99
    assert rates["all"]["recall"] >= 0.95
    assert rates["all"]["undecided"] <= 0.02 * rates["all"]["n"]
    assert min(each["accuracy"] for each in rates.values()) >= 0.9
    assert report["splits"]["test"]["sha256"] == cases_digest("test")


def test_a_verifier_that_does_not_start_is_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(OutageError, match=r"audit: .*cannot be started.*tracemill doctor"):
        audit(splits=["test"], judge=None, weights=None, with_attacks=False)


def test_some_attacks_and_the_gullible_judges() -> None:
    tried = attack_pairs(load_cases("development"))[::80]
    rules, verdicts = attack_rules(tried)
    assert rules.accepted == []
    assert len(rules.by_pattern()) > 10
    for ask in GULLIBLE.values():
        assert attack_cascade(tried, verdicts, ask).share <= 0.01


def test_the_command_prints_json_for_scripts_and_takes_a_scripted_judge(tmp_path: Path) -> None:
    judge = tmp_path / "judge.yaml"
    judge.write_text(
        "name: scripted\nbackend: scripted\nscript: {right: 1, wrong: 0, truncated: 0, looping: 0, empty: 0}\n"
    )
    arguments = ["audit", "--split", "test", "--no-attacks", "--json", "--judge", str(judge)]
    result = CliRunner().invoke(application(), arguments)
    assert result.exit_code == 0, result.output
    scores = json.loads(result.stdout)["splits"]["test"]["scores"]
    assert set(scores) == {"rules", "model", "cascade"}
    assert scores["cascade"]["all"]["precision"] >= scores["rules"]["all"]["precision"]


def test_a_file_that_is_no_teacher_is_a_usage_error(tmp_path: Path) -> None:
    wrong = tmp_path / "judge.yaml"
    wrong.write_text("nome: x\n")
    result = CliRunner().invoke(application(), ["audit", "--no-attacks", "--judge", str(wrong)])
    assert result.exit_code != 0
    assert "judge.yaml: no option 'nome'" in str(result.exception)
    assert "a teacher's file" in str(result.exception)


def judge_at(url: str, path: Path) -> Path:
    config = {"name": "judge", "backend": "openai", "model": MODEL, "revision": "1", "think": "prefilled"}
    path.write_text(json.dumps({**config, "endpoint": {"urls": [url]}}))
    return path


def test_a_judge_whose_endpoint_gives_reasoning_apart_is_understood(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("verifier.audit.report.load_cases", lambda name: load_cases(name)[:20])
    replies = Answer(thoughts=["They differ."], pieces=["Judgement: ", "incorrect"])
    with serving(lambda call: replies) as server:
        judge = judge_at(server.url, tmp_path / "judge.yaml")
        report = audit(splits=["development"], judge=judge, weights=None, with_attacks=False)
    assert report["splits"]["development"]["scores"]["model"]["all"]["undecided"] == 0


def test_what_is_too_long_for_a_judge_is_left_open_and_what_it_refuses_ends_the_audit(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr("verifier.audit.report.load_cases", lambda name: load_cases(name)[:20])
    told = ["maximum context length is 8 tokens"]
    with serving(lambda call: Status(code=400, message=told[0])) as server:
        judge = judge_at(server.url, tmp_path / "judge.yaml")
        report = audit(splits=["development"], judge=judge, weights=None, with_attacks=False)
        assert report["splits"]["development"]["scores"]["model"]["all"]["undecided"] > 0
        told[0] = "this cannot be"
        with pytest.raises(OutageError, match=r"the judge judge broke off: .*this cannot be"):
            audit(splits=["development"], judge=judge, weights=None, with_attacks=False)
