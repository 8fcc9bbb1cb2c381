"""What would let data become code stands nowhere in our own code, or where this file says why it may."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from verifier import AnswerType, Pair, Verifier

ROOT = Path(__file__).parents[2]
ROOMS = ("pipeline", "stages", "verifier", "teachers", "trainer", "tracemill")
# What unpickles or unmarshals: only what our own processes sent one another, once the other end has proved itself
# (fleet), through a pipe that this process made (sandbox), or that Dask's own protocol has pickled already (attempts).
BETWEEN_OUR_PROCESSES = {
    "pipeline/executors/attempt.py",
    "pipeline/fleet/wire.py",
    "pipeline/fleet/worker.py",
    "stages/_extract_page.py",
    "stages/_sandboxed.py",
}
LOADS = {"pickle.load", "pickle.loads", "pickle.Unpickler", "marshal.load", "marshal.loads"}
NEVER = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "tempfile.mktemp", "shelve.open", "dill.load",
    "dill.loads", "joblib.load", "cloudpickle.loads", "cloudpickle.load", "yaml.unsafe_load", "yaml.full_load",
    "yaml.load_all", "jinja2.Environment", "jinja2.Template", "sympy.sympify", "sympy.parse_expr", "sympify",
    "parse_expr", "pandas.read_pickle", "extractall", "ssl._create_unverified_context",
}  # fmt: skip


@cache
def calls() -> list[tuple[str, int, str, dict[str, ast.expr]]]:
    """File, line, what is called by its dotted name, and the keywords."""
    return [found for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) for found in _calls(path)]


def _calls(path: Path) -> Iterator[tuple[str, int, str, dict[str, ast.expr]]]:
    name = path.relative_to(ROOT).as_posix()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            keywords = {one.arg: one.value for one in node.keywords if one.arg}
            yield name, node.lineno, ast.unparse(node.func), keywords


def is_constant(value: ast.expr | None, wanted: object) -> bool:
    return isinstance(value, ast.Constant) and value.value is wanted


def test_nothing_evaluates_or_imports_a_text() -> None:
    found = [(file, line, what) for file, line, what, _ in calls() if what in NEVER or what.endswith(".extractall")]
    assert found == []


def test_pickles_and_marshalled_values_come_from_our_own_processes_alone() -> None:
    found = {file for file, _, what, _ in calls() if what in LOADS}
    assert found <= BETWEEN_OUR_PROCESSES, found - BETWEEN_OUR_PROCESSES


def test_arrays_and_tensors_are_read_without_pickle() -> None:
    for file, line, what, keywords in calls():
        if what == "torch.load":
            assert is_constant(keywords.get("weights_only"), True), (file, line)
        if what in ("np.load", "numpy.load"):
            assert "allow_pickle" not in keywords, (file, line)


def test_one_place_reads_yaml() -> None:
    found = {file for file, _, what, _ in calls() if what in ("yaml.load", "yaml.safe_load", "yaml.safe_load_all")}
    assert found == {"pipeline/yamlfile.py"}


def test_no_model_brings_code_of_its_own() -> None:
    loading = [
        (file, line, keywords)
        for file, line, what, keywords in calls()
        if what.startswith("Auto") and what.endswith(".from_pretrained")
    ]
    assert len(loading) > 5
    assert [
        (file, line) for file, line, keywords in loading if not is_constant(keywords.get("trust_remote_code"), False)
    ] == []
    others = [
        one for one in calls() if "trust_remote_code" in one[3] and not is_constant(one[3]["trust_remote_code"], False)
    ]
    assert others == []


def test_commands_are_lists_and_never_a_shells() -> None:
    assert not [one[:2] for one in calls() if "shell" in one[3]]


def test_parsers_of_xml_expand_nothing_and_fetch_nothing() -> None:
    parsers = [one for one in calls() if one[2].endswith("XMLParser")]
    assert parsers
    for file, line, _, keywords in parsers:
        assert is_constant(keywords.get("resolve_entities"), False), (file, line)
        assert is_constant(keywords.get("no_network"), True), (file, line)
        assert not is_constant(keywords.get("huge_tree"), True), (file, line)


def test_chat_templates_run_in_a_sandbox() -> None:
    """They come with models, and are programs: transformers must not let them at Python."""
    from jinja2.exceptions import SecurityError

    from tests.trainer.conftest import byte_tokenizer

    tokenizer = byte_tokenizer()
    for template in (
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ messages.append(1) }}",
        "{{ cycler.__init__.__globals__.os.system('true') }}",
    ):
        tokenizer.chat_template = template
        with pytest.raises(SecurityError):
            tokenizer.apply_chat_template([{"role": "user", "content": "x"}], tokenize=False)


def test_no_answer_is_evaluated(tmp_path: Path) -> None:
    """Neither as Python, which computer algebra is known for, nor as a gold."""
    call = f"__import__('os').mkdir('{tmp_path}/ran')"
    forms = (
        call,
        f"\\boxed{{{call}}}",
        f"$x + \\text{{{call}}}$",
        f"eval({call!r})",
        f"Symbol('x').subs('x', \"{call}\")",
        f"\\lim_{{x \\to 0}} {call}",
        f"[{call}, 1]",
        f"lambda: {call}",
        f"```python\n{call}\n```",
    )
    pairs = [Pair(gold, answer, None, kind, True) for answer in forms for gold, kind in ((answer, None), ("2", None))]
    pairs += [
        Pair(answer, answer, None, kind, True) for answer in forms for kind in (AnswerType.CODE, AnswerType.EXPRESSION)
    ]
    with Verifier(workers=1) as verifier:
        verifier.verify_many(pairs)
    assert not (tmp_path / "ran").exists()
