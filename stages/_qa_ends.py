"""Where marked questions and answers end whose elements do not say: at the next mark, heading, number or step."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import islice

from stages._qa_before import following, item_mark
from stages._qa_extent import tail_end
from stages._qa_marks import Asked, By, Told
from stages._qa_sheet import INLINE, Sheet
from stages._qa_words import EXAMPLE, STEP

# Headings looked through between a question and its end or its answer.
MAX_HEADINGS = 40


@dataclass(frozen=True, slots=True)
class Ends:
    """`starts` are where questions begin, `told` the answers, both in page order."""

    sheet: Sheet
    starts: list[int]
    told: list[Told]

    def of_question(self, asked: Asked) -> int:
        """Where a question ends whose answer does not follow it."""
        at = bisect_right(self.starts, asked.start)
        stops = [*self.starts[at : at + 1], *(told.start for told in self.next_told(asked.body))]
        limit = min([asked.end or len(self.sheet.text), *stops])
        heads = islice(self.sheet.headings_from(asked.body, limit), MAX_HEADINGS)
        return next((heading.start for heading in heads if heading.level <= asked.level or not asked.level), limit)

    def of_answer(self, asked: Asked, told: Told, successor: int | None, earlier: list[int]) -> int:
        """`successor` is where the next pair begins, `earlier` where the last few before this one did."""
        if told.end is not None:
            return told.end
        at = bisect_right(self.starts, told.body)
        stops = [*self.starts[at : at + 1], *(other.start for other in self.next_told(told.start))]
        stops += [successor] if successor is not None else []
        limit = min([self._box_end(asked.start, told.body), *stops])
        level = max(asked.level, told.level)
        heads = self.sheet.headings_from(told.body, limit)
        limit = next((heading.start for heading in heads if heading.level <= (level or 6)), limit)
        if asked.by is By.NOTHING:
            limit = self._before_next(asked, told.body, limit)
        if EXAMPLE.match(asked.word):
            step = first_step(self.sheet, told.body, limit)
            limit = limit if step is None else step
        if successor is not None and limit == successor:
            return limit
        return tail_end(self.sheet, asked.start, told.body, limit, earlier=earlier)

    def _box_end(self, start: int, end: int) -> int:
        """The end of what holds question and answer; a paragraph holds neither, for a formula may break it."""
        box = self.sheet.around(start, end)
        while box is not None and (box.tag == "p" or box.tag in INLINE):
            box = box.getparent()
        span = self.sheet.span(box) if box is not None else None
        return span[1] if span else len(self.sheet.text)

    def next_told(self, place: int) -> list[Told]:
        at = bisect_right(self.told, place, key=lambda other: other.start)
        return self.told[at : at + 1]

    def _before_next(self, asked: Asked, start: int, end: int) -> int:
        """A numbered question's answer ends where the next number begins a line."""
        wanted = following(self.sheet, asked)
        if not wanted:
            return end
        lines = self.sheet.lines_in(start, end)[1:]
        return next((line.start for line in lines if item_mark(self.sheet, line) == wanted), end)


def first_step(sheet: Sheet, start: int, end: int) -> int | None:
    """Where the first line begins that only says how to go about it: "Strategy", "Check your answer"."""
    lines = sheet.lines_in(start, end)
    return next((line.start for line in lines if STEP.match(sheet.text, line.start, line.end)), None)
