"""The wheel, installed and used outside the checkout."""

import json
from pathlib import Path

from tests.integration.installed import ROOT, Installed, names

ASSETS = ("pipeline/report", "pipeline/report/page", "stages", "verifier/audit/cases", "tracemill/starters")
DECOYS = ("pipeline.py", "stages.py", "trainer.py")


def test_everything_that_is_read_at_run_time_is_in_it(installed: Installed) -> None:
    held = names(installed.wheel)
    kinds = {".html", ".css", ".js", ".jinja", ".jsonl", ".yaml", ".woff2", ".typed", ".md", ".py"}
    for room in ("pipeline", "stages", "verifier", "teachers", "trainer", "tracemill"):
        files = {path for path in (ROOT / room).rglob("*") if path.suffix in kinds and "__pycache__" not in path.parts}
        assert {str(path.relative_to(ROOT)) for path in files} - held == set()
    assert any(name.endswith("licenses/LICENSE") for name in held)


def test_a_stranger_runs_it_in_a_folder_of_their_own(installed: Installed, tmp_path: Path) -> None:
    for name in DECOYS:  # files that a user may well have beside their recipe
        (tmp_path / name).write_text("mine = True\n")
    told = installed.bash(
        "set -e; tracemill --version; tracemill doctor; tracemill init x; tracemill run -q x/recipe.yaml;"
        ' echo \'{"gold": "1/2", "pred": "0.5"}\' | tracemill verify -; tracemill export x --to trl',
        tmp_path,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.startswith("tracemill 0.")
    assert "canaries right" in told.stdout
    assert '"outcome":"correct"' in told.stdout
    version = tmp_path / "exports" / "x" / "v0001"
    assert json.loads((version / "manifest.json").read_text())["rows"]["sft"]["train"] > 0
    assert "katex" in (version / "report.html").read_text()
    _rewards(installed, tmp_path / "exports" / "x" / "trl" / "v0001")


def _rewards(installed: Installed, export: Path) -> None:
    """A reward file beside a user's own `trainer.py`, as it is imported in a training script."""
    (export / "trainer.py").write_text("mine = True\n")
    script = (
        "import trl_reward, trainer, tracemill; assert trainer.mine;"
        "print(trl_reward.tracemill_reward(prompts=['q'], completions=['so \\\\boxed{0.5}'], answer=['1/2'],"
        " answer_type=['fraction'], question=['q']), tracemill.__file__)"
    )
    told = installed.bash(f'python -c "{script}"', export)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("[1.0]")
    assert str(installed.folder) in told.stdout


def test_what_a_shell_completes_is_found_at_once(installed: Installed, tmp_path: Path) -> None:
    recipe = "nodes:\n  given: {uses: read_jsonl}\n  golds: {uses: gate_golds}\n  kept: {uses: keep_verifiable}\n"
    (tmp_path / "r.yaml").write_text(recipe)
    (tmp_path / "exports" / "sums" / "v0002").mkdir(parents=True)
    asked = {
        "tracemill show r.yaml g": ["given", "golds"],
        "tracemill run r.yaml --from k": ["kept"],
        "tracemill run r.yaml --set ke": ["kept."],
        "tracemill show none.yaml ": [],
        "tracemill check s": ["sums"],
        "tracemill diff sums@": ["sums@v0002"],
        "tracemill init x --task h": ["hub"],
        "tracemill train r": ["rl"],
    }
    for words, offered in asked.items():
        given = {"_TRACEMILL_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
        told = installed.bash("tracemill", tmp_path, **given)
        assert told.stdout.split() == offered, words
    # The shell is that which the command was started by, so it must not make way for its last command.
    assert "complete -o default" in installed.bash("tracemill --show-completion && true", tmp_path).stdout
