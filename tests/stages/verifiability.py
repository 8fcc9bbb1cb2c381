"""What the tests of verifiability share: one pair, marked and decided on."""

from pipeline.stage import Reject
from stages.keep_verifiable import KeepVerifiable
from stages.mark_verifiability import MarkVerifiability
from stages.records import Candidate, Origin, Problem, QAPair


def pair(question: str, answer_text: str) -> QAPair:
    return QAPair(
        id="q", question=question, answer_text=answer_text, question_span=None, answer_span=None, origin=Origin.HUMAN,
        extractor="x", score=1.0, url="u", source="s", licence="CC BY 4.0", attribution="a", content_key="k",
        removal_key="r", author="Ann", signals=["pii_email"], cluster="c",
    )  # fmt: skip


def marked(question: str, answer_text: str) -> Candidate:
    result = MarkVerifiability().process(pair(question, answer_text))
    assert isinstance(result, Candidate), result
    return result


def signals(question: str, answer_text: str) -> list[str]:
    return [each.signal for each in marked(question, answer_text).evidence]


def decided(row: QAPair, stage: KeepVerifiable | None = None) -> Problem | Reject:
    candidate = MarkVerifiability().process(row)
    return candidate if isinstance(candidate, Reject) else (stage or KeepVerifiable()).process(candidate)


def kept(question: str, answer_text: str) -> Problem:
    result = decided(pair(question, answer_text))
    assert isinstance(result, Problem), result
    return result


def reason(question: str, answer_text: str) -> str:
    result = decided(pair(question, answer_text))
    assert isinstance(result, Reject), result
    return result.reason
