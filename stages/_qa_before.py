"""The question that only its place tells: what stands before an answer that is marked.

It is in the same box, under the last heading, begins with the number that is due, or follows the answer before.
"""

from stages._qa_lines import Line
from stages._qa_marks import Asked, By, Told
from stages._qa_names import is_label
from stages._qa_sheet import MAX_DEPTH, Sheet
from stages._qa_words import ITEM_NUMBER, asks, ends_asking

# Words before an answer that are no more than this may be a label alone.
_NEAR = 200
_BOXES = frozenset({"blockquote", "div", "section", "li", "td", "article", "fieldset", "figure"})
# A question is rarely longer; what would be is a page of text before its first answer.
_MAX_LINES = 60


def question_before(sheet: Sheet, told: Told, floor: int, before: tuple[Asked, Told, Told] | None) -> Asked | None:
    """The question that only its place tells: what stands before the answer."""
    start, is_boxed = _room(sheet, told, floor)
    lines = _under_heading(sheet, sheet.lines_before(start, told.start, _MAX_LINES))
    if not lines:
        return None
    wanted = following(sheet, before[0]) if before else ""
    for line in lines:
        number = item_number(sheet, line)
        is_bare = line.end - line.start < len(number) + 3 and line is lines[-1]
        if not number or is_bare:
            continue
        if item_mark(sheet, line) == wanted if wanted else number == (told.number or number):
            return _last_of_some(sheet, Asked(line.start, line.start, None, By.NOTHING, number), lines, told.start)
    if told.level and before and before[2].level == told.level:
        # "Solution 2" after "Solution 1".
        return None
    box = _box_before(sheet, lines[-1], max(start, floor + 1))
    if is_boxed or (before and before[2].end):
        begin: int | None = lines[0].start
    elif box is not None:
        begin = box
    else:
        begin = _asking_from(sheet, lines, before is not None)
    if begin is None or not asks(sheet.cut(begin, told.start)):
        return None
    return Asked(begin, begin, None, By.NOTHING)


def _last_of_some(sheet: Sheet, asked: Asked, lines: list[Line], end: int) -> Asked:
    """Of questions that follow each other without an answer the last is the one that is answered."""
    for line in lines:
        wanted = following(sheet, asked)
        is_next = line.start > asked.start and wanted and item_mark(sheet, line) == wanted
        if is_next and asks(sheet.cut(asked.start, line.start)) and asks(sheet.cut(line.start, end)):
            asked = Asked(line.start, line.start, None, By.NOTHING, item_number(sheet, line))
    return asked


def _box_before(sheet: Sheet, last: Line, floor: int) -> int | None:
    """Where the box begins that ends with the last line before the answer: a quotation, an item, a cell."""
    element = sheet.block_at(last.start)
    begin = None
    for _ in range(MAX_DEPTH):
        span = sheet.span(element) if element is not None else None
        if element is None or span is None or span[1] != last.end or span[0] < floor:
            return begin
        begin = span[0] if element.tag in _BOXES else begin
        element = element.getparent()
    return begin


def _room(sheet: Sheet, told: Told, floor: int) -> tuple[int, bool]:
    """Where the question may begin: at the start of the smallest box round the answer that has words before it."""
    chain = sheet.beginning(told.start)
    element = chain[0].getparent() if chain else sheet.around(told.start, told.body)
    for _ in range(MAX_DEPTH):
        span = sheet.span(element) if element is not None else None
        if element is None or span is None:
            break
        if span[0] < floor:
            return floor, False
        is_far = told.start - span[0] > _NEAR
        if span[0] < told.start and (is_far or not is_label(sheet.cut(span[0], told.start))):
            return span[0], element.tag not in ("body", "html", "main", "article")
        element = element.getparent()
    return floor, False


def _under_heading(sheet: Sheet, lines: list[Line]) -> list[Line]:
    """Lines from the last heading on: without it, unless it is the question."""
    for at in range(len(lines) - 1, -1, -1):
        heading = sheet.heading_at(lines[at].start)
        if heading is None or is_label(sheet.cut(heading.start, heading.end)):
            continue
        keep = ends_asking(sheet.cut(heading.start, heading.end))
        return lines[at if keep else at + 1 :]
    return lines


def _asking_from(sheet: Sheet, lines: list[Line], has_before: bool) -> int | None:
    """Without box or number: the last block, or from the first line on that asks after an answer's first line."""
    if has_before:
        return next((line.start for line in lines[1:] if asks(sheet.cut(line.start, line.end))), None)
    block = sheet.block_at(lines[-1].start)
    span = sheet.span(block) if block is not None else None
    return span[0] if span else lines[-1].start


def item_number(sheet: Sheet, line: Line) -> str:
    """The number that begins the line, or nothing."""
    found = ITEM_NUMBER.match(sheet.text, line.start, line.end)
    return (found["round"] or found["square"] or found["plain"]) if found else ""


def item_mark(sheet: Sheet, line: Line) -> str:
    """The number that begins the line with its brackets or full stop, or nothing."""
    found = ITEM_NUMBER.match(sheet.text, line.start, line.end)
    return found.group().strip() if found else ""


def following(sheet: Sheet, asked: Asked) -> str:
    """The mark of the next item after a question known by its number alone; empty where there is none."""
    line = sheet.line_at(asked.start)
    head, _, last = asked.number.rpartition(".")
    if line is None or not last.isdecimal():
        return ""
    mark = item_mark(sheet, Line(asked.start, line.end))
    number = f"{head}.{int(last) + 1}" if head else str(int(last) + 1)
    return mark.replace(asked.number, number, 1) if asked.number in mark else ""
