"""`tracemill verify` and `tracemill answer-type`."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from verifier.commands import register

app = typer.Typer()
register(app)
runner = CliRunner()

ROWS = [
    {"id": "a", "gold": "5", "response": r"It is \boxed{5}", "source": "book"},
    {"gold": "5", "pred": "6"},
    {"id": 3, "gold": r"\frac12", "pred": "0.5", "answer_type": "fraction"},
]


def jsonl(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def write(folder: Path, text: str) -> str:
    path = folder / "cases.jsonl"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_rows_come_back_in_order_with_their_other_keys(tmp_path: Path) -> None:
    result = runner.invoke(app, ["verify", write(tmp_path, jsonl(*ROWS))])
    assert result.exit_code == 0
    first, second, third = map(json.loads, result.stdout.splitlines())
    assert first == {
        "id": "a", "outcome": "correct", "reason": "matched_string", "extracted": "5", "answer_type": "integer",
        "source": "book",
    }  # fmt: skip
    assert (second["id"], second["outcome"], second["reason"]) == (None, "incorrect", "different_value")
    assert (third["id"], third["outcome"]) == (3, "correct")


def test_standard_input_and_an_output_file(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    result = runner.invoke(app, ["verify", "-", "--out", str(out)], input=jsonl(*ROWS))
    assert (result.exit_code, result.stdout) == (0, "")
    assert len(out.read_text().splitlines()) == 3


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: not JSON"),
        ("[]", "line 2: not a JSON object"),
        ('{"gold": 5.0, "pred": "5"}', "line 2: `gold` must be a string, not 5.0; or name another key with --gold KEY"),
        ('{"gold": "5", "pred": true}', "line 2: `pred` must be a string, not True"),
        ('{"gold": "5", "pred": "5", "question": ["5?"]}', "line 2: `question` must be a string, not ['5?']"),
        (
            '{"answer": "5", "prediction": "5"}',
            "line 2: no `gold`, no `response`, no `pred`; keys: answer, prediction. Name yours with --gold KEY and "
            "--response KEY, a whole output, or --pred KEY, an extracted answer\n",
        ),
        ('{"answer": "5", "pred": "5"}', "line 2: no `gold`; keys: answer, pred. Name yours with --gold KEY\n"),
        ('{"gold": "5"}', "line 2: no `response`, no `pred`; keys: gold. Name yours with --response KEY, a whole"),
        ('{"gold": "5", "response": "5", "pred": "5"}', "line 2: both `response` and `pred`; say which counts"),
        ("{}", "line 2: no `gold`, no `response`, no `pred`; keys: none."),
        (
            '{"gold": "5", "pred": "5", "answer_type": "number"}',
            "line 2: answer_type 'number' is unknown; known: integer",
        ),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    result = runner.invoke(app, ["verify", write(tmp_path, jsonl(ROWS[0]) + line + "\n")])
    assert result.exit_code == 2
    assert result.stderr.startswith("error: verify: ")
    assert message in result.stderr
    assert len(result.stdout.splitlines()) == 1  # the verdict on the line before


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    result = runner.invoke(app, ["verify", str(tmp_path / "none.jsonl")])
    assert result.exit_code == 2
    assert result.stderr == (
        f"error: verify: {tmp_path}/none.jsonl cannot be read (No such file or directory); "
        "name a JSONL file, or - for stdin\n"
    )


def test_an_output_file_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    result = runner.invoke(app, ["verify", write(tmp_path, jsonl(*ROWS)), "--out", str(tmp_path / "no" / "out.jsonl")])
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: verify: {tmp_path}/no/out.jsonl cannot be written (No such file")


def test_the_cases_are_not_written_over(tmp_path: Path) -> None:
    cases = write(tmp_path, jsonl(*ROWS))
    result = runner.invoke(app, ["verify", cases, "--out", cases])
    assert result.exit_code == 2
    assert result.stderr == f"error: verify: {cases} holds the cases; name another file with --out\n"
    assert Path(cases).read_text() == jsonl(*ROWS)


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_bytes(b'{"gold": "\xff", "pred": "5"}\n')
    result = runner.invoke(app, ["verify", str(tmp_path / "cases.jsonl")])
    assert result.exit_code == 2
    assert "cases.jsonl, line 1: not JSON" in result.stderr


def test_labelled_rows_are_scored(tmp_path: Path) -> None:
    rows = [row | {"expected": expected} for row, expected in zip(ROWS, (True, True, True), strict=True)]
    result = runner.invoke(app, ["verify", write(tmp_path, jsonl(*rows)), "--labelled", "--json"])
    scores = json.loads(result.stdout)
    assert scores["all"]["precision"] == 1
    assert scores["all"]["recall"] == pytest.approx(2 / 3)
    assert scores["fraction"]["n"] == 1
    unlabelled = runner.invoke(app, ["verify", write(tmp_path, jsonl(*ROWS)), "--labelled"])
    assert unlabelled.exit_code == 2
    assert "no `expected` that is true or false, for --labelled; keys: id, gold, response, source" in unlabelled.stderr


FOREIGN = {"problem": "What is 2 + 3?", "answer": "5", "prediction": r"It is \boxed{5}", "pred": "old", "ok": True}


def test_whole_numbers_are_read_as_their_digits(tmp_path: Path) -> None:
    rows = [{"gold": 72, "pred": "72"}, {"gold": "-3", "pred": -3}, {"gold": 72, "response": "The answer is 71."}]
    result = runner.invoke(app, ["verify", write(tmp_path, jsonl(*rows))])
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [verdict["outcome"] for verdict in found] == ["correct", "correct", "incorrect"]


def test_rows_with_other_keys_are_read_by_name(tmp_path: Path) -> None:
    cases = write(tmp_path, jsonl(FOREIGN))
    named = ["--gold", "answer", "--response", "prediction", "--question", "problem"]
    result = runner.invoke(app, ["verify", cases, *named])
    assert json.loads(result.stdout) == {
        "id": None, "outcome": "correct", "reason": "matched_string", "extracted": "5", "answer_type": "integer",
        "pred": "old", "ok": True,
    }  # fmt: skip
    extracted = runner.invoke(app, ["verify", cases, "--gold", "answer", "--pred", "pred"])
    assert json.loads(extracted.stdout)["outcome"] == "incorrect"
    lacking = runner.invoke(app, ["verify", cases, "--gold", "answer", "--response", "output"])
    assert (lacking.exit_code, "line 1: no `output`; keys: problem, answer, prediction" in lacking.stderr) == (2, True)


def test_a_label_under_another_key_is_scored(tmp_path: Path) -> None:
    cases = write(tmp_path, jsonl(FOREIGN, FOREIGN | {"ok": False}))
    named = ["--gold", "answer", "--response", "prediction", "--expected", "ok"]
    scores = json.loads(runner.invoke(app, ["verify", cases, *named]).stdout)
    assert (scores["all"]["n"], scores["all"]["precision"], scores["all"]["recall"]) == (2, 0.5, 1)


def test_what_an_error_shows_of_a_row_is_cut(tmp_path: Path) -> None:
    row = {f"key {number} {'k' * 100}": number for number in range(100)}
    result = runner.invoke(app, ["verify", write(tmp_path, jsonl(row))])
    assert (result.exit_code, len(result.stderr) < 1_200) == (2, True)


@pytest.mark.parametrize(
    ("gold", "kind", "understood"),
    [
        (r"1.5 \times 10^3 km/h", "units", "1500, to within 50, in km/h"),
        ("12.5%", "percent", "25/2 percent, to within 0.05"),
        (r"\{2, 1\}", "set_list", "in any order: 2; 1"),
        ("x < 3", "inequality_interval", "x in (-oo, 3)"),
        ("B", "mcq", "B"),
        ("Yes", "boolean", "true"),
        ("The Nucleus", "word", "nucleus"),
        ("no solution", "set_list", "the empty set"),
        ("3-4 days", "units", "from 3 days to 4 days"),
    ],
)
def test_answer_type_says_how_the_gold_is_understood(gold: str, kind: str, understood: str) -> None:
    described = json.loads(runner.invoke(app, ["answer-type", gold, "--json"]).stdout)
    assert (described["answer_type"], described["understood_as"]) == (kind, understood)
    assert described["matches_itself"] is True


@pytest.mark.parametrize("gold", ["", "  "])
def test_an_empty_gold_has_no_type(gold: str) -> None:
    result = runner.invoke(app, ["answer-type", gold])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: answer-type: the gold is empty; give an answer, such as 42\n"
