"""The normal form of a word or phrase, for reading and for comparing."""

import re
import unicodedata
from functools import lru_cache

from verifier.latex import normalise, plain_text, unwrap
from verifier.words.inflection import stem

NAMES = [
    (re.compile(r"(?:(?<![\w)])\+|\b[Pp]ositive|\b[Pp]lus)?\s*(?:\\infty(?![a-zA-Z])|\b[Ii]nfinity\b)"), " infinity"),
    (re.compile(r"\bDNE\b"), "does not exist"),
    (re.compile(r"\^\\circ(?![a-zA-Z])"), " degree "),
    (re.compile(r"\\?%|\b[Pp]er\s+[Cc]ent\b"), " percent "),
    (re.compile(r"\\?&"), " and "),
    (re.compile(r"\\([a-zA-Z]+)\s*(?=-)"), r" \1"),
    (re.compile(r"\\([a-zA-Z]+)"), r" \1 "),
]  # fmt: skip
# `a` is an article only in lower case or at the start: hepatitis A keeps its letter.
ARTICLES = re.compile(r"\b(?:[Tt]he|THE|[Aa]n|AN|a)\s+|^A\s+(?!and\b|or\b)(?=[a-zA-Z]{2})")
NUMBERED = r"\b(?:[Tt]ype|[Cc]lass|[Pp]hase|[Gg]roup|[Pp]eriod|[Qq]uadrant|[Ss]tage|[Pp]hotosystem|[Mm]eiosis)\s+"
ROMAN = re.compile(rf"(?P<noun>{NUMBERED})(?P<one>[IVX])\b|\b(?P<more>VIII|VII|VI|IV|IX|III|II)\b")
ROMAN_VALUES = dict(
    zip(["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"], map(str, range(1, 11)), strict=True)
)
CONTRACTIONS = [
    (re.compile(r"\b(?:can't|cannot)\b"), "can not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"\b(it|that|there|this)'s\b"), r"\1 is"),
    (re.compile(r"\bthey're\b"), "they are"),
    (re.compile(r"'s\b|'"), ""),
]
# What tells phrases apart stays: signs, slashes, comparisons, question marks, commas of lists, colons of labels.
PUNCTUATION = re.compile(r"(?<!\d)\.|\.(?!\d)|[^\w\s.,;:&+\-/?=<>|]|_")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
NEGATIVE = re.compile(r"(?:^|(?<=\s))-\s?(?=\w)|\bminus\b")
HYPHEN = re.compile(r"(?<=\w)-(?=\w)|(?<=\s)-+(?=\s)")
_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve"
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth"
NUMBER_WORDS = {stem(word): str(value) for value, word in enumerate(_NUMBERS.split())}
NUMBER_WORDS |= {
    stem(word): ordinal
    for word, ordinal in zip(
        _ORDINALS.split(), ["1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th"], strict=True
    )
}
TRANSCRIBED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
UNACCENTED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})


@lru_cache(maxsize=4096)
def phrase(text: str) -> str:
    """The readable normal form: symbols by name, lower case, no articles, only telling punctuation."""
    text = plain_text(unwrap(normalise(text))).replace("$", "")
    for pattern, name in NAMES:
        text = pattern.sub(name, text)
    text = ARTICLES.sub("", ROMAN.sub(_arabic, text.strip())).casefold()
    for pattern, replacement in CONTRACTIONS:
        text = pattern.sub(replacement, text)
    text = PUNCTUATION.sub(" ", THOUSANDS.sub("", re.sub(r"[\^_{}\\]", "", text)))
    text = HYPHEN.sub(" ", NEGATIVE.sub(" negative ", re.sub(r"\s+", " ", text).strip()))
    return re.sub(r"\s+", " ", text).strip(" ,;:")


def _arabic(match: re.Match[str]) -> str:
    return match["noun"] + ROMAN_VALUES[match["one"]] if match["one"] else ROMAN_VALUES[match["more"]]


@lru_cache(maxsize=8192)
def keys(words: str) -> frozenset[str]:
    """What phrases in normal form are compared by: stems, run together so that "non-polar" is "nonpolar".

    More than one where a letter may be transcribed in two ways: o or oe for ö.
    """
    spellings = {words, words.translate(TRANSCRIBED)}
    return frozenset(_key(_unaccented(spelling)) for spelling in spellings)


def phrase_key(text: str) -> str:
    """One key of a text, for members of a list."""
    return min(keys(phrase(text)))


def _unaccented(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.translate(UNACCENTED))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _key(text: str) -> str:
    stems = (stem(word) for word in re.sub(r"[.,;:](?!\d)", " ", text).split())
    joined = "\0".join(NUMBER_WORDS.get(word, word) for word in stems)
    return re.sub(r"(?<!\d)\0|\0(?!\d)", "", joined)
