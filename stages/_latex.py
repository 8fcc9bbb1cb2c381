"""LaTeX as a row of tokens, and how such a row is spaced.

MathML pages spread one number or one unit over many elements; tokens are joined again here, once all are known.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from stages import _mathml_symbols as symbols


class Kind(Enum):
    NUMBER = auto()
    WORD = auto()  # upright text, its LaTeX wrapper left out
    SYMBOL = auto()
    RELATION = auto()
    BINARY = auto()
    SIGN = auto()  # + and -, which join two operands or belong to the one after them
    OPEN = auto()
    CLOSE = auto()
    MARK = auto()  # punctuation
    SLASH = auto()
    SPACE = auto()


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    text: str
    # Sub- and superscripts that hang on the token, already in LaTeX.
    scripts: str = ""


SPACE = Token(Kind.SPACE, " ")

# "a 2.0 x 10^5-kg engine": what joins a number to its unit is a hyphen, for nothing is taken from the number.
_HYPHEN = Token(Kind.SIGN, "-")
_UNIT = re.compile(
    r"[kMGmcnpμ]?(?:g|m|s|N|J|W|V|A|Hz|eV|Pa|C|F|H|T|Ω|K|L|Sv|Gy|Ci|rad|mol)|min|h|y|atm|rev|rpm|hp|kcal|ft|mi"
)

_OPERANDS = {Kind.NUMBER, Kind.WORD, Kind.SYMBOL, Kind.CLOSE}
_SPACED = {Kind.RELATION, Kind.BINARY}
_LETTER = rf"[^\W\d_º{''.join(symbols.GREEK)}{''.join(symbols.LETTERLIKE)}]"
_PIECES = re.compile(
    rf"""(?P<number>\d+(?:[.,]\d+)*)
    | (?P<space>\s+)
    | (?P<word>
          μ[mgsFCAVTHLJNW](?!\w) | [kMGmn]Ω(?!\w)   # units whose Greek letter is part of the word
        | {_LETTER}+(?:['’.-]{_LETTER}+)*
        | (?<=\d)-(?={_LETTER})                     # the hyphen of "a 75.0-kg man" is no minus
      )
    | (?P<sign>.)""",
    re.DOTALL | re.VERBOSE,
)
_WORDLIKE = {"number": Kind.NUMBER, "space": Kind.SPACE, "word": Kind.WORD}


def tokens_of_text(text: str) -> list[Token]:
    """Tokens of a run of text inside a formula: "−1 km" is a sign, a number, a space and a word."""
    matches = _PIECES.finditer(text.replace("\u200b", "").replace("µ", "μ"))
    return [_token(match.lastgroup or "sign", match.group()) for match in matches]


def _token(group: str, piece: str) -> Token:
    if group == "space":
        return SPACE
    if piece in symbols.FUNCTIONS:
        return Token(Kind.SYMBOL, f"\\{piece}")
    return Token(_WORDLIKE[group], piece) if group in _WORDLIKE else sign_token(piece)


def sign_token(sign: str) -> Token:
    """The token of one sign, whatever element of the page held it."""
    if sign in symbols.DEGREES:
        return Token(Kind.SYMBOL, "", r"^{\circ}")
    named = symbols.GREEK.get(sign) or symbols.LETTERLIKE.get(sign)
    if named and sign not in symbols.RELATIONS:
        return Token(Kind.SYMBOL, f"\\{named}")
    for kind, table in _SIGN_TABLES:
        if sign in table:
            return Token(kind, table[sign])
    if sign in ",;.!?":
        return Token(Kind.MARK, sign)
    return Token(Kind.SYMBOL, symbols.ESCAPED.get(sign, sign))


_SIGN_TABLES = (
    (Kind.RELATION, symbols.RELATIONS),
    (Kind.BINARY, symbols.BINARIES),
    (Kind.SIGN, symbols.SIGNS),
    (Kind.OPEN, symbols.OPENING),
    (Kind.CLOSE, symbols.CLOSING),
    (Kind.SLASH, {"/": "/", "∕": "/", "⁄": "/"}),
    (Kind.SYMBOL, symbols.BARS | symbols.BIG | symbols.PRIMES),
)


def with_script(base: Sequence[Token], script: str) -> list[Token]:
    """Hangs `^{..}` or `_{..}` on the last token of the base, as the page shows it: in (3 x 10) with 8, on the 10."""
    tokens = list(base)
    while tokens and tokens[-1].kind is Kind.SPACE:
        tokens.pop()
    last = tokens.pop() if tokens else Token(Kind.SYMBOL, "{}")
    taken = script[0] in last.scripts or last.text.startswith(r"\frac")
    if taken and script[0] in "^_":
        last = Token(Kind.SYMBOL, f"{{{write_token(last)}}}")
    return [*tokens, Token(last.kind, last.text, last.scripts + script)]


def write_token(token: Token) -> str:
    text = rf"\text{{{token.text}}}" if token.kind is Kind.WORD else token.text
    return text + token.scripts


def write(tokens: Sequence[Token]) -> str:
    """The tokens as LaTeX: words joined, spaces only where they separate something."""
    line = ""
    before: Token | None = None
    for token, is_spaced in _spaced(_joined(tokens)):
        line += _gap(before, token, is_spaced=is_spaced, line=line) + write_token(token)
        before = _as_prefix(before, token)
    return line.strip()


def _as_prefix(before: Token | None, token: Token) -> Token:
    """A sign that joins two operands spaces itself like any binary operator; one before an operand does not."""
    if token.kind is Kind.SIGN and before is not None and before.kind in _OPERANDS:
        return Token(Kind.BINARY, token.text)
    return token


def _spaced(tokens: Sequence[Token]) -> list[tuple[Token, bool]]:
    """Each token that is not a space, and whether one stood before it."""
    result = []
    is_spaced = False
    for token in tokens:
        if token.kind is not Kind.SPACE:
            result.append((token, is_spaced))
        is_spaced = token.kind is Kind.SPACE
    return result


def _gap(before: Token | None, token: Token, *, is_spaced: bool, line: str) -> str:
    if before is None or token.kind in (Kind.MARK, Kind.CLOSE) or before.kind is Kind.OPEN:
        return ""
    if token.kind in _SPACED or before.kind in _SPACED:
        return " "
    if token.kind is Kind.SIGN and before.kind in _OPERANDS:
        return " "
    if before.kind is Kind.MARK:
        return "" if before.text == "." and token.kind is Kind.NUMBER and not is_spaced else " "
    if is_spaced and before.kind is not Kind.SIGN and Kind.SLASH not in (token.kind, before.kind):
        return r"\ "
    return " " if token.text[:1].isalnum() and token.kind is not Kind.WORD and _ends_in_command(line) else ""


def _ends_in_command(line: str) -> bool:
    """Whether a letter or figure behind the line would be taken for a part of a command's name, as in `\\cdot x`."""
    name = line[line.rfind("\\") + 1 :]
    return len(name) < len(line) and name.isascii() and name.isalpha()


def _joined(tokens: Sequence[Token]) -> list[Token]:
    """Words that stand side by side, or over a slash, as one: "km/h", "if the ball"."""
    result: list[Token] = []
    for token in tokens:
        if token.kind is Kind.WORD or token.text == r"\Omega":
            token = _absorb(result, token)
        result.append(token)
    return result


def _absorb(result: list[Token], token: Token) -> Token:
    unit = token.text.replace(r"\Omega", "Ω")
    if len(result) > 1 and result[-1] == _HYPHEN and result[-2].kind is Kind.NUMBER and _UNIT.fullmatch(unit):
        result.pop()
        return Token(Kind.WORD, f"-{unit}", token.scripts)
    if token.kind is not Kind.WORD:
        return token
    tail: list[Token] = []
    while result and result[-1].kind in (Kind.SPACE, Kind.SLASH):
        tail.insert(0, result.pop())
    if not result or result[-1].kind is not Kind.WORD or result[-1].scripts or len(tail) > 1:
        result.extend(tail)
        return token
    glue = "".join(part.text for part in tail)
    return Token(Kind.WORD, result.pop().text + glue + token.text, token.scripts)
