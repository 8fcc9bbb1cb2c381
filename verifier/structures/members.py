"""Cutting an answer of several values into members: brackets, names, prose and signs off, shared units handed out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from verifier.formulas.tree import TooLargeError, UnparsableError
from verifier.latex import PLUS_MINUS, has_two_signs, is_enclosed, plain_text, split_top
from verifier.numbers.readings import parse_quantity

_AND = r"(?:and|or|as well as)"
JOINT = (
    rf"\s*[,;]\s*(?:\\text\s*\{{\s*{_AND}\s*\}}|{_AND}\b)?\s*|\\text\s*\{{\s*,?\s*{_AND}\s*,?\s*\}}"
    rf"|\s+{_AND}\s+|\s*\\(?:lor|land|vee|wedge)(?![a-zA-Z])\s*|\s*\\&\s*|\s+&\s+"
)
# Line breaks part a list too, but not the rows of a matrix in it.
LINES = rf"{JOINT}|\s*\\\\\s*"
# Commas inside of a number, where other signs cut the list.
GROUPS = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?!,?\d)")
OTHER_JOINT = re.compile(r", |;|\b(?:and|or)\b")
SIDE = r"(?<![<>!\\])=(?!=)|\\approx(?![a-zA-Z])"
NAME = re.compile(r"\\?[A-Za-z][A-Za-z0-9_{}\\'\- ]{0,30}(?:\([A-Za-z0-9+\-^_{}]{1,12}\))?")
SYMBOL = re.compile(r"\\?[A-Za-z]+(?:_(?:\{\w+\}|\w))?'*")
NEXT_NAME = re.compile(r"(?<=[^\s=])\s+(?=\\?[a-zA-Z]+(?:_(?:\{\w+\}|\w))?\s*=(?!=))")
SYSTEM = re.compile(
    r"(?:\\\{\s*)?\\begin\{(cases|aligned|align\*?|array|gathered)\}(?:\{[lcr|]*\})?(.*?)\\end\{\1\}\s*\.?", re.DOTALL
)
EMPTY_SET = re.compile(r"\\emptyset|\\\{\s*\\\}|\{\s*\}")
NOTHING = re.compile(
    r"(?:there (?:is|are|exists?) |(?:it|the (?:equation|system|inequality)) has |has )?(?:no|none|zero) ?"
    r"(?:real |valid |such |possible |common |integer |finite )*"
    r"(?:solutions?|roots?|values?(?: of [a-z])?|numbers?|intersections?)(?: exists?| for [a-z])?"
    r"|(?:the )?(?:empty|null) set|none|inconsistent|(?:the )?solution set is empty"
)
PROSE = re.compile(
    r"[A-Za-z][A-Za-z',\- ]*\b(?:is|are|at|on|by|equals?|be|namely|gives?|was|were)\b:?\s+(?=\S)"
    r"|[A-Z][A-Za-z \-]{3,40}:\s*(?![^:=]*[:=])"
)
AFTERWORD = re.compile(r"(?<=[\s)\]}\d])\s*(?:(?:is|are) (?:the|its|both|all)\b[a-z \-]*|respectively|only)\s*\.?$")
NEGATION = re.compile(r"\b(?:not|no|never|neither|nor|except|without|cannot|either)\b|n't")
IN_DOLLARS = re.compile(r"(?<![\w$])\$(?! )([^$]*[^ $])\$(?![\d$])")
REMARK = re.compile(r"(?<=\S)\s*\([a-zA-Z]{3,}[^()=]*\)$")
COPULA = re.compile(r"^([A-Za-z]\w{0,20})\s+(?:is|equals)\s+(?=\S)")
TOLD = re.compile(r"([A-Za-z]{3,20}(?: [A-Za-z]{2,20})?)\s+(?=[-+]?\d)")
MAX_RANGE = 64


@dataclass(frozen=True, slots=True)
class Member:
    """A value with the name that stands before it, empty where there is none."""

    name: str
    value: str


def is_empty(text: str) -> bool:
    r"""`\emptyset`, `\{\}`, "no real solutions", "none"."""
    plain = re.sub(r"\s*\([^()]*\)$", "", plain_text(text)).strip(" .")
    return bool(EMPTY_SET.fullmatch(plain) or NOTHING.fullmatch(plain.lower()))


def says_empty(text: str) -> bool:
    """Whether a gold says that nothing fits; a mere "none" may mean many things."""
    return is_empty(text) and plain_text(text).strip(" .").lower() != "none"


def without_dollars(text: str) -> str:
    """Formulas inside of a sentence without their dollar signs; amounts of money keep theirs."""
    return IN_DOLLARS.sub(r"\1", text) if "$" in text else text


def without_prose(text: str) -> str:
    """`The roots are 2 and 3` and `(2, 3) is the vertex` without the sentence around; negated sentences stay whole."""
    text = without_dollars(text)
    plain = plain_text(text)
    if NEGATION.search(plain):
        return text
    # The fonts of what follows stay where the prose itself has none: bold letters are vectors.
    source = text if PROSE.match(text) else plain
    match = PROSE.match(source)
    if match:
        words = re.findall(r"[A-Za-z]+", match[0])
        rest = source[match.end() :]
        text = f"{words[0]} = {rest}" if len(words) == 2 and len(words[0]) == 1 else rest
    return AFTERWORD.sub("", text).strip() or text


def written_out(text: str) -> str:
    r"""A system in braces (`cases`) as a list of its lines."""
    match = SYSTEM.fullmatch(text.strip())
    if match is None or not re.search(SIDE, match[2]):
        return text
    lines = [line.replace("&", " ").strip(" ,") for line in re.split(r"\\\\(?:\[[^\]]*\])?", match[2])]
    return ", ".join(line for line in lines if line)


def expand_signs(text: str) -> list[str]:
    r"""`1 \pm \sqrt{19}` as its two values."""
    if not has_two_signs(text):
        return [text]
    plus = PLUS_MINUS.sub(lambda match: "+" if match[0] == r"\pm" else "-", text)
    minus = PLUS_MINUS.sub(lambda match: "-" if match[0] == r"\pm" else "+", text)
    return [re.sub(r"((?:^|[=:({])\s*)\+\s*", r"\1", part).strip() for part in (plus, minus)]


def ungrouped(text: str) -> str:
    """`1,000 and 2,000` without the commas inside of its numbers."""
    return GROUPS.sub(lambda match: match[0].replace(",", ""), text) if OTHER_JOINT.search(text) else text


def cut(text: str) -> list[str]:
    """The parts of a bare list; names beside each other part it as commas do, once the first part has one."""
    text = ungrouped(text).replace(r"\langle", "(").replace(r"\rangle", ")")
    parts = [part for part in split_top(text, JOINT if r"\begin" in text else LINES) if part]
    if re.match(rf"{SYMBOL.pattern}\s*=", text):
        parts = [piece for part in parts for piece in split_top(part, NEXT_NAME.pattern) if piece]
    return parts


def without_braces(text: str) -> str:
    text = text.strip()
    if text.startswith(r"\{") and text.endswith(r"\}") and is_enclosed(text[1:-2] + "}"):
        return text[2:-2].strip()
    return text[1:-1].strip() if is_enclosed(text) and text[0] in "{[" else text


@lru_cache(maxsize=4096)
def members(text: str) -> tuple[Member, ...]:
    r"""The members of a set or list, brackets off, `\pm` and `1, 2, \dots, 9` written out."""
    body = _without_name_of_all(written_out(text))
    if EMPTY_SET.fullmatch(body):
        return ()
    parts = cut(without_braces(body.removeprefix("both ")))
    found = [member for part in _counted(parts) for each in expand_signs(part) for member in _named(each)]
    values = shared_unit([member.value for member in found])
    names = [member.name for member in found]
    return tuple(Member(*pair) for pair in zip(_shared_name(names), values, strict=True))


def _without_name_of_all(text: str) -> str:
    r"""`x \in \{1, 2\}`, `S = \{1, 2\}`, `x = [1, 2]`: the name does not belong to one member."""
    sides = split_top(text, rf"\\in(?![a-zA-Z])|{SIDE}|:")
    if len(sides) == 2 and NAME.fullmatch(sides[0]) and (sides[1].startswith(r"\{") or is_enclosed(sides[1])):
        return sides[1]
    return text


def _named(part: str) -> list[Member]:
    """One member, or several where names are chained: `x = y = 1`."""
    part = REMARK.sub("", plain_text(part) if r"\text" in part else part)
    part = COPULA.sub(r"\1 = ", part.strip())
    sides = [side for side in split_top(part, SIDE) if side]
    if len(sides) < 2:
        colon = split_top(part, r":\s*")
        if len(colon) == 2 and NAME.fullmatch(colon[0]) and colon[1]:
            return [Member(name_key(colon[0]), colon[1])]
        told = TOLD.match(part)
        return [Member(name_key(told[1]), part[told.end() :]) if told else Member("", part)]
    names = [side for side in sides[:-1] if NAME.fullmatch(side)]
    if len(names) == len(sides) - 1 and (len(names) == 1 or all(SYMBOL.fullmatch(name) for name in names)):
        return [Member(name_key(name), sides[-1]) for name in names]
    if NAME.fullmatch(sides[0]):
        return [Member(name_key(sides[0]), part.partition(sides[0])[2].strip().removeprefix("=").strip())]
    return [Member("", part)]


def name_key(name: str) -> str:
    """Names in one spelling: words without case, symbols with it."""
    words = plain_text(name).split()
    name = words[-1] if len(words) > 1 and len(words[-1]) == 1 else "".join(words)
    name = re.sub(r"[{}\\\-]", "", name.removeprefix("the"))
    return name.lower() if re.fullmatch(r"[A-Za-z]{3,}", name) else name


def _shared_name(names: Sequence[str]) -> list[str]:
    """One name for all (`x = 1, x = 2`; `x = 1, 2`) tells the members apart no more than none."""
    distinct = set(names)
    if len(distinct - {""}) == 1 and (len(names) == 1 or len(distinct) == 2 or names.count(names[0]) > 1):
        return [""] * len(names) if len(names) > 1 else list(names)
    return list(names)


def _counted(parts: list[str]) -> list[str]:
    r"""`1, 2, \dots, 9` with the numbers in between, where they go up by the same whole step."""
    if r"\dots" not in parts[2:-1] or parts.count(r"\dots") > 1:
        return parts
    before, last = parts[: parts.index(r"\dots")], parts[-1]
    if parts.index(r"\dots") != len(parts) - 2 or not all(re.fullmatch(r"-?\d{1,6}", part) for part in [*before, last]):
        return parts
    numbers = [int(part) for part in before]
    step = numbers[1] - numbers[0]
    wanted = range(numbers[0], int(last) + (1 if step > 0 else -1), step or 1)
    if step == 0 or len(wanted) > MAX_RANGE or int(last) not in wanted or numbers != list(wanted[: len(numbers)]):
        return parts
    return [str(number) for number in wanted]


def shared_unit(values: Sequence[str]) -> list[str]:
    """`3, 5 cm` as 3 cm and 5 cm."""
    if len(values) < 2 or not re.search(r"[A-Za-z°]", values[-1]):
        return list(values)
    try:
        quantities = [parse_quantity(value) for value in values]
    except (UnparsableError, TooLargeError):
        return list(values)
    *others, last = quantities
    if last.unit is None or any(each.unit_text or each.currency or each.number.percent for each in others):
        return list(values)
    blank = "" if last.unit_text.startswith("^") else " "
    return [*(f"{value}{blank}{last.unit_text}" for value in values[:-1]), values[-1]]
