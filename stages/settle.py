"""One verdict an attempt again, for the stages that select: the rules' where it stands, else the judge's."""

from dataclasses import dataclass

from pipeline.stage import RowStage
from stages.records import JudgedVerdict, VerdictRow


@dataclass(frozen=True, kw_only=True)
class Settle(RowStage[JudgedVerdict, VerdictRow]):
    """`verifier` is `model` where the judge was asked. `reason` stays what the rules found."""

    def process(self, row: JudgedVerdict) -> VerdictRow:
        judged = row.model_outcome is not None
        return VerdictRow(
            id=row.id,
            problem_id=row.problem_id,
            outcome=row.outcome,
            reason=row.rule_reason,
            extracted=row.extracted,
            answer_type=row.answer_type,
            verifier="model" if judged else "rule",
            version=row.judge_version if judged else row.rule_version,
            policy=row.policy,
            teacher=row.teacher,
            draw=row.draw,
        )
