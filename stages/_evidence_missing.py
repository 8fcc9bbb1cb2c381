"""What a question needs and does not show: figures, tables, earlier exercises, the text it is about, links."""

import re
from collections.abc import Iterator
from dataclasses import replace

from stages._evidence_cues import cue, noticed, shown
from stages._evidence_needs import SHOWN_TABLE
from stages._evidence_signals import UNSURE
from stages.records import Evidence

_PICTURE = (
    r"(?:figures?|diagrams?|pictures?|images?|charts?|photo(?:graph)?s?|drawings?|illustrations?|maps?|screenshots?|"
    r"circuits?)"
)
_NUMBERED = r"(?:\d|[A-Z]\d|above\b|below\b|shows?\b|(?:at|to) the (?:right|left)\b|given (?:above|below)\b)"
_THE = r"(?:the|this|each|these|your)\s+(?:(?:following|accompanying|above|given|adjacent)\s+)?"
FIGURES = (
    cue(
        "figure_missing",
        "figure|fig.|fig |diagram|graph|chart|picture|image|photo|drawing|illustration|map|screenshot|"
        "circuit|table|abb.|"
        "abbildung|figura|рис",
        rf"\b(?:figures?|fig\.?|diagrams?|graphs?|charts?|tables?|abb\.|abbildung|figura)\s*{_NUMBERED}",
        rf"\b(?:in|from|see|on|using|by|per)\s+{_THE}{_PICTURE}\b(?! of (?!the|this))",
        rf"\b(?:following|accompanying|above|adjacent)\s+(?:{_PICTURE}|graphs?)\b",
        rf"\b(?:graph|table|{_PICTURE})\s+(?:is|are)?\s*(?:shown|given|provided|below|above)\b",
        r"\b(?:from|use|using|see|in|based on|according to)\s+the\s+(?:following\s+)?(?:graph|"
        r"table)\b(?! of \$?\\?[a-z(])",
        r"\bрис(?:\.|унк)",
    ),
    cue(
        "figure_missing",
        "shown|pictured|depicted|illustrated|drawn|plotted|labeled|labelled|shaded|\\includegraphics|![",
        r"\b(?:shown|pictured|depicted|illustrated|drawn|plotted|labell?ed)\s+(?:in|on|at|from)\s+"
        r"(?:the\s+(?:figure|diagram|graph|picture|image|right|left|drawing|map|accompan\w+)|this (?:figure|"
        r"graph|diagram)|fig)",
        r"\b(?:shown|pictured|depicted|illustrated|drawn|plotted|labell?ed)\s+(?:above\b|below\b|here\b|"
        r"to\s+the\s+(?:right|left)|"
        r"as\s+follows)",
        r"\bas (?:shown|illustrated|pictured|depicted)\b(?! by)",
        r"\b(?:are|is) shown\b(?! (?:to|that|by|in the (?:text|equation)))",
        r"\bshaded (?:region|area|part|portion)\b",
        r"\\includegraphics|!\[",
    ),
)
CONTEXT = (
    cue(
        "context_missing",
        "prob.|eq.|eqs.|exer.|ex. |sec. |ch. |tab. |appendix|theorem |lemma |corollary |proposition |definition |"
        "algorithm |formula ",
        r"\b(?:prob|exer|ex|sec|ch|tab|(?:using|use|from|by) eqs?)\.\s?\(?\d|\bappendix [A-Z\d]\b",
        r"\b(?:theorem|lemma|corollary|proposition|definition|algorithm|formula) \d+\.\d",
    ),
    cue(
        "context_missing",
        "example|exercise|section|chapter|equation|appendix|module|problem|listing|question|part |parts |"
        "lesson|text|lab|"
        "activity|simulation|passage|reading|article|excerpt|lecture|unreasonable|construct",
        r"\b(?:examples?|exercises?|sections?|chapters?|equations?|appendix|modules?|problems?|listing|"
        r"lessons?)\s+[\[(]?\d+(?:[.-]\d+)*[a-h]?\b(?!\s?[-+=^*/<>(\\])",
        r"\b(?:in|of|from|using) (?:this|the) (?:section|chapter|text|module|lab|activity|simulation|passage|"
        r"reading|lesson|"
        r"article|excerpt|lecture)\b",
        r"\bthis (?:section|chapter|module|lab)\b",
        r"\b(?:considered|described|discussed|found|given|seen) in (?:the )?(?:text|example)\b",
        r"\bin example\b",
        r"\b(?:previous|preceding|earlier|above|prior|last)\s+(?:\w+\s+)?(?:problem|exercise|question|example|"
        r"part|result|"
        r"section|chapter)s?\b",
        r"\b(?:results?|answers?|values?|data) (?:of|from|in|to) (?:the )?(?:previous|preceding|last|part|"
        r"problem|exercise|"
        r"question|example)\b",
        r"\brepeat (?:parts?|the|both|this|problem)\b",
        r"\blike (?:numbers|exercises|problems) [#\d]",
        r"\bthe (?:problem|exercise|situation|example|question) (?:above|described (?:above|in))\b",
        r"\b(?:questions|exercises|problems) #?\d+\s*(?:[-–]|and)\s*#?\d+",
        r"\bunreasonable results\b|\bconstruct your own\b",
        r"\b(?:that|those|of|in|from|as|to|see|and) (?:question|problem|exercise)s? #?\d+\b",
    ),
    cue(
        "context_missing",
        "t n y w r|tnywr|let t |let $t$|let t=",
        r"\bT\s?N\s?Y\s?W\s?R\b|^let \$?T\$? be an? (?:\w+ ){0,2}(?:number|integer)\.",
    ),
    cue(
        "context_missing",
        "asme|aisc|aci |agma|astm|aashto|nec |aisi|steam|refrigerant|freon|saturated|chill",
        r"\b(?-i:ASME|AISC|ACI|AGMA|ASTM|AASHTO|NEC|AISI) (?:\w+ )?(?:codes?|standards?|specifications?)\b",
        r"\b(?:wind.?)?chill (?:factor|index)\b",
        r"\b(?:steam|refrigerant|freon|saturated[^?.]{0,40}(?:vapou?r|mixture|liquid))\b[^?]{0,80}\b(?:psia?|lbf?/in|"
        r"kPa|MPa)\b(?![\s\S]{0,400}(?:enthalp|specific heat|c_p|h_))",
    ),
    cue(
        "context_missing",
        "according to|claims|argues|believes|suggests|holds|maintains|contends|thinks",
        r"\baccording to (?:the (?:passage|author|excerpt|article|text|lecture)|this (?:passage|article|text))\b",
        r"^\s*(?-i:[A-Z][a-z]+) (?:claims|argues|believes|suggests|holds|maintains|contends|thinks) that\b",
    ),
)
BROKEN = (
    cue(
        "hyperlink",
        "http|www.|click here|this link",
        r"https?://[^\s)]{3,}|\bwww\.[^\s)]{3,}|\bclick here\b|\bthis link\b",
    ),
    cue("garbled", "\ufffd|ã©|â€|ï¿½|lorem ipsum|لورم", r"\ufffd|Ã©|â€|ï¿½|lorem ipsum|لورم ایپسوم"),
)
ASYMPTOTE = re.compile(r"\[asy\].*?(?:\[/asy\]|$)", re.DOTALL | re.IGNORECASE)
# Lengths and angles that the words give, and what only a drawing gives.
MEASURES = re.compile(r"(?<![\d.])(?!0(?![\d.]))\d+(?:\.\d+)?")
ONLY_DRAWN = re.compile(
    r"\b(?:graph\w*|below|above|shaded|labell?ed|marked|to the (?:right|left)|which of|grid|spinner)\b", re.IGNORECASE
)
POINTS = re.compile(
    r"\b(?:below|above|shown|figures?|diagram|graph|pictured?|shaded|drawing|drawn|labell?ed|to the right|marked)\b",
    re.IGNORECASE,
)
# A pointer in brackets or in a sentence of its own, and the caption of a picture that went missing.
ASIDE = re.compile(
    r"\(\s*see (?:also )?figure \d+[^()]{0,200}\)|(?:(?<=[.?!] )|(?<=[.?!]\n)|^)see (?:also )?figure \d+\.|"
    r"^figure \d+\b(?! shows).*$",
    re.IGNORECASE | re.MULTILINE,
)
# A number that is no part of a name such as R1: where the words state none, the figure does.
DATUM = re.compile(r"(?<![\w.])\d")
PART_OF = re.compile(r"\bparts? \(?([a-e])\)", re.IGNORECASE)


