"""Members against members: in order, in any order, by name."""

from collections.abc import Callable, Sequence

from verifier.finding import Case, Finding
from verifier.structures.members import Member
from verifier.types import Reason

Compare = Callable[[Case, str, str], Finding]
MAX_MEMBERS = 64


def too_many(*sides: Sequence[object]) -> Finding | None:
    if max(map(len, sides)) > MAX_MEMBERS:
        return Finding(Reason.TOO_LARGE, f"more than {MAX_MEMBERS} members")
    return None


def in_order(case: Case, gold: Sequence[str], answer: Sequence[str], compare: Compare) -> Finding:
    if len(gold) != len(answer):
        return Finding(Reason.DIFFERENT_VALUE, f"{len(gold)} values wanted, {len(answer)} given")
    return all_of([compare(case, left, right) for left, right in zip(gold, answer, strict=True)])


def all_of(findings: Sequence[Finding]) -> Finding:
    """A denial decides, then a doubt."""
    wrong = [finding for finding in findings if not finding.matched]
    for finding in wrong:
        if not finding.undecided and finding.reason is not Reason.TOO_LARGE:
            return finding
    if wrong:
        return wrong[0]
    symbolic = any(finding.reason is Reason.MATCHED_SYMBOLIC for finding in findings)
    return Finding(Reason.MATCHED_SYMBOLIC if symbolic else Reason.MATCHED_NUMBER)


def any_order(case: Case, gold: Sequence[str], answer: Sequence[str], compare: Compare) -> Finding:
    """Whether the members can be paired off, each of the gold with another of the answer."""
    if len(gold) != len(answer):
        return Finding(Reason.DIFFERENT_VALUE, f"{len(gold)} values wanted, {len(answer)} given")
    findings = [[compare(case, value, candidate) for candidate in answer] for value in gold]
    if _paired([[finding.matched for finding in row] for row in findings]) is None:
        return Finding(Reason.MATCHED_NUMBER)
    doubts = [[finding.matched or finding.undecided for finding in row] for row in findings]
    lonely = _paired(doubts)
    if lonely is None:
        return next(finding for row in findings for finding in row if finding.undecided)
    return Finding(Reason.DIFFERENT_VALUE, f"{gold[lonely]} is missing")


def _paired(allowed: Sequence[Sequence[bool]]) -> int | None:
    """A row that finds no column of its own, None if all do: augmenting paths."""
    taken: dict[int, int] = {}

    def place(row: int, seen: set[int]) -> bool:
        for column, fits in enumerate(allowed[row]):
            if fits and column not in seen:
                seen.add(column)
                if column not in taken or place(taken[column], seen):
                    taken[column] = row
                    return True
        return False

    return next((row for row in range(len(allowed)) if not place(row, set())), None)


def by_name(case: Case, gold: Sequence[Member], answer: Sequence[Member], compare: Compare) -> Finding | None:
    """None where one of the sides does not name all its values, or two alike."""
    names = [member.name for member in gold]
    if not all(names) or len(set(names)) < len(names) or not all(member.name for member in answer):
        return None
    values = {_full_name(member.name, names): member.value for member in answer}
    if len(values) != len(answer):
        return None
    if set(values) != set(names):
        return Finding(Reason.DIFFERENT_VALUE, "different names")
    return in_order(case, [member.value for member in gold], [values[name] for name in names], compare)


def _full_name(name: str, names: Sequence[str]) -> str:
    """`l` stands for `length`, and `maximum` for `max`, where one name alone begins so."""
    if name in names:
        return name
    short = [each for each in names if _abbreviates(*sorted((each, name), key=len))]
    return short[0] if len(short) == 1 else name


def _abbreviates(short: str, full: str) -> bool:
    """An initial or the first three letters and more of a word."""
    return (
        len(full) > 3 and full.isalpha() and len(short) in {1, *range(3, len(full))} and full.startswith(short.lower())
    )
