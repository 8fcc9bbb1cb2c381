"""Words that say which way a quantity went: "a loss of $200", "15% decrease"."""

import re

UP = frozenset({"increase", "rise", "gain", "growth", "profit", "surplus", "appreciation", "markup"})
DOWN = frozenset({"decrease", "decline", "drop", "fall", "reduction", "loss", "deficit", "depreciation", "discount"})
_WORDS = "|".join(sorted(UP | DOWN))
BEFORE = re.compile(rf"(?:an?\s+|the\s+)?({_WORDS})\s+(?:of|by)\s+", re.IGNORECASE)
AFTER = re.compile(rf"(.*[\d)}}])\s+({_WORDS})", re.IGNORECASE)
