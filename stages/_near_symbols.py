"""What of a question decides what is asked, and what is only how it is put.

Two near questions are copies where they agree in two ways. Their *signs* are the same, in the same order: numbers,
operators, primes and factorials, single letters, brackets that hold more than one word, drawings, and the words below
that turn a question round. And of their *content*, every other word but the fillers, one has all that the other has and
at most one word more: where each has a word of its own ("boys" and "girls"), or one says more, they may ask different
things.
The article "a" is no sign: next to none of the questions that differ by it alone are different.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from stages._text import DRAWING, drawings, normalise_question, words

_DECIDING = frozenset(
    """
alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi omicron pi rho sigma
tau upsilon phi varphi chi psi omega
sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln lg exp sine cosine tangent cotangent sqrt frac
binom int sum prod lim det gcd lcm max min sup inf mod cup cap subset infty pm mp perp parallel
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion half third
quarter twice double triple thrice first second fourth fifth sixth seventh eighth ninth tenth last next previous
not no never none without non all every any each some only both neither either or nor xor except cannot wrong
direction also
least most largest smallest greatest biggest maximum minimum maximal minimal maximize minimize more less fewer
greater smaller larger bigger higher lower longer shorter older younger faster slower earlier later above below
increase increases increased increasing decrease decreases decreased decreasing
positive negative nonnegative even odd prime composite rational irrational real complex integer integers
difference product quotient ratio average mean median mode range variance deviation remainder
area perimeter volume length width height depth radius diameter circumference surface hypotenuse slope intercept
distance speed velocity acceleration time mass weight force energy work power pressure temperature
left right up down north south east west inside outside before after
inner outer upper numerator denominator local global row column horizontal vertical clockwise counterclockwise
open closed finite infinite convergent divergent linear quadratic cubic true false possible impossible
hour hours minute minutes seconds day days week weeks month months year years
percent bar atm pa kpa torr joule joules kj kcal watt watts volt volts newton newtons kelvin celsius fahrenheit
mm cm km meter meters metre metres inch inches foot feet yard yards mile miles gram grams kg
monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
october november december
""".split()  # noqa: SIM905
)
_FILLERS = frozenset(
    """
a an the this that these those there here it its he she they them him her his their you your we our us me my ones
is are was were be been being do does did done has have had having will would shall should can could may might must
of to in on at by for from with as into onto about and but so then thus hence too if when where while let lets
what which who whom whose how why find finding solve determine compute calculate evaluate give given gives obtain state
suppose assume consider please help following question questions problem problems answer answers value values such
dots cdots ldots vdots displaystyle textstyle quad qquad begin end aligned align array cases text mathrm mathbf mathit
mbox operatorname overline limits nolimits big bigg
""".split()  # noqa: SIM905
)
_NOTHING = re.compile(r"[\^_] \{ \}")
_NEEDLESS = re.compile(r"[({\[] (?:([^\W\d_]+|\d+(?:\.\d+)?) )?[)}\]]")  # brackets around one word or none
_SIGN = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)?|\.\d+|<=|>=|!=|[-+*/=<>^°%'!]|[(){}\[\]|]|[\u2190-\u22ff\u27c0-\u2aff•¬]")
_NESTING = 4


# Words that two questions must have besides their numbers to be one problem with other data.
MIN_TEMPLATE = 6


class Kind(IntEnum):
    """`MARK`: a bracket or a sign of logic, which is no word of `stages._text.words` but decides as well."""

    FILLER = 0
    CONTENT = 1
    SIGN = 2
    MARK = 3


def kind_of(token: str) -> Kind:
    if token in _DECIDING or token in {"'", "!"}:
        return Kind.SIGN
    if token in _FILLERS:
        return Kind.FILLER
    if token.isalpha() and len(token) > 1:
        return Kind.CONTENT
    return Kind.SIGN if words(token) else Kind.MARK


class Lexicon(dict[str, tuple[int, Kind]]):
    """A number for each word, made of its letters alone, and its kind; both are found out once a word."""

    def __missing__(self, token: str) -> tuple[int, Kind]:
        self[token] = entry = (digest64(token), kind_of(token))
        return entry


def template(words: Sequence[str]) -> str:
    """The words with a sign in place of each number; empty where there are too few others to tell a problem by."""
    if sum(word.isalpha() and len(word) > 1 for word in words) < MIN_TEMPLATE:
        return ""
    return " ".join("#" if word[-1].isdigit() else word for word in words)


def digest64(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of a question, as `stages._text.words` gives them, and its signs in order as one string."""

    words: list[str]
    signs: str


def tokens_of(text: str, lexicon: Lexicon) -> Tokens:
    drawn = drawings(text)
    text = DRAWING.sub(" ", text) if drawn else text
    if text.isascii() and not any(bracket in text for bracket in "({[|"):
        found = words(text)
        return Tokens(found, _signs(found, lexicon) + drawn)
    normal = normalise_question(text)
    found = _SIGN.findall(_without_needless(normal))
    plain = words(text) if _NOTHING.search(normal) else [token for token in found if lexicon[token][1] != Kind.MARK]
    return Tokens(plain, _signs(found, lexicon) + drawn)


def _signs(tokens: list[str], lexicon: Lexicon) -> str:
    return " ".join([token for token in tokens if lexicon[token][1] >= Kind.SIGN]) + "\0"


def _without_needless(normal: str) -> str:
    normal = _NOTHING.sub("", normal)
    for _ in range(_NESTING):
        normal, count = _NEEDLESS.subn(r"\1", normal)
        if not count:
            break
    return normal
