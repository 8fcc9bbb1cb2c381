"""The short final answer inside an answer text: a marked one, else the whole short text, else the end of a solution."""

import re
from dataclasses import replace

from stages._evidence_cues import shown
from stages._evidence_found import Found, nothing
from stages._evidence_line import REMARK, from_end, single_line
from stages._evidence_texts import clean, is_formula, is_value, lines_of, squeezed
from stages.records import Evidence
from verifier.extract import boxed

CALCULATOR = re.compile(r"<<[^<>]*>>")
HASHES = re.compile(r"^####[ \t]*(\S.*?)[ \t]*$", re.MULTILINE)
PHRASE = re.compile(
    r"\b(?:the\s+)?(?:final\s+)?answer\s{0,3}(?:is|:)\s{0,3}(\S[^\n]{0,200}?)(?:\.\s|\.?$)",
    re.IGNORECASE | re.MULTILINE,
)
LABEL = re.compile(
    r"(?:(?:the )?(?:general |final )?(?:answer|solution|result) (?:is|are):?\s+(?=[\[($\\\d-])|"
    r"\W{0,3}(?:final )?(?:answer|ans|solution|sol|result|l\u00f6sung|antwort|ergebnis|respuesta|"
    r"soluci\u00f3n|"
    r"r\u00e9ponse|\u043e\u0442\u0432\u0435\u0442|\u7b54\u6848|\u7b54)\W{0,3}?[:\uff1a]\s*)",
    re.IGNORECASE,
)
OPTION = re.compile(r"(?:option |choice )?\(?([a-eA-E])(?:\)\.?(?=$|\s*\()|\.?$)", re.IGNORECASE)
OPTION_WITH_TEXT = re.compile(r"\(?([a-eA-E])[).][ \t]+\S")
LETTERED = re.compile(r"(?<![\w)}])\(?([a-h])\)(?=[\s$])", re.MULTILINE)
EVADES = re.compile(
    r"(?:it|that|this)(?: really| all)? depends\b|answers? (?:will|may|can|should) vary\b|n/?a\b|none given\b|"
    r"(?:i|we) (?:do not|don.t|am not|are not|have no)\b|no (?:answer|solution given|idea)\b|"
    r"see (?:the )?(?:above|below|text|"
    r"solutions?|answers?|figure|table|diagram)\b|left (?:as|to) |not (?:given|provided|available)\b|\?+\s*$",
    re.IGNORECASE,
)
LINK = re.compile(
    r"https?://\S{3,}|\bwww\.\S{3,}|\b(?:click|see|read|follow|apply)(?: on)? (?:here|this link)\b|\]\(http",
    re.IGNORECASE,
)
CODE = re.compile(
    r"^\s*(?:def |class |import |from \w+ import|#include|public |private |<\?php|</?\w+[^>\n]{0,80}>|var |let |const |"
    r"function\b|SELECT\b|print\(|\$ ?\w+ -)|[;{]\s*$|=>|\bnull\b",
    re.MULTILINE,
)
MAX_ANSWER = 160
# Of a marked answer that is worth typing; what a filter lets pass is shorter.
MAX_MARKED = 2_000
MAX_SHORT = 400
FEWEST_CODE_LINES = 2


def find_answer(text: str) -> Found:
    """The answer with the solution that leads to it, calculator marks removed, and what speaks against taking it."""
    text = CALCULATOR.sub("", text).strip()
    if not text:
        return nothing("no_answer", "the answer text is empty")
    if hashes := HASHES.findall(text):
        return _marked(_digits(hashes[-1]), "hashes", HASHES.sub("", text).strip() or None)
    if r"\boxed" in text or r"\fbox" in text:
        content = boxed(text)
        if content is None:
            return nothing("no_short_answer", "the last box is not closed, or empty")
        return _marked(_powers(content), "boxed", text)
    found = _unmarked(text, squeezed(text))
    doubts = tuple(_doubts(squeezed(text), found))
    return replace(found, evidence=(*found.evidence, *doubts)) if doubts else found


def _marked(answer: str, how: str, solution: str | None) -> Found:
    if len(answer) > MAX_MARKED:
        return nothing("no_short_answer", f"{len(answer)} characters are marked as the answer")
    return Found(answer, how, solution)


def _digits(text: str) -> str:
    return re.sub(r"(?<=\d),(?=\d{3})", "", text)


def _powers(text: str) -> str:
    r"""`7.02e5` in a box is a number as computers write it."""
    return re.sub(r"^\s*(-?\d+(?:\.\d+)?)[eE]([-+]?\d+)\s*$", r"\1 \\times 10^{\2}", text)


def _doubts(text: str, found: Found) -> list[Evidence]:
    """What an unmarked text shows that is no answer to take."""
    doubts = []
    if (evades := EVADES.match(text)) and found.how != "bare":
        doubts.append(shown("no_answer", evades[0]))
    if (link := LINK.search(text)) and len(text) < MAX_SHORT:
        doubts.append(shown("hyperlink", link[0]))
    if found.how != "bare" and len(code := CODE.findall(text)) >= FEWEST_CODE_LINES:
        doubts.append(shown("no_short_answer", f"a program: {code[0].strip()}"))
    return doubts


def _unmarked(solution: str, text: str) -> Found:
    if label := LABEL.match(text):
        text = text[label.end() :].strip() or text
    if option := OPTION.match(text):
        rest = text[option.end() :].strip()
        if not rest or REMARK.fullmatch(" " + rest):
            return Found(option[1].upper(), "option")
    parts = list(dict.fromkeys(LETTERED.findall(text)))
    if parts[:2] == ["a", "b"]:
        return nothing("multi_part", "the answer has lettered parts")
    if option := OPTION_WITH_TEXT.match(text):
        return Found(option[1].upper(), "option", solution)
    phrases = PHRASE.findall(text)
    if phrases and (is_value(last := clean(phrases[-1])) or is_formula(last)):
        return Found(last, "phrase", solution)
    lines = lines_of(text)
    if len(lines) == 1:
        return single_line(lines[0], solution)
    return from_end(solution, lines)
