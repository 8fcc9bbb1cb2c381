"""The styles anybody may look at, and the pages of all styles."""

from collections.abc import Callable, Iterator
from random import Random

from bench.factory import styles_answers, styles_boards, styles_books, styles_lists, styles_stack, styles_threads
from bench.factory.page import Page
from bench.factory.pairs import Pool
from bench.factory.unseen import UNSEEN

Style = Callable[[Pool, Random], Page]

SEEN: tuple[Style, ...] = (
    styles_stack.stack_classic,
    styles_stack.stack_modern,
    styles_threads.discourse,
    styles_boards.phpbb3,
    styles_boards.vbulletin,
    styles_boards.xenforo,
    styles_threads.reddit,
    styles_answers.homework_help,
    styles_answers.jsonld_qapage,
    styles_answers.wordpress_problem,
    styles_books.exercise_sheet,
    styles_books.textbook_key,
    styles_books.worked_examples,
    styles_books.libretexts,
    styles_lists.faq_accordion,
    styles_lists.qa_plain,
    styles_lists.quiz_reveal,
    styles_lists.definition_list,
)


def pages(style: Style, pool: Pool, count: int) -> Iterator[Page]:
    """Page `n` of a style is the same whatever else is drawn."""
    for number in range(count):
        yield style(pool, Random(f"{style.__name__}/{number}"))


def styles() -> dict[str, Style]:
    """All styles by name, seen ones first."""
    return {style.__name__: style for style in (*SEEN, *UNSEEN)}
