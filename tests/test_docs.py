"""The documents tell the truth about the code."""

import importlib
import inspect
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import yaml

from pipeline.config import load_config
from pipeline.discovery import discover
from pipeline.look import rows
from pipeline.options import options_of
from pipeline.session import run

ROOT = Path(__file__).parent.parent
KINDS = discover(["stages"])
ROOMS = "pipeline|stages|verifier|teachers|trainer|tracemill|configs|bench|tests|docs|notebooks"
PAGES = sorted([*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")])


@pytest.fixture(scope="module")
def reference() -> Iterator[ModuleType]:
    """The module that writes the generated pages, loaded as `python docs/make_reference.py` loads it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "docs"))
        yield importlib.import_module("make_reference")


def test_the_pages_of_the_reference_are_made_from_the_present_code(reference):
    assert reference.stale() == [], "run: python docs/make_reference.py"


def test_every_option_column_and_command_is_described(reference):
    silent = [
        f"{path.name}: {line}"
        for path, text in reference.pages().items()
        for line in text.splitlines()
        if re.fullmatch(r"\| `.*\|\s*\|", line)
    ]
    assert silent == [], "say what they mean in the docstring of their class: `name -- meaning`"


def test_every_public_name_is_described(reference):
    page = reference.pages()[ROOT / "docs" / "api.md"]
    sections = re.split(r"^##+ ", re.sub(r"^(?:```.*?^```|- .*?)$", "", page, flags=re.DOTALL | re.M), flags=re.M)[1:]
    bare = [section.split()[0] for section in sections if not re.search(r"\w.*\.$", section.partition("\n")[2], re.M)]
    assert bare == []


def test_the_pictures_of_the_architecture_are_drawn_by_their_script_of_rows_that_exist(reference):
    drawn = importlib.import_module("draw_architecture")
    for name, picture in (("rooms", drawn.rooms()), ("row", drawn.row())):
        assert (ROOT / "docs" / f"{name}.svg").read_text(encoding="utf-8") == picture, "run: docs/draw_architecture.py"
    rows = (ROOT / "docs" / "rows.md").read_text(encoding="utf-8")
    assert [record for record, *_ in drawn.STEPS if f"### {record}\n" not in rows] == []


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_stage_is_described_and_has_a_test_file(name):
    assert inspect.getdoc(KINDS[name]), f"{KINDS[name].__name__} has no docstring"
    module = KINDS[name].__module__.rpartition(".")[2]
    assert (ROOT / "tests" / "stages" / f"test_{module}.py").exists()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(page):
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)#:\s]+)[^):\s]*\)", re.sub(r"`[^`\n]*`", "", text)):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_files_and_programs_that_documents_name_exist(page):
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(rf"`((?:{ROOMS})/[\w./-]+\w)`", text))
    run = re.findall(r"python (-m )?((?:bench|docs)[\w./]+)", text)
    called = {name.replace(".", "/") if is_module else name for is_module, name in run}
    missing = {name for name in named | called if not ((ROOT / name).exists() or (ROOT / f"{name}.py").exists())}
    assert missing <= {"stages/keep_short.py"}, "the example of a new stage alone names a file that is not there"


def test_the_start_page_lists_every_page():
    listed = set(re.findall(r"\]\((\w[\w-]*\.md)", (ROOT / "docs" / "index.md").read_text(encoding="utf-8")))
    assert {page.name for page in (ROOT / "docs").glob("*.md")} - {"index.md"} == listed


def test_the_site_is_built_without_a_warning_and_loads_nothing_from_elsewhere(tmp_path):
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    pages = [page.read_text(encoding="utf-8") for page in (tmp_path / "site").glob("*.html")]
    assert len(pages) > len(PAGES) // 2
    loaded = [tag for page in pages for tag in re.findall(r"<(?:script|link|img|iframe)\b[^>]*>", page)]
    assert [tag for tag in loaded if re.search(r"(?:src|href)=[\"']?(?:https?:)?//", tag)] == []
    assert [target for page in pages for target in re.findall(r"(?:href|src)=[\"']?(\.\./[^\"'\s>]*)", page)] == []


def test_a_known_repository_is_where_links_to_its_files_lead(reference):
    hooks = importlib.import_module("hooks")
    text = "See [the recipe](../configs/demo.yaml), [`loss.py`](../trainer/loss.py) and [rows](rows.md#span)."
    known, unknown = SimpleNamespace(repo_url="https://host.example/mill/"), SimpleNamespace(repo_url="")
    assert hooks.on_page_markdown(text, config=unknown) == (
        "See the recipe (`configs/demo.yaml`), `loss.py` and [rows](rows.md#span)."
    )
    assert hooks.on_page_markdown(text, config=known) == (
        "See [the recipe](https://host.example/mill/blob/HEAD/configs/demo.yaml), "
        "[`loss.py`](https://host.example/mill/blob/HEAD/trainer/loss.py) and [rows](rows.md#span)."
    )


def fences(page: Path) -> list[tuple[str, str]]:
    """The language and the text of each fenced block."""
    return re.findall(r"^```(\w*)\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def commands_of(page: Path) -> list[str]:
    """Each call of tracemill in fenced blocks and in spans of code that name a command, without what follows it."""
    text = "\n".join(block for _, block in fences(page)).replace("\\\n", " ")
    lines = [re.sub(r"\$\([^)]*\)", "WORD", line.strip()).removeprefix("$ ") for line in text.splitlines()]
    spans = re.findall(r"`(tracemill [a-z][^`]*)`", page.read_text(encoding="utf-8"))
    found = [line for line in (*lines, *spans) if re.match(r"tracemill [a-z-]", line)]
    called = [re.split(r"\s(?:#|[|&>;])|\s*\.\.\.", line)[0] for line in found]
    return [re.sub(r"[][]", "", line.replace("[OPTIONS]", "")) for line in called]


def trouble(command: Any, words: list[str]) -> str | None:
    """What the command line would not understand. Arguments may be left out, since a text may name a command alone."""
    options = {name: one for one in command.params for name in (*one.opts, *one.secondary_opts) if name.startswith("-")}
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    waiting, given = list(words), 0
    while waiting:
        word, equals, _ = waiting.pop(0).partition("=")
        if not word.startswith("-") or word == "-":
            given += 1
        elif word not in options and word not in ("--help",):
            return f"has no option {word}"
        elif word in options and not equals and not getattr(options[word], "is_flag", False) and waiting:
            waiting.pop(0)
    most = sum(one.nargs if one.nargs > 0 else 1000 for one in arguments)
    return f"takes {most} arguments, not {given}" if given > most else None


def misunderstood(root: Any, line: str) -> str | None:
    """Why the command line would not take a line as it is written, or None."""
    command, words = root, shlex.split(line)[1:]
    while words and hasattr(command, "commands"):
        if words[0] not in command.commands:
            return f"there is no command {words[0]}"
        command = command.commands[words.pop(0)]
    return trouble(command, words)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_commands_in_documents_are_those_of_the_command_line(page, reference):
    root = reference.commands.tree()
    told = {line: why for line in commands_of(page) if (why := misunderstood(root, line))}
    assert told == {}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("tracemill runs demo.yaml", "there is no command runs"),
        ("tracemill train sft a.yaml --sets x=1", "has no option --sets"),
        ("tracemill status a.yaml b.yaml", "takes 1 arguments, not 2"),
        ("tracemill run a.yaml --set x.y=1 --limit=3 -q", None),
    ],
)
def test_a_command_that_does_not_exist_would_be_noticed(line, why, reference):
    assert misunderstood(reference.commands.tree(), line) == why


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_nodes_in_documents_name_stages_and_options_that_exist(page):
    for language, block in fences(page):
        if language in ("yaml", ""):
            for uses, options in nodes_of(block):
                if uses.startswith("my_"):  # a stage of the reader's own
                    continue
                assert uses in KINDS, f"{page.name}: {uses}"
                known = {*options_of(KINDS[uses]), "file"}
                assert options <= known, f"{page.name}: {uses} has no {options - known}"


def nodes_of(block: str) -> Iterator[tuple[str, set[str]]]:
    """The stage and the options' names of every node in a piece of YAML; nothing of what is none."""
    try:
        waiting = [yaml.safe_load(textwrap.dedent(block))]
    except yaml.YAMLError:
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
            if isinstance(value.get("uses"), str):
                yield value["uses"], set(value.get("with") or {})


def test_the_examples_of_readers_read(tmp_path):
    (tmp_path / "book" / "ch1").mkdir(parents=True)
    for name, sum_ in (("a", "two plus two"), ("b", "three plus three")):
        (tmp_path / "book" / "ch1" / f"{name}.html").write_text(
            f"<html><body><p><b>Problem.</b> What is {sum_}?</p><p><b>Solution.</b> Do it.</p></body></html>"
        )
    (tmp_path / "pages.jsonl").write_text(
        '{"content": "Q: When does water boil?\\nA: 100.", "meta": {"url": "https://a.example/", "lic": "MIT"}}\n'
        '{"content": "Q: When does iron melt?\\nA: 1538.", "meta": {"url": "https://spam.example/", "lic": null}}\n'
    )
    (tmp_path / "rows.jsonl").write_text(
        '{"meta": {"q": "What is 2+2?", "id": 7}, "sol": "4", "lic": "MIT"}\n'
        '{"meta": {"q": "What is 4+4?", "id": 9}, "sol": "8", "lic": "MIT"}\n'
    )
    page = (ROOT / "docs" / "readers.md").read_text(encoding="utf-8").partition("## Examples")[2]
    recipe, lists = re.findall(r"```(?:yaml)?\n(.*?)```", page, re.DOTALL)[:2]
    for name, line in zip(("urls", "domains", "ids"), lists.splitlines(), strict=True):
        assert f"# {name}.txt: " in line
        (tmp_path / f"{name}.txt").write_text(line)
    (tmp_path / "recipe.yaml").write_text(recipe)
    loaded = load_config(tmp_path / "recipe.yaml", store=str(tmp_path / "store"))
    run(loaded, quiet=True)
    assert {(row["url"], row["question"]) for row in rows(loaded, "pairs", "data", 9)} == {
        ("https://example.org/book/ch1/b.html", "What is three plus three?"),
        ("https://a.example/", "When does water boil?"),
        ("", "What is 4+4?"),
    }
    reasons = sorted(row["reason"] for row in rows(loaded, "pairs", "rejects", 9))
    assert reasons == ["blocked_domain", "blocked_id", "blocked_url"]
