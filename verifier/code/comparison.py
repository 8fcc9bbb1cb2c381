"""Code-like answers: numbers in bases, orders of growth, logic, literals, and source text, which must be exact."""

import re

from verifier.code.bases import compare_based, is_based, is_bits
from verifier.code.growth import compare_growth, is_growth
from verifier.code.literals import Literal, NoLiteralError, read_literal, same_literal
from verifier.code.logic import compare_logic, is_logic
from verifier.code.sequences import is_sequence, same_sequence
from verifier.finding import Case, Finding, verdict_of
from verifier.latex import braced, is_enclosed, plain_text, split_top

MAX_LENGTH = 2_000
CODING = re.compile(
    r"(?<![a-z])(?:python|javascript|typescript|java|c\+\+|c#|sql|json|regex|regular expression|bash|shell|linux|unix"
    r"|html|css|haskell|matlab|numpy|pandas|console\.log|code|snippet|pseudocode|program(?:ming)?|printf"
    r"|print(?=\s*\())(?![a-z])",
    re.IGNORECASE,
)
_BUILTINS = (
    "len print range str int float list dict set tuple sum sorted map filter zip input open type append arr array nums "
    "printf scanf malloc sizeof strlen enumerate reversed isinstance lambda self"
)
BUILTINS = frozenset(_BUILTINS.split())
SOURCE = (
    re.compile(r"[a-z]{2,}[a-z0-9]*(?:_[a-z0-9]+)+(?:\(.*\))?"),  # max_value
    re.compile(r"[A-Z]{2,}[A-Z0-9]*(?:_[A-Z0-9]{2,})+"),  # MAX_VALUE
    re.compile(r"[a-z]{2,}(?:[A-Z][a-z]{2,})+(?:\(.*\))?"),  # myVar
    re.compile(r"[A-Za-z_]\w*(?:\.[a-z_]\w+)+\(.*\)"),  # text.upper()
    re.compile(r"[a-z_]\w*(?:\[[a-z0-9_ +*:-]+\])+"),  # items[1:4]
    re.compile(r"\[.+ for \w+ in .+\]|\(.+ for \w+ in .+\)|lambda\b[^:]*:.+"),
    re.compile(r"(?:for \w+ in|def|let|const|var|return|while|elif)\s.*[:;=()].*|(?:from \w+ )?import \w+"),
    re.compile(r"[-dl]?(?:[r-][w-][xsStT-]){3}"),  # rwxr-xr--
    re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})"),
    re.compile(r"(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?"),
    re.compile(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}"),
    re.compile(r"(?:~|\.{1,2})?(?:/[\w.-]+){2,}/?|/[a-z]{2,}[\w.-]*|[A-Z]:\\.*"),
    re.compile(r"</?[a-zA-Z][^<>]*>"),
    re.compile(r".*\s(?:==|!=|\+=|-=|:=|&&|\|\|)\s.*|[a-z]\w*(?:\+\+|--);?"),
    re.compile(r"(?:chmod|git|ls|cd|grep|sudo|cat|mkdir|rm|pip|npm|docker|ssh|curl)\s\S.*"),
)  # fmt: skip
PRINTED = re.compile(r"\bprint\w*\s*\(|console\.log|\boutputs?\b|\bevaluates? to\b|\breturns?\b", re.IGNORECASE)
REGULAR = re.compile(r"\bregex\b|\bregular expression\b", re.IGNORECASE)
CALL = re.compile(r"([a-z_]\w*)\s*[(\[].*[)\]]")
SQL = re.compile(
    r"\s*(?:SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|CREATE\s+TABLE|ALTER\s+TABLE|DROP\s+TABLE|WHERE)\s", re.IGNORECASE
)
_KEYWORDS = (
    "select from where and or not insert into values update set delete create table alter drop group by order having "
    "join inner left right outer full on as distinct count sum avg min max between like in is null limit offset union "
    "all asc desc exists primary key foreign references default case when then else end"
)
KEYWORDS = frozenset(_KEYWORDS.split())
FENCE = re.compile(r"^```[a-z]*\s+|```$")
VERBATIM = re.compile(r"^\\verb([|+!/])(.*)\1$")
ESCAPED = re.compile(r"\\([_#%&${}])")
COMMANDS = {r"\le": "<=", r"\ge": ">=", r"\neq": "!=", r"\times": "*", r"\cdot": "*", r"\land": "&&", r"\lor": "||"}
COMMAND = re.compile(r"\\(?:le|ge|neq|times|cdot|land|lor)(?![a-zA-Z])\s?")
TYPEWRITER = re.compile(r"\\(?:texttt|mathtt|text|mathrm|verb|lstinline|code)\s*(?=\{)")
TOKEN = re.compile(
    r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\w+|==|!=|<=|>=|<>|->|=>|&&|\|\||\*\*|//|::|:=|\+\+|--|<<|>>|\S"
)
LABEL = re.compile(r"^(?:the\s+)?(?:output|result|value|answer|query)\s*(?:is\s*:?|:|=)\s*", re.IGNORECASE)
OPERATOR = re.compile(r"[-+*/^]|\\times|\\cdot|\\div")
OPERAND = re.compile(r"[A-Za-z]|\d+(?:\.\d+)?")


