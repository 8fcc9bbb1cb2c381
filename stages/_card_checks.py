"""Sections of the card on what was checked: verdicts and the verifier's own audit, decontamination, chat templates."""

from collections.abc import Mapping, Sequence, Set
from typing import Any

from stages._card_limits import has_attempts
from stages._card_text import code, plain, share, table
from verifier.audit.report import UNSEEN
from verifier.types import Policy


def checks(manifest: Mapping[str, Any]) -> str:
    return "\n\n".join(
        [
            "## Verdicts and the verifier's audit",
            _verdicts(manifest),
            "## Decontamination",
            _decontamination(manifest),
            "## Chat templates",
            _templates(manifest.get("templates") or ()),
        ]
    )


def _verdicts(manifest: Mapping[str, Any]) -> str:
    verifiers = [
        f"verifier {code(one['verifier'])}, version {plain(one['version'])}, under policy {code(one['policy'])}"
        for one in manifest["verifiers"]
    ]
    judged = "Judged by " + "; ".join(verifiers) + "." if verifiers else "No verifier is recorded."
    if not has_attempts(manifest):
        told = f" Its rewards: {'; '.join(verifiers)}." if verifiers else ""
        judged = f"There are no attempts, and no verdicts on any.{told}"
    audit = manifest.get("audit")
    return f"{judged}\n\n{_audit(audit, manifest) if audit else 'The verifier was not audited beside this export.'}"


def _audit(audit: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    cases = audit["splits"][UNSEEN]
    rates, types = cases["scores"]["rules"], manifest["answer_types"].get("rl", {})
    rows = [
        [plain(kind), types.get(kind), of["n"], *(of[name] for name in ("precision", "recall", "f1")), of["undecided"]]
        for kind, of in rates.items()
        if kind in types or kind == "all"
    ]
    told = table(["answer type", "problems here", "cases", "precision", "recall", "F1", "undecided"], rows)
    packages = ", ".join(f"{plain(name)} {plain(version)}" for name, version in audit["packages"].items())
    return "\n\n".join(
        [
            f"On {cases['cases']:,} labelled pairs that it was never tuned on ({code(cases['sha256'][:16])}), of the "
            "answer types that occur here:",
            told,
            _attacks(audit.get("attacks", {}).get(UNSEEN, {})),
            f"Version {plain(audit['version'])} under policy {code(audit['policy'])}; {packages}."
            + _policies({audit["policy"], *(one["policy"] for one in manifest["verifiers"])}),
        ]
    )


def _policies(met: Set[str]) -> str:
    """Two digests in one section ask for a word."""
    if met == {Policy().digest, Policy(reasoning="plain").digest}:
        return (
            " Cases are whole responses, as rewards read them, while the verdicts read what follows the reasoning: the "
            "two policies differ in this alone."
        )
    return " The policies differ: the audit does not tell of these verdicts alone." if len(met) > 1 else ""


def _attacks(found: Mapping[str, Any]) -> str:
    if not found:
        return "No attacks were tried."
    rules = found["rules"]
    passed = [f"{plain(name)} {of['accepted']:,}" for name, of in rules["patterns"].items() if of["accepted"]]
    named = f" ({', '.join(passed)})" if passed else ""
    return (
        f"Of {rules['tried']:,} published attacks (bare openings, self-praise, lists of guesses and the like) the "
        f"rules accept {rules['accepted']:,}{named}, {rules['share']:.2%}."
    )


def _decontamination(manifest: Mapping[str, Any]) -> str:
    if not manifest["decontaminated"]:
        return "Not decontaminated: no node that these rows came through looked for benchmark items."
    found = [
        [plain(one["node"]), plain(one["stage"]), plain(_options(one["options"])), one["rows_in"], one["dropped"]]
        + [", ".join(map(plain, one[key])) for key in ("against", "sources")]
        for one in manifest["decontaminated"]
    ]
    held = [
        [plain(one["node"]), plain(one["benchmark"]), one["rows"], one["looked_for"], code(one["digest"][:16])]
        for one in manifest["benchmarks"]
    ]
    left = ", ".join(map(plain, manifest["not_decontaminated"]))
    told = f"Not checked: rows read by {left} came here through none of these nodes." if left else ""
    return "\n\n".join(
        [
            table(["node", "looked by", "options", "rows in", "dropped", "against", "in rows read by"], found),
            told or "All rows came through one of these nodes.",
            table(["node", "benchmark", "rows", "looked for", "digest"], held),
        ]
    )


def _options(options: Mapping[str, Any]) -> str:
    told = (
        f"{name} {', '.join(map(str, value)) if isinstance(value, list) else value}" for name, value in options.items()
    )
    return "; ".join(told) or "defaults"


def _templates(templates: Sequence[Mapping[str, Any]]) -> str:
    if not templates:
        return (
            "None was tried on these rows. `tracemill check-template MODEL FOLDER` tells what a model's template makes "
            "of them."
        )
    return "\n\n".join(_template(facts) for facts in templates)


def _where(finding: Mapping[str, Any]) -> str:
    """What lies in a template itself has no row of its own."""
    return f"{finding['rows']:,} rows such as {code(finding['row'])}" if finding["row"] else "every row"


def _template(facts: Mapping[str, Any]) -> str:
    opened = f"; a prompt ends in {code(facts['prefill'])}" if facts["prefill"].strip() else ""
    verdict = "passed" if facts["passed"] else "FAILED"
    first = (
        f"**{plain(facts['tokenizer'])}** ({facts['template']} template): {verdict} on {facts['checked']:,} of "
        f"{facts['rows']:,} rows{opened}."
    )
    findings = [
        f"- {plain(one['fault'])}, {_where(one)}: {plain(one['why'])}" for one in (*facts["faults"], *facts["notes"])
    ]
    rows = [
        [part, *(of[name] for name in ("mean", "p50", "p95", "p99", "max")), *map(share, of["over"].values())]
        for part, of in facts["lengths"].items()
    ]
    limits = [f"> {limit}" for limit in next(iter(facts["lengths"].values()), {"over": {}})["over"]]
    told = table(["tokens", "mean", "median", "95 %", "99 %", "longest", *map(plain, limits)], rows)
    return "\n\n".join([first, *(["\n".join(findings)] if findings else []), told])
