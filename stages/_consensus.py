"""Which answers of several attempts are one answer, and what most attempts say.

Two answers are one where each, as the gold, accepts the other. That is no equivalence: `5` accepts `5 cm` and `5 m`.
So an answer joins a group only if it agrees with every member, and what more attempts said comes first.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import ceil

from verifier import MACHINE_REASONS, AnswerType, Outcome, Pair, Verifier, infer_type
from verifier.latex import normalise, unwrap
from verifier.numbers.plain_numbers import compare_literals
from verifier.route import spelling

# Longer answers are read by a worker only, whom a slow regular expression does not stop.
MAX_SPELLED = 400
# Whether two answers are one; None where the machine did not find out.
Same = Callable[[str, str], bool | None]


@dataclass(frozen=True, slots=True)
class Said:
    """What `count` decided attempts of one teacher answered; `text` is None where they gave no answer."""

    text: str | None
    teacher: str | None
    count: int
    is_correct: bool


@dataclass(frozen=True, slots=True)
class Consensus:
    """The answer that most attempts give of those that differ from the gold, in its shortest spelling.

    `teachers` are those of whose own decided attempts more than half give it. `is_clear`: enough attempts agree, and on
    no other answer as many. `is_open`: that, or a clear answer, would depend on comparisons that the machine left open.
    """

    answer: str | None = None
    count: int = 0
    teachers: tuple[str, ...] = ()
    is_clear: bool = False
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Quorum:
    """At least `min_agree` attempts and `min_share` of the decided ones."""

    min_agree: int
    min_share: float

    def of(self, decided: int) -> int:
        """How many attempts of `decided` are enough."""
        return max(self.min_agree, ceil(round(self.min_share * decided, 9)))


def consensus(said: Sequence[Said], same: Same, quorum: Quorum) -> Consensus:
    """`said` covers all decided attempts at a problem, the correct ones too, which count towards the shares alone."""
    open_pairs: list[tuple[str, str]] = []

    def known(left: str, right: str, *, if_open: bool) -> bool:
        found = same(left, right)
        if found is None:
            open_pairs.append((left, right))
        return if_open if found is None else found

    found, own = _largest(said, lambda left, right: known(left, right, if_open=False), quorum)
    if not open_pairs:
        return found
    # What speaks most against what was found: for a clear answer that all others left open are one, else that all are.
    spared = own if found.is_clear else frozenset[str]()
    other, _ = _largest(said, lambda left, right: known(left, right, if_open=not spared & {left, right}), quorum)
    is_open = other.is_clear != found.is_clear or (found.is_clear and other.answer not in own)
    return replace(found, is_open=is_open)


def _largest(
    said: Sequence[Said], same: Callable[[str, str], bool], quorum: Quorum
) -> tuple[Consensus, frozenset[str]]:
    """With all spellings of the answer."""
    counts = Counter[str]()
    for one in said:
        if one.text is not None and not one.is_correct:
            counts[one.text] += one.count
    sizes = [(sum(counts[text] for text in group), group) for group in _groups(counts, same)]
    if not sizes:
        return Consensus(), frozenset()
    # Of equally large ones that whose shortest spelling comes first, so that the choice depends on the answers alone.
    sizes.sort(key=lambda pair: (-pair[0], _order(pair[1][0])))
    count, group = sizes[0]
    is_alone = len(sizes) == 1 or sizes[1][0] < count
    is_clear = is_alone and count >= quorum.of(sum(one.count for one in said))
    return Consensus(group[0], count, _agreeing(said, set(group)), is_clear), frozenset(group)


def _order(text: str) -> tuple[int, str]:
    return len(text), text


def _groups(counts: Counter[str], same: Callable[[str, str], bool]) -> list[list[str]]:
    """The shortest spelling of each group stands first."""
    spelled: dict[str, list[str]] = {}
    for text in sorted(counts, key=_order):
        key = spelling(unwrap(normalise(text))) if len(text) <= MAX_SPELLED else text
        spelled.setdefault(key, []).append(text)
    texts = sorted(spelled.values(), key=lambda alike: (-sum(counts[text] for text in alike), _order(alike[0])))
    groups: list[list[list[str]]] = []
    for alike in texts:
        home = next((group for group in groups if all(same(alike[0], other[0]) for other in group)), None)
        if home is None:
            groups.append([alike])
        else:
            home.append(alike)
    return [sorted((text for alike in group for text in alike), key=_order) for group in groups]


def _agreeing(said: Sequence[Said], group: set[str]) -> tuple[str, ...]:
    decided, agreeing = Counter[str](), Counter[str]()
    for one in said:
        if one.teacher is not None:
            decided[one.teacher] += one.count
            agreeing[one.teacher] += one.count if one.text in group and not one.is_correct else 0
    return tuple(sorted(name for name, count in agreeing.items() if 2 * count > decided[name]))


def same_answer(verifier: Verifier, question: str) -> Same:
    """Whether two extracted answers to a question are one, each typed as the gold it would be."""
    kind_of = cache(lambda text: _kind(text, question))

    @cache
    def same(left: str, right: str) -> bool | None:
        directions = ((left, right), (right, left))
        literal = [compare_literals(*pair) for pair in directions]
        if all(literal):
            return all(finding is not None and finding.matched for finding in literal)
        pairs = [Pair(gold, answer, question, kind_of(gold), extracted=True) for gold, answer in directions]
        return _both(verifier, pairs)

    return same


def _kind(text: str, question: str) -> AnswerType | None:
    """None where that is a worker's to find out."""
    if len(text) > MAX_SPELLED:
        return None
    try:
        return infer_type(text, question)
    except Exception:  # noqa: BLE001 -- the worker meets the same error and the pair is undecided there
        return None


def _both(verifier: Verifier, pairs: Iterable[Pair]) -> bool | None:
    """Stops at the first direction that is denied: the other could not mend it."""
    is_open = False
    for pair in pairs:
        (verdict,) = verifier.verify_many([pair])
        if verdict.outcome is Outcome.INCORRECT:
            return False
        if verdict.reason in MACHINE_REASONS:
            is_open = True
        elif verdict.outcome is Outcome.UNDECIDED:
            return False
    return None if is_open else True
