"""What speaks against the short answer itself: its type, what the question gives away or shows, its unit."""

import re
from collections.abc import Iterator

from stages._evidence_cues import shown, without_lead
from stages._evidence_found import Found
from stages._evidence_shown import by_number, is_open_stem, items, labels_in, needs_options
from stages._evidence_signals import UNSURE
from stages._evidence_texts import clean, count_words, is_quantity, is_value
from stages._evidence_value import CALLS_FOR_MANY, of_size
from stages._questions import expected_unit, shows_as_option
from stages.records import Evidence
from verifier.numbers.quantities import NUMERIC_TYPES, measures_like, unit_of
from verifier.route import matches_itself
from verifier.types import AnswerType

SAYS_YES_OR_NO = re.compile(
    r"\W{0,3}(?:answer:?\s*)?(?:yes|no|nope|yeah|true|false|of course|certainly|absolutely|definitely|"
    r"not yet|not really|the (?:short )?answer is (?:yes|no)|"
    r"s\u00ed|oui|non|ja|nein|nee|evet|hay\u0131r|sim|n\u00e3o|\u0434\u0430|\u043d\u0435\u0442|"
    r"\u662f\u7684|\u5426|\u4e0d\u662f|\u53ef\u4ee5|\u4e0d|\u306f\u3044|\u3044\u3044\u3048|\uc608|"
    r"\uc544\ub2c8\uc694)(?![\w'’-])",
    re.IGNORECASE,
)
ASKS_YES_OR_NO = re.compile(
    r"(?:^|[.!?]\s+|\n\s*)(?:[A-Z][^,.?!]{1,120}, )?(?:and |so |but |then )?(?:is|"
    r"are|was(?! ist)|were|do|does|did|can|could|will|would|should|has|have|had|may|might|must|am|isn't|aren't|"
    r"don't|doesn't|can't|won't)\s+(?!the following)(?![^?]{0,300}\b(?:which|what|who|whom|how|when|"
    r"where)\b)[^.?!]{2,300}\?\s*(?:explain|why|justify|$)|"
    r"\bли\b[^.?]{0,200}\?|[吗嗎][?？]?\s*$|是否|能否|¿(?:es|hay|puedo|puede|existe|tiene)\b|true or false|"
    r"whether or not\b[^.]*\.?$|\bis it (?:true|possible)\b|\b[01] (?:for|if) \w+(?: and|,|"
    r";| or) (?:return )?[01] (?:for|if|otherwise)\b",
    re.IGNORECASE,
)
# How data sets write the answer to such a question.
CODED = frozenset({"0", "1", "0.0", "1.0"})
OR = re.compile(r"\bor\b", re.IGNORECASE)
PLURAL = re.compile(
    r"\b(?:calculate|find|determine|what are|compute|give|state)\s+(?:the|its|their|"
    r"all)\s+(?:\S+\s){0,4}?(?:angles|values|velocities|speeds|forces|"
    r"roots|solutions|zeros|zeroes|frequencies|wavelengths|energies|masses|coordinates|lengths|distances|"
    r"currents|voltages|directions|points|times|dimensions)\b(?! of all)",
    re.IGNORECASE,
)
# A word for a notion: others would say it in other words.
DEFINITION = re.compile(
    r"^what (?:is|are) (?:an? )?(?!the\b|it\b|this\b|that\b|\w+ed\b)[a-z-]+(?: [a-z-]+)?\s?\?$", re.IGNORECASE
)
SEMICOLON = re.compile(r"(?<!\\);")
EACH = re.compile(r"^(?:\w+\s+){0,3}each \w+(?=[^$]*\$[^$]*,[^$]*\$)", re.IGNORECASE)
ASKS_PLAINLY = re.compile(
    r"[?？؟]|_{2,}|(?:^|[.,:;]\s+|\n\s*|\]\s*|\$\s*|\b(?:then|and|to) )(?:find|determine|compute|calculate|"
    r"solve|give|name|state|express|write|classify|decide|evaluate|"
    r"simplify|choose|convert|encrypt|translate|complete)\b",
    re.IGNORECASE,
)
BEST_OF_MANY = re.compile(
    r"\b(?:is|are|be|works?|serves?) (?:the )?best\b|\bbest (?:describes?|explains?|characteri[sz]es?|"
    r"represents?|illustrates?|summari[sz]es?|suited)\b|"
    r"\bmost (?:likely|appropriate|appropriately|accurately|useful|effective|effectively|probably|closely|"
    r"suitable|desirable)\b",
    re.IGNORECASE,
)
ONE_ANSWER = re.compile(
    r"\b(?:lists?|sets?|ordered|pairs?|triples?|tuples?|coordinates?|vectors?|intervals?|values? of|"
    r"solutions?|system|matrix|points?)\b",
    re.IGNORECASE,
)
GROUPS = frozenset({AnswerType.SET_LIST, AnswerType.TUPLE_POINT, AnswerType.MATRIX_VECTOR})
DECIMAL_COMMA = re.compile(r"(?<![\d,.])\d+,\d{1,2}(?![\d,])\s?(?:[a-zA-Z%°]|\\(?:text|mathrm|%))")
SOLUTIONS = re.compile(r"\b(?:solve|solutions?|roots?|zeros|all|values of|system|interval)\b", re.IGNORECASE)
# "I and III only": an answer by the numbers of statements.
COMBINED = re.compile(r"(?:[IV]{1,3}(?:,? and |, | or )){1,4}[IV]{1,3}(?: only)?|[IV]{1,3} only")
ALSO_THE = re.compile(
    r"\b(?:find|calculate|determine|compute)\b[^.?$]{1,80}?,? and (?:the|also)\b(?! (?:x|y|z|line|curve|"
    r"plane|axis|point)\b)",
    re.IGNORECASE,
)
PROSE = re.compile(r"[^\W\d_][^\d=<>\[\]{}()\\^_~|]*")
UNIT_WORD = re.compile(r"(?<![\\A-Za-z])(?!pi\b|sqrt\b|text\b|mathrm\b)[A-Za-z]{2,}")
LABELLED = re.compile(r":\s*[-–]?[$€£]?\d")
NEGATED = re.compile(r"\b(?:which|who|what)\b[^?.]{0,80}\b(?:not|least|except|never)\b", re.IGNORECASE)
EITHER = re.compile(r"\b([a-z]+) or (?:\w+ ){0,2}([a-z]+)\s*\?")
VERB = re.compile(
    r"\b(?!does not exist)(?:is|are|was|were|has|have|had|will|would|can|cannot|does|did|should|may|must)\b",
    re.IGNORECASE,
)
MIN_DIGITS_TO_LEAK = 3
MAX_WORDS = 3
# Cases of law and medicine, where more than one word would do without the options.
MAX_STORY = 400
WORDS_AND_LISTS = frozenset({AnswerType.WORD, AnswerType.CODE, AnswerType.SET_LIST})
ALWAYS_TYPED = NUMERIC_TYPES | {AnswerType.MCQ, AnswerType.BOOLEAN, AnswerType.WORD}


