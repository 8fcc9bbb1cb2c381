"""What commands print: text of strangers shows as text, and neither steers the terminal nor turns the reading order.

A page, a question or a trace may hold escape sequences, which move the cursor, rename the window, write to the
clipboard; or marks of direction, which show a line otherwise than it stands there.
"""

import re
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.segment import Segment

# All controls but tab and line feed, those of C1 too; separators of lines that terminals do not know; directions.
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
SHOWN_AS = "\ufffd"


def harmless(text: str) -> str:
    return STEERING.sub(SHOWN_AS, text)


def harmless_json(text: str) -> str:
    """The same JSON, such signs spelt as escapes: outside of strings it has none."""
    return STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class Terminal(Console):
    """A console whose own colours and cursor work, and those of what it prints do not."""

    def render(self, renderable: Any, options: Any = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            if segment.control or not STEERING.search(segment.text):
                yield segment
            else:
                yield Segment(harmless(segment.text), segment.style)
