"""Where an answer in words ends: before the remark on it that a comma parts off."""

import re

# "8, as computed above", "Canberra, of course", "Newton, who found it". Behind a comma anything else may be a part of
# the answer: "2, 3, and 5", "Paris, France", "x = 1, y = 2".
ASIDE = re.compile(
    r",\s+(?:as\s+(?!(?:well|do|does|did|long|far|if|to|an?)\b|(?:is|are|was|were)\s+[^a-z])[a-z]|"
    r"of course\b|by definition\b|after all\b|(?:who|whom|whose|because|since|which|whereas|while)\b|"
    r"(?:indeed|obviously|clearly|naturally|certainly|definitely|therefore|then)\s*(?:[.!,;]|$))"
)
# A remark with one of these may name another answer, or take this one back; it stays, and the whole is compared.
TAKES_BACK = re.compile(
    r",\s*and\b|\b(?:or|but|also|not|no|never|neither|nor|too|though|although|except|unless|however|instead|rather|"
    r"maybe|perhaps|possibly|might|wrong|incorrect|false)\b|n't\b"
)


def without_aside(answer: str) -> str:
    """`answer`, one sentence at most, without the remark that closes it."""
    aside = ASIDE.search(answer)
    if aside is None or TAKES_BACK.search(answer, aside.start()):
        return answer
    return answer[: aside.start()]


def without_last_aside(sentence: str) -> str:
    """The same of a sentence whose answer may stand behind a remark: "It is, as we saw, called mitosis" stays."""
    before, comma, remark = sentence.rpartition(",")
    return before if comma and without_aside(comma + remark) == "" else sentence
