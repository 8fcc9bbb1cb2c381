"""Foreign text made harmless before a judge reads it: nothing hidden, no markup, no forged end of a quotation."""

import re
import unicodedata
from functools import lru_cache

WIDE = ("<wide>", "<narrow>", "<font>")
FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
HTML_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
MARKDOWN_COMMENT = re.compile(r"\[[^\[\]\n]{0,40}\]:[ \t]*(?:#|<>)[^\n]*")
BLOCK_COMMENT = re.compile(
    r"\\begin\{comment\}.*?(?:\\end\{comment\}|\Z)|\{::comment\}.*?(?:\{:/(?:comment)?\}|\Z)", re.DOTALL
)
CHAT_TOKEN = re.compile(
    r"<\|[^<>|]{0,40}\|?>|\|>|<\|(?=\w)|\[/?INST\]|<</?SYS>>|</?s>|</?(?:think|bos|eos|pad|unk|tool_call)>"
    r"|<(?:start|end)_of_turn>|\[gMASK\]"
    r"|(?:^|(?<=\n))[ \t#]*(?:system|user|assistant|human|instruction|response)[ \t]*:",
    re.IGNORECASE,
)
FAKE_VERDICT = re.compile(
    r"\b(?:judge?ment|verdict|ruling|grade|evaluation|assessment)\b[\W_]{0,12}(?:is\b[\W_]{0,8})?"
    r"(?:not[\W_]{1,3})?(?:(?:in)?correct|wrong|right|found|true|false|yes|no|pass(?:ed)?|accept(?:ed)?|equivalent)\b",
    re.IGNORECASE,
)
# Speech about the task instead of an answer to it.
INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:above|previous|prior|earlier|instructions?|rules?)\b"
    r"|\b(?:reference|expected|gold|golden|ground truth|correct)\s+(?:answer|solution|response)\b"
    r"|\b(?:mark|accept|judge|rate|consider|treat|score|output|reply|respond|say)\s+(?:this|it|my|the|with|as|only)\b"
    r"|\b(?:is|are)\s+(?:correct|equivalent|right)\b|\b(?:grader|evaluator)\b",
    re.IGNORECASE,
)
OPENER = re.compile(
    r"(?:the\s+)?(?:solution|thought process|thoughts?|answer|final answer|result|explanation|step(?: \d+)?"
    r"|let(?:'|’)?s\b.*|let us\b.*|we (?:need|have) to\b.*|to (?:solve|find|answer)\b.*|i (?:think|believe|know)\b.*"
    r"|okay|sure|yes|correct|true)",
    re.IGNORECASE,
)
ARROWS = (("<->", " ↔ "), ("->", " → "), ("<=", r" \le "), (">=", r" \ge "), ("<", r" \lt "), (">", r" \gt "))
CUT = " [...] "


def visible(text: str) -> str:
    """`text` without characters that do not show; full-width and font variants of ASCII as ASCII; lines stay."""
    return "".join(map(_shown, text.replace("\r\n", "\n").replace("\r", "\n")))


@lru_cache(maxsize=4096)
def _shown(char: str) -> str:
    if char == "\n" or " " <= char <= "~":
        return char
    category = unicodedata.category(char)
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    if category[0] == "C" or char in FILLERS or VARIATION.match(char):
        return ""
    return unicodedata.normalize("NFKC", char) if unicodedata.decomposition(char).startswith(WIDE) else char


def without_comments(text: str) -> str:
    """Readers of the rendered text do not see them; neither does a judge."""
    for pattern in (HTML_COMMENT, BLOCK_COMMENT, MARKDOWN_COMMENT):
        text = pattern.sub(" ", text)
    return text


def sanitise(text: str) -> str:
    """One line to quote in a prompt. Without `<` and `>` no tag, chat token or delimiter of ours can stand in it."""
    text = without_comments(visible(text))
    text = FAKE_VERDICT.sub(" ", CHAT_TOKEN.sub(" ", text))
    for sign, spelled in ARROWS:
        text = text.replace(sign, spelled)
    return " ".join(text.split())


def sanitise_lines(text: str) -> str:
    """The same for text of several lines. Comments go first, since they may run over lines; empty lines go too."""
    lines = (sanitise(line) for line in without_comments(visible(text)).splitlines())
    return "\n".join(line for line in lines if line)


def capped(text: str, limit: int) -> str:
    """At most `limit` characters: a third from the start, the rest from the end, where questions ask."""
    if len(text) <= limit:
        return text
    head = limit // 3
    return text[:head] + CUT + text[head + len(CUT) - limit :]


def addresses_judge(answer: str) -> bool:
    """Whether the answer speaks to whoever judges it. No answer to a question holds a chat token or a verdict."""
    text = visible(answer)
    return any(pattern.search(text) for pattern in (CHAT_TOKEN, FAKE_VERDICT, INSTRUCTION))


def is_opener(answer: str) -> bool:
    """Whether the answer is only the beginning of one ("Solution:", "Let us think step by step")."""
    return OPENER.fullmatch(sanitise(answer).strip(" *_`#:.,!?")) is not None


def foreign_letters(answer: str, *known: str) -> bool:
    """Whether letters of an alphabet occur that `known` texts never use: look-alikes. Greek is mathematics."""
    return bool(_alphabets(answer) - _alphabets(" ".join(known)) - {"LATIN", "GREEK"})


def _alphabets(text: str) -> set[str]:
    letters = {char for char in visible(text) if char.isalpha() and not unicodedata.decomposition(char)}
    return {unicodedata.name(char, "UNKNOWN").split(" ")[0] for char in letters}
