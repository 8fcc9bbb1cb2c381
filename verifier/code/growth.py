r"""Orders of growth, `O(n \log n)`: the class counts, and the function up to a factor and lower terms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verifier.finding import Case, Finding, verdict_of
from verifier.formulas.curves import factor
from verifier.formulas.evaluate import evaluate
from verifier.formulas.expressions import parse
from verifier.formulas.spellings import renamed
from verifier.formulas.tree import Node, TooLargeError, UnparsableError, operations, symbols
from verifier.formulas.values import context, real
from verifier.latex import plain_text
from verifier.types import Reason

MAX_LENGTH = 300
HEAD = re.compile(
    r"(?<![A-Za-z\\])(?:\\(?:mathcal|mathrm)\s*\{?\s*)?(?:\\(?P<tilde>tilde)\s*\{?)?(?P<name>\\Theta|\\Omega|\\omega|Theta|Omega"
    r"|Big[ -]?O|[Oo])\s*\}?\s*\("
)
VARIABLES = re.compile(r"[nmkNMKVEdpsw]|\d")
CLASSES = {"big o": "O", "big-o": "O", "bigo": "O"}
WORDS = {
    "constant": "1", "logarithmic": r"\log n", "linear": "n", "linearithmic": r"n\log n", "log linear": r"n\log n",
    "quasilinear": r"n\log n", "quadratic": "n^2", "cubic": "n^3",
}  # fmt: skip
IN_WORDS = re.compile(rf"({'|'.join(WORDS)})(?:[ -](?:time|space|complexity|growth|runtime|in n))*", re.IGNORECASE)
GLOSS = re.compile(r"[A-Za-z ,.:()=\-]*")
ANOTHER = re.compile(r"\b(?:or|not|to|than|nor)\b", re.IGNORECASE)
# Between these two a lower term vanishes, while even log log n still grows by a quarter.
NEAR, FAR, SETTLED = 5, 10, 0.05


@dataclass(frozen=True, slots=True)
class Growth:
    head: str
    body: str


def growths(text: str) -> Iterator[tuple[Growth, int, int]]:
    """Every class with its argument, and where it starts and ends."""
    for match in HEAD.finditer(text):
        depth, index = 1, match.end()
        while index < len(text) and depth:
            depth += (text[index] in "([{") - (text[index] in ")]}")
            index += 1
        if depth == 0:
            name = CLASSES.get(match["name"].lower(), match["name"].removeprefix("\\"))
            head = ("~" if match["tilde"] else "") + name
            yield Growth(head, text[match.end() : index - 1]), match.start(), index


def is_growth(text: str) -> bool:
    r"""`O(n)`, but not the point `O(0, 0)` or the angular velocity `\omega(t)`."""
    if "(" not in text or len(text) > MAX_LENGTH:
        return False
    text = plain_text(text).strip()
    found = list(growths(text))
    if len(found) != 1 or found[0][1:] != (0, len(text)) or "," in found[0][0].body:
        return False
    return found[0][0].head in "Oo" or VARIABLES.search(found[0][0].body) is not None


def compare_growth(case: Case) -> Finding:
    gold = next(growths(plain_text(case.gold)))[0]
    text = plain_text(case.answer)
    found = list(growths(text))
    if len(found) > 1:
        return Finding(Reason.CANDIDATES, "more than one order of growth")
    if not found:
        return _without_class(gold, text)
    answer, start, end = found[0]
    around = text[:start] + " " + text[end:]
    if not GLOSS.fullmatch(around) or ANOTHER.search(around):
        return Finding(Reason.ANSWER_UNPARSABLE, "more than an order of growth")
    if answer.head != gold.head:
        return Finding(Reason.DIFFERENT_VALUE, "another class of growth")
    return verdict_of(same_order(gold.body, answer.body), match=Reason.MATCHED_SYMBOLIC)


def _without_class(gold: Growth, text: str) -> Finding:
    if match := IN_WORDS.fullmatch(text.strip(" .")):
        theirs = WORDS[match[1].lower()]
        return verdict_of(gold.head in ("O", "Theta") and same_order(gold.body, theirs), match=Reason.MATCHED_SYMBOLIC)
    return Finding(Reason.DIFFERENT_TYPE, "no class of growth", undecided=same_order(gold.body, text))


def same_order(gold: str, answer: str) -> bool:
    if _bare(gold) == _bare(answer):
        return True
    left, right = _tree(gold), _tree(answer)
    if left is None or right is None:
        return False
    names = symbols(left), symbols(right)
    if len(names[0]) == len(names[1]) == 1:
        (one,), (other,) = names
        if one.lower() == other.lower():
            right = renamed(right, {other: one})
    if not names[0] or not names[1]:
        return names[0] == names[1]
    try:
        return factor(left, right) is not None or _alike_far_out(left, right)
    except (UnparsableError, TooLargeError, ZeroDivisionError):
        return False


def _tree(body: str) -> Node | None:
    """The function, sizes `|V|` as plain symbols, and `nlogn` with its blanks."""
    body = re.sub(r"\|\s*([A-Za-z])\s*\|", r" \1 ", body)
    body = re.sub(r"(?<![a-z\\])([a-z])(?=(?:log|lg|ln)(?![a-z]{2}))", r"\1 ", body.replace("**", "^"))
    try:
        return parse(re.sub(r"(?<![a-zA-Z\\])(log|lg|ln)(?=[a-z](?![a-z]))", r"\1 ", body))
    except (UnparsableError, TooLargeError):
        return None


def _bare(body: str) -> str:
    return re.sub(r"[\s{}\\*]|cdot", "", body)


def _alike_far_out(left: Node, right: Node) -> bool:
    """Whether the ratio settles: lower terms vanish. Powers with unknowns above, and factorials, are not tried."""
    names = symbols(left) | symbols(right)
    if len(names) != 1 or not all(_grows_slowly(node) for node in (left, right)):
        return False
    name = names.pop()
    near, far = (_ratio(left, right, {name: context().mpf(10) ** power}) for power in (NEAR, FAR))
    return bool(abs(far / near - 1) < SETTLED)


def _ratio(left: Node, right: Node, point: dict[str, Any]) -> Any:
    top, bottom = (evaluate(node, point) for node in (left, right))
    return (real(top) if isinstance(top, Fraction) else top) / (
        real(bottom) if isinstance(bottom, Fraction) else bottom
    )


def _grows_slowly(node: Node) -> bool:
    if node.op == "pow" and symbols(node.args[1]):
        return False
    return not operations(node) & {"factorial", "binom", "exp", "call"} and all(_grows_slowly(arg) for arg in node.args)
