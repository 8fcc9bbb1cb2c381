"""Whether a text changes the language in the middle: letters of scripts that its question does not use.

What mathematics borrows is no language. Greek letters count only as words of four and more, those of Latin beside
another script likewise and only outside formulas, code and commands of LaTeX: `x`, `cos`, `\\frac`, `AB` and `kg` stand
in every language. Signs, and the letters that Unicode made for mathematics, belong to no script.
"""

import re
from collections import Counter

_SCRIPTS = {
    "latin": "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a",
    "greek": "\u0370-\u03ff\u1f00-\u1fff",
    "cyrillic": "\u0400-\u052f",
    "armenian": "\u0531-\u058f",
    "hebrew": "\u0590-\u05ff",
    "arabic": "\u0600-\u06ff\u0750-\u077f",
    "indic": "\u0900-\u0dff",
    "thai": "\u0e00-\u0eff",
    "georgian": "\u10a0-\u10ff",
    "hangul": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
    "kana": "\u3041-\u30ff",
    "han": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f",
}
_RUNS = re.compile("|".join(f"(?P<{name}>[{letters}]+)" for name, letters in _SCRIPTS.items()))
# Scripts whose letters mathematics uses by themselves, and from how many together they are a word.
_BORROWED = frozenset({"latin", "greek"})
_WORD_LETTERS = 4
# Where nothing of this stands in a text, its words are all Latin. For `re` and polars' engine alike.
NOT_LATIN = (
    f"[{''.join(letters for name, letters in _SCRIPTS.items() if name not in _BORROWED)}]"
    f"|[{_SCRIPTS['greek']}]{{{_WORD_LETTERS}}}"
)
_OTHER_THAN_PROSE = re.compile(
    r"```.*?(?:```|\Z)|\$\$.*?\$\$|\$[^$\n]*\$|\\\[.*?\\\]|\\\(.*?\\\)|\\[A-Za-z]+", re.DOTALL
)
_LATIN_WORD = re.compile(f"[A-Za-z]{{{_WORD_LETTERS}}}")


def foreign_share(text: str, question: str | None = None) -> float:
    """The share of letters in scripts that the question has no words in, 0 to 1.

    Without a question, or of one without words, the script that most of the text is in stands for it.
    """
    letters = letters_by_script(text)
    home = set(letters_by_script(question)) if question else set()
    if not home and letters:
        home = {max(sorted(letters), key=letters.__getitem__)}
    total = sum(letters.values())
    return round(sum(count for script, count in letters.items() if script not in home) / total, 4) if total else 0.0


def letters_by_script(text: str) -> Counter[str]:
    """The letters of words, by script; of Latin and Greek only what is no formula."""
    found: Counter[str] = Counter()
    for run in _RUNS.finditer(_OTHER_THAN_PROSE.sub(" ", text)):
        script, length = str(run.lastgroup), run.end() - run.start()
        if script not in _BORROWED or length >= _WORD_LETTERS:
            found[script] += length
    return found


def is_plain_latin(question: str) -> bool:
    """Whether a question is certainly in Latin script alone, told without reading all of it."""
    return question.isascii() and _LATIN_WORD.search(question) is not None
