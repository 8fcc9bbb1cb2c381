"""Scale words after digits are factors, not units: "1.2 million", "5 hundred thousand", "3 lakh"."""

import re

from verifier.latex import plain_text
from verifier.numbers.number_words import spelled

SCALES = {"hundred": 2, "thousand": 3, "million": 6, "mn": 6, "billion": 9, "bn": 9, "trillion": 12, "tn": 12}
SCALES |= {"lakh": 5, "lac": 5, "crore": 7}
# Abbreviations only as they are written: `5 mN` is a force.
SCALE = re.compile(rf"(?<=[\d\s}}])(?<!per\s)(?!mN|MN|bN|tN)({'|'.join(SCALES)})s?(?![a-zA-Z])", re.IGNORECASE)


def without_scale(text: str) -> tuple[str, int]:
    """Without the scale words, and their power of ten."""
    power = 0
    while (match := SCALE.search(plain_text(text))) and power < 18:
        plain = plain_text(text)
        if spelled(plain) or not re.search(r"\d", plain[: match.start()]):
            break
        power += SCALES[match[1].lower()]
        text = (plain[: match.start()].rstrip() + plain[match.end() :]).strip()
    return text, power