def of_gold(question: str, found: Found, answer: str, kind: AnswerType) -> Iterator[Evidence]:
    low = question.lower()
    yield from _of_type(question, found, answer, kind)
    yield from _of_options(question, low, answer, kind)
    yield from _of_number(question, found, answer, kind)
    if not found.is_marked:
        yield from of_size(question, answer, kind)
    if kind in WORDS_AND_LISTS and PROSE.fullmatch(answer):
        yield from _of_words(question, low, found, answer, kind)


def _of_type(question: str, found: Found, answer: str, kind: AnswerType) -> Iterator[Evidence]:
    if not matches_itself(answer, kind):
        yield shown("gold_not_self_consistent" if kind in ALWAYS_TYPED else "gold_unparsable", f"{kind}: {answer}")
    if kind is AnswerType.SET_LIST and DECIMAL_COMMA.search(answer):
        yield shown("gold_unparsable", f"a decimal comma: {answer}")
    if kind in (AnswerType.EXPRESSION, AnswerType.WORD) and is_quantity(answer) and UNIT_WORD.search(answer):
        yield shown("unit_unknown", answer)
    if kind not in NUMERIC_TYPES:
        return
    expected = None if found.is_marked else expected_unit(question)
    if expected and not measures_like(answer, expected):
        yield shown("unit_mismatch", f"{answer} where {expected} is asked for")
    if leak := _leak(answer, question):
        is_telling = unit_of(answer) is not None and not found.is_marked
        yield shown("answer_in_question" if is_telling else f"{UNSURE}answer_in_question", leak)


