"""How far the verdicts of a data set are to be trusted: the verifier's audit, for the export's card."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pipeline.context import Context, SideInput
from pipeline.errors import OutageError
from pipeline.schema import Record
from pipeline.stage import FileStage
from verifier import VERSION
from verifier.audit.cases import cases_digest
from verifier.audit.report import PACKAGES, UNSEEN, audit_report


@dataclass(frozen=True, kw_only=True)
class AuditVerifier(FileStage[Record]):
    """Measures the verifier on its labelled cases: precision, recall and F1 by answer type, and attacks that pass.

    `audit.json` is what `tracemill audit --json` prints of the rules, for the split that they were never tuned on. It
    takes some seconds and needs no rows; give it to `export_dataset` as the side input `audit`.
    """

    packages: ClassVar[tuple[str, ...]] = PACKAGES
    needs_rows: ClassVar[bool] = False

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {"verifier": VERSION, "cases": cases_digest(UNSEEN)}

    def build(self, rows: SideInput | None, folder: Path, ctx: Context) -> None:
        report = audit_report([UNSEEN], judges={})
        cut_off = report["splits"][UNSEEN]["cut_off"] + report["attacks"][UNSEEN]["rules"]["cut_off"]
        if cut_off:
            raise OutageError(
                f"{cut_off} checks ended by time or memory, so the audit tells of the machine; run it again"
            )
        (folder / "audit.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", "utf-8")