def is_code(text: str, question: str | None = None) -> bool:
    if not text or len(text) > MAX_LENGTH:
        return False
    bare = source_text(text)
    if is_based(text, question) or is_bits(text, question) or is_growth(text) or is_logic(text, question):
        return True
    if is_sequence(text, question) or _is_printed(bare, question):
        return True
    if is_source(bare) or is_prefix_or_postfix(text) or _is_long_list(text):
        return True
    literal = _literal(bare)
    if literal is None:
        return CALL.fullmatch(bare) is not None and _asks_for_code(question)
    if literal.kind in ("list", "tuple", "set"):
        return _asks_for_code(question)
    return literal.kind in ("string", "dict") and literal.value != ""


def _is_printed(text: str, question: str | None) -> bool:
    """One token that a program prints, or a pattern: neither may change its case."""
    if question is None or not re.fullmatch(r"\S*[A-Za-z]\S*", text):
        return False
    if REGULAR.search(question):
        return True
    return bool(re.fullmatch(r"[A-Za-z]{2,}", text) and PRINTED.search(question)) and _asks_for_code(question)


def _asks_for_code(question: str | None) -> bool:
    return question is not None and CODING.search(question) is not None


def is_source(text: str) -> bool:
    if SQL.match(text) or any(pattern.fullmatch(text) for pattern in SOURCE):
        return True
    call = CALL.fullmatch(text)
    return call is not None and call[1] in BUILTINS


def is_prefix_or_postfix(text: str) -> bool:
    """`A B C * +` or `+ A * B C`: operators and operands apart, in an order that leaves one value."""
    tokens = text.split()
    if not 3 <= len(tokens) <= 60 or not all(OPERATOR.fullmatch(each) or OPERAND.fullmatch(each) for each in tokens):
        return False
    return any(_leaves_one_value(order) for order in (tokens, tokens[::-1]))


def _leaves_one_value(tokens: list[str]) -> bool:
    height = 0
    for token in tokens:
        height += -1 if OPERATOR.fullmatch(token) else 1
        if height < 1:
            return False
    return height == 1


def _is_long_list(text: str) -> bool:
    """`[1, 2, 3]`; two values in brackets are an interval."""
    parts = split_top(text[1:-1], r"\s*,\s*") if is_enclosed(text) and text[0] == "[" else []
    return len(parts) >= 3 and not any(is_enclosed(part) for part in parts)


def source_text(text: str) -> str:
    r"""Source code without its typesetting: `\texttt{max\_value}` is `max_value`."""
    text = VERBATIM.sub(r"\2", FENCE.sub("", text.strip()).strip("`").strip())
    while match := TYPEWRITER.match(text):
        group = braced(text, match.end())
        if group is None or group[1] != len(text):
            break
        text = group[0].strip()
    return ESCAPED.sub(r"\1", plain_text(text))


def _literal(text: str) -> Literal | None:
    try:
        return read_literal(text)
    except NoLiteralError:
        return None


def compare_code(case: Case) -> Finding:
    found = compare_based(case)
    if found is not None:
        return found
    if is_growth(case.gold):
        return compare_growth(case)
    if is_sequence(case.gold, case.question):
        return verdict_of(same_sequence(case.gold, case.answer))
    if is_logic(case.gold, case.question):
        return compare_logic(case)
    gold, answer = source_text(case.gold), LABEL.sub("", source_text(case.answer))
    literal = compare_literals(gold, answer)
    if literal is not None:
        return verdict_of(literal)
    if is_prefix_or_postfix(case.gold) and not re.search(r"\w\w", gold):
        return verdict_of("".join(tokens(gold)) == "".join(tokens(answer)))
    return verdict_of(tokens(gold) == tokens(answer))


def compare_literals(gold: str, answer: str) -> bool | None:
    """None where the gold is no literal of its own, or the answer is none at all."""
    wanted, given = _literal(gold), _literal(re.sub(r"^[A-Za-z_]\w*\s*=(?!=)\s*", "", answer))
    if wanted is not None and wanted.kind == "name" and given is not None and given.kind == "string":
        return wanted.value == given.value
    if wanted is None or wanted.kind == "name":
        return None
    if given is None:
        return wanted.kind == "string" and wanted.value == answer
    return same_literal(wanted, given)


def is_list_of_values(case: Case) -> bool:
    """Whether the gold is a list in brackets and the answer another notation for one, in no language."""
    if not case.gold.startswith("[") or is_source(case.gold):
        return False
    gold, answer = _literal(source_text(case.gold)), _literal(source_text(case.answer))
    asked = _asks_for_code(case.question)
    both = gold is not None and answer is not None and answer.kind in ("list", "tuple", "set", "dict", "string")
    return not (asked and both) and (gold is None or _is_plain(gold))


def _is_plain(literal: Literal) -> bool:
    items = literal.value if isinstance(literal.value, tuple) else ()
    return all(isinstance(item, Literal) and item.kind in ("number", "name") for item in items)


def tokens(text: str) -> list[str]:
    """Names, signs and strings; blanks between signs, the kind of quotes and the case of SQL's words say nothing."""
    text = COMMAND.sub(lambda match: COMMANDS[match[0].strip()] + " ", text).strip().rstrip(";")
    sql = SQL.match(text) is not None
    found = [_spelled(token, sql=sql) for token in TOKEN.findall(text)]
    return [token.lower() for token in found] if re.fullmatch(r"#[0-9A-Fa-f]{3,6}", text) else found


def _spelled(token: str, *, sql: bool) -> str:
    if token[0] in "'\"" and token[-1] == token[0] and len(token) > 1:
        return '"' + token[1:-1] + '"'
    if sql and token.lower() in KEYWORDS:
        return token.upper()
    return "!=" if sql and token == "<>" else token
