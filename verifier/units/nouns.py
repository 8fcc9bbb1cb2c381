"""Words after a number that say what is counted; letters that are variables are none."""

import re

NOUN = re.compile(r"(?:an?\s+|of\s+(?:an?\s+|the\s+)?)?[a-z][a-z \-'/.]{0,40}")
# Words after a number that make another number of it, or none.
CHANGES = re.compile(
    r"\b(?:than|plus|minus|squared|cubed|factorial|not|or|and|multiplied|divided|times\s+(?!as|more|larger|greater))\b"
    r"|^(?:less|fewer|more|over|to|from|by|mod|modulo|below|above|if|is|are|per\s?cent|th|dozen|score|gross|point|greater"
    r"|smaller|power|root|at)\b"
)
FUNCTIONS = re.compile(r"(?:arc)?(?:sin|cos|tan|sec|csc|cot)h?|log|exp|sqrt|mod|gcd|lcm|max|min|lim|det")
WORD = re.compile(r"[a-z]{3,}")
IRREGULAR = frozenset({"people", "men", "women", "children", "feet", "mice", "teeth", "sheep", "fish"})


def noun(text: str, *, touching: bool, upright: bool) -> str:
    """What `text` says was counted, in lower case; "" where it says nothing of the kind.

    touching -- no blank stood between the number and the text: `2abc` is a product
    upright  -- somebody set the text as words
    """
    label = text.strip(" ./").lower()
    if not NOUN.fullmatch(label) or CHANGES.search(label):
        return ""
    words = WORD.findall(label)
    shortest = 4 if touching else 3
    spoken = any(len(word) >= shortest and _is_spoken(word) for word in words)
    return label if (upright or spoken) and not (words and FUNCTIONS.fullmatch(words[0])) else ""


def _is_spoken(word: str) -> bool:
    """With a vowel, and not letters in the order of the alphabet as variables stand (`abc`, `xyz`)."""
    return re.search(r"[aeiou]|y$", word) is not None and list(word) != sorted(set(word))


def counts_in_words(text: str, label: str) -> bool:
    """Whether a gold such as "five apples" counts things: "zero gravity" and "One Hundred Years of Solitude" do not."""
    if any(word.istitle() for word in text.split()[1:]):
        return False
    if " of " in text or (text.lower().startswith(("one ", "a ", "an ")) and " " not in label):
        return True
    last = label.split()[-1]
    return last in IRREGULAR or (last.endswith("s") and not last.endswith(("ss", "us", "is")))
