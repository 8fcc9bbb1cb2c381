"""Asks the advisory services of the Python world about the pinned packages: `python -m bench.audit [FILE]`.

pip-audit runs in an environment of its own, so that it changes nothing it looks at. Exit code 1 where a pinned version
has a known vulnerability. Where no service can be reached nothing is known, which is said and is no failure; a service
that answers for no package at all, as mirrors do, counts as one that was not reached.
"""

import json
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
ENVIRONMENT = ROOT / ".cache" / "audit"
PIP_AUDIT = "pip-audit==2.10.0"
SERVICES = ("pypi", "osv")
SECONDS = 600


class UnreachedError(Exception):
    """The message says what was tried and why nothing is known."""


def main(arguments: list[str]) -> int:
    constraints = Path(arguments[0]) if arguments else ROOT / "constraints" / "cpu.txt"
    try:
        program = installed()
    except subprocess.CalledProcessError as error:
        print(f"audit skipped: {PIP_AUDIT} cannot be installed ({_last(error.stderr)})")
        return 0
    troubles = []
    for service in SERVICES:
        try:
            return tell(asked(program, constraints, service), constraints)
        except UnreachedError as error:
            troubles.append(f"{service}: {error}")
    print(f"audit skipped, nothing is known of {constraints.name}: {'; '.join(troubles)}")
    return 0


def installed() -> Path:
    """The command, installed where it is not."""
    program = ENVIRONMENT / "bin" / "pip-audit"
    if not program.exists():
        venv.create(ENVIRONMENT, with_pip=True)
        pip = [ENVIRONMENT / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", PIP_AUDIT]
        subprocess.run(pip, check=True, capture_output=True, text=True)
    return program


def asked(program: Path, constraints: Path, service: str) -> list[Mapping[str, Any]]:
    """What the service says of each package; raises `UnreachedError` where it says nothing."""
    command = [program, "-s", service, "-f", "json", "--no-deps", "--disable-pip", "--progress-spinner", "off"]
    try:
        done = subprocess.run(
            [*command, "-r", constraints], capture_output=True, text=True, timeout=SECONDS, check=False
        )
        told: list[Mapping[str, Any]] = json.loads(done.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        raise UnreachedError(f"no answer in {SECONDS} s") from None
    except (ValueError, KeyError):
        raise UnreachedError(_last(done.stderr)) from None
    if all("skip_reason" in one for one in told):
        raise UnreachedError("it knows none of the packages")
    return told


def tell(told: list[Mapping[str, Any]], constraints: Path) -> int:
    """Prints a line a vulnerability, and what could not be looked up; 1 where there is one."""
    found = list(vulnerabilities(told))
    for line in found:
        print(line)
    unknown = [one["name"] for one in told if "skip_reason" in one]
    print(f"{constraints.name}: {len(told) - len(unknown)} packages, {len(found)} known vulnerabilities", end="")
    print(f"; not looked up: {', '.join(unknown)}" if unknown else "")
    return 1 if found else 0


def vulnerabilities(told: list[Mapping[str, Any]]) -> Iterator[str]:
    for one in told:
        for flaw in one.get("vulns", ()):
            names = ", ".join([flaw["id"], *flaw.get("aliases", ())])
            fixed = ", ".join(flaw.get("fix_versions", ())) or "no version yet"
            yield f"{one['name']} {one['version']}: {names}; mended in {fixed}"


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["it says nothing"])[-1][:300]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
