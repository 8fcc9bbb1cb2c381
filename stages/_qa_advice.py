"""Letters to a columnist and the answers: "DEAR ABBY: ...", "DEAR TIRED: ...", "GENTLE READER: ..."."""

import re
from collections import Counter
from collections.abc import Iterator

from stages._qa_clean import pair_at
from stages._qa_extent import tail_end
from stages._qa_found import Found
from stages._qa_sheet import Sheet

_ADDRESS = re.compile(
    r"(?P<name>(?:DEAR|GENTLE) [A-Z][A-Z0-9 .,'’&-]{1,60}|Dear [A-Z][A-Za-z0-9 .,'’&-]{1,60}|Gentle [Rr]eader)"
    r"\s?[:—–]\s?"
)
# Who is addressed in one letter only is no columnist.
_FEWEST = 2
_MAX_LETTERS = 1_000


def advice(sheet: Sheet) -> Iterator[Found]:
    """A letter to the one who is addressed most, and what follows it to somebody else."""
    if "dear " not in sheet.low:
        return
    found = (_ADDRESS.match(sheet.text, line.start, line.end) for line in sheet.lines)
    letters = [(match["name"].upper(), match.start(), match.end()) for match in found if match][:_MAX_LETTERS]
    names = Counter(name for name, _, _ in letters if not name.startswith("GENTLE"))
    columnist, count = names.most_common(1)[0] if names else ("", 0)
    if count < _FEWEST:
        return
    starts = [start for name, start, _ in letters if name == columnist]
    for at in range(len(letters) - 1):
        (asker, start, body), (teller, told, answer) = letters[at], letters[at + 1]
        if asker != columnist or teller == columnist:
            continue
        following = next((other for _, other, _ in letters[at + 2 : at + 3]), None)
        earlier = [other for other in starts if other < start][-5:]
        end = following or tail_end(sheet, start, answer, len(sheet.text), earlier=earlier)
        if pair := pair_at(sheet, (body, told), (answer, end), rule="advice", score=0.8):
            yield pair