def _of_options(question: str, low: str, answer: str, kind: AnswerType) -> Iterator[Evidence]:
    if kind is not AnswerType.MCQ and (options := needs_options(question, low)):
        yield options
    if by_number(question, answer):
        yield shown("multiple_choice", f"{answer} of numbered choices")
    if kind is AnswerType.MCQ or COMBINED.fullmatch(answer) or shows_as_option(question, answer):
        yield shown("multiple_choice" if labels_in(question) else "options_missing", answer)


def _of_number(question: str, found: Found, answer: str, kind: AnswerType) -> Iterator[Evidence]:
    """Whether the answer is more than is asked for, or one of several."""
    if found.how in ("chain", "sentence", "named") and (plural := PLURAL.search(question)):
        yield shown("several_answers", plural[0])
    if found.is_marked or any(each.signal == "uncertainty" for each in found.evidence):
        return
    if SEMICOLON.search(answer) and not SOLUTIONS.search(question):
        yield shown("several_answers", answer)
    if kind is AnswerType.SET_LIST and (ALSO_THE.search(question) or not CALLS_FOR_MANY.search(question)):
        yield shown("several_answers", answer)
    if kind is AnswerType.SET_LIST and len(LABELLED.findall(answer)) > 1:
        yield shown("several_answers", answer)
    if kind in GROUPS and (each := EACH.search(question)):
        yield shown("several_answers", each[0])
    if kind in GROUPS and len(labelled := items(question)) > 1:
        yield shown("multi_part", f"{len(labelled)} lettered items, and {answer}")


def _of_words(question: str, low: str, found: Found, answer: str, kind: AnswerType) -> Iterator[Evidence]:
    """Of names and lists of names, which more questions leave open than fix."""
    if is_open_stem(question):
        yield shown("options_missing", question.strip()[-60:])
    elif kind is AnswerType.WORD and not found.is_marked and not ASKS_PLAINLY.search(question):
        yield shown("not_a_question", question.strip()[-60:])
    if DEFINITION.search(question):
        yield shown("explain", question)
    if best := BEST_OF_MANY.search(question):
        yield shown("ambiguous", best[0])
    if not found.is_marked and len(question) > MAX_STORY:
        yield shown("ambiguous", f"a word answers a story of {len(question)} characters")
    if excluded := NEGATED.search(question):
        yield shown("options_missing", excluded[0])
    if either := _either(low, answer.lower()):
        yield shown("yes_no", either)
    elif answer.lower() in low:
        yield shown("yes_no" if OR.search(low) else "answer_in_question", answer)
    if not found.is_marked and (count_words(answer) > MAX_WORDS or VERB.search(answer)):
        yield shown("no_short_answer", answer)


def _either(question: str, answer: str) -> str | None:
    """The two words of "... increasing or decreasing?" where the answer takes one of them up."""
    match = EITHER.search(question)
    return match[0] if match and any(re.search(rf"\b{re.escape(word)}\b", answer) for word in match.groups()) else None


def yes_no(question: str, text: str, kind: AnswerType | None) -> Evidence | None:
    """Whether one guess in two is right: a truth value, or an answer that begins as one to a question that asks so."""
    if kind is AnswerType.BOOLEAN:
        return shown("yes_no", text)
    asks = ASKS_YES_OR_NO.search(question)
    if asks and (asks[0][0] in "01" or text.strip() in CODED):
        return shown("yes_no", without_lead(asks[0]))
    if says := SAYS_YES_OR_NO.match(text):
        return shown("yes_no" if asks or kind is None else "maybe_yes_no", says[0])
    signal = "yes_no" if kind in (None, AnswerType.WORD) else "maybe_yes_no"
    return shown(signal, without_lead(asks[0]).strip()) if asks else None


def _leak(answer: str, question: str) -> str | None:
    """The value, where it has three digits or a unit and stands in the question."""
    digits = re.sub(r"\D", "", answer)
    if len(digits) < MIN_DIGITS_TO_LEAK and not (unit_of(answer) is not None and is_value(answer)):
        return None
    plain = re.sub(r"[\s$]", "", clean(question)).casefold()
    spelled = re.escape(re.sub(r"[\s$]", "", answer).casefold())
    return answer if re.search(rf"(?<![\d.]){spelled}(?![\d])", plain) else None