def missing(question: str, low: str) -> Iterator[Evidence]:
    if figure := _figure(question, low):
        yield figure
    context = next(noticed(CONTEXT, question, low), None) or _part(question, low)
    if context:
        yield context
    yield from noticed(BROKEN, question, low)


def _figure(question: str, low: str) -> Evidence | None:
    """What is drawn as code is missing where the words around it point there; a table in the text is not missing."""
    if "[asy]" in low:
        words = ASYMPTOTE.sub(" ", question)
        pointing = POINTS.search(words)
        is_told = len(MEASURES.findall(words)) > 1 and not ONLY_DRAWN.search(words)
        if pointing and not is_told:
            return shown("figure_missing", pointing[0])
        return shown(f"{UNSURE}figure_missing", pointing[0] if pointing else "[asy]")
    found = next(noticed(FIGURES, question, low), None)
    if found is None:
        return None
    plain = ASIDE.sub(" ", question) if "figure" in low else question
    is_aside = plain != question and DATUM.search(plain) and not any(noticed(FIGURES, plain, plain.lower()))
    is_shown = "table" in found.text.lower() and SHOWN_TABLE.search(question) is not None
    return replace(found, signal=f"{UNSURE}{found.signal}") if is_aside or is_shown else found


def _part(question: str, low: str) -> Evidence | None:
    """A part that is referred to and not shown."""
    part = PART_OF.search(question)
    if part is None or f"({part[1].lower()})" in low.replace(part[0].lower(), ""):
        return None
    return shown("context_missing", part[0])
