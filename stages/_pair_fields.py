"""Which columns of a row of someone else's data make a question-answer pair; shared by the readers of rows."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from pipeline.stage import Reject
from stages._fields import BadRowError, optional_text, slug, text_of, value_of
from stages._removal import removal_key
from stages._text import digest128, question_key
from stages.records import Origin, QAPair

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VOTES = re.compile(r"[+-]?\d{1,18}")  # an integer of 64 bits holds no more
_MAX_DIGITS = 4  # of the number of an option; a longer answer is a number of its own
_QUOTED = 200  # characters of a row that cannot be used


@dataclass(frozen=True, kw_only=True)
class PairFields:
    """Options every reader of pairs has; dots in a column's name lead into objects ("meta.question").

    source           -- the name of where the rows come from
    question_fields  -- the columns of the question, joined by a space
    source_field     -- a column that names the source of each row in place of `source`; none may lack it
    id_field         -- a column whose value becomes the id, after the source; without it the id is a digest of source,
                        question and answer; of several rows with one id and different questions all but the first
                        have a digest of the question after it
    answer_field     -- the column of the answer; "" where no row has one and none is needed
    url_field        -- a column with the address of each row in place of `url`; none may lack it
    licence_field    -- a column with the licence of each row; where it is empty, `licence`
    author_field     -- a column that names who wrote the answer; it may be empty
    votes_field      -- a column with the votes for the answer, a whole number; it may be empty
    options_field    -- a column with a list of options: an answer that names one, by letter or by number from 0,
                        becomes its text
    needs_answer     -- off: rows with an empty answer are taken too, as questions to keep clear of
    url              -- the address of all rows, where no column has them
    licence          -- the licence of rows that have none of their own
    attribution      -- whom to name when a row is used, for all rows
    origin           -- who wrote the answers
    """

    source: str
    question_fields: list[str] = field(default_factory=lambda: ["question"])
    answer_field: str = "answer"
    source_field: str | None = None
    url_field: str | None = None
    id_field: str | None = None
    licence_field: str | None = None
    author_field: str | None = None
    votes_field: str | None = None
    options_field: str | None = None
    needs_answer: bool = True
    url: str = ""
    licence: str | None = None
    attribution: str | None = None
    origin: Origin = Origin.HUMAN

    def columns(self) -> list[str]:
        """The columns that are read, as they are named in the options."""
        return sorted(self._named())

    def needed(self) -> list[str]:
        """Those without which no row is a pair."""
        needed = ["question_fields", "source_field", "url_field", "id_field"]
        needed += ["answer_field"] if self.needs_answer else []
        return sorted(name for name, option in self._named().items() if option in needed)

    def no_columns(self, place: str, missing: Sequence[str], found: Iterable[str]) -> str:
        """The message for a file or data set that lacks columns altogether: what is there, which options to set."""
        named = self._named()
        options = [*dict.fromkeys(named[name] for name in missing)]
        values = {option: "[COLUMN]" if option == "question_fields" else "COLUMN" for option in options}
        lines = ", ".join(f"{option}: {value}" for option, value in values.items())
        typed = " ".join(f"--set 'NODE.{option}={value}'" for option, value in values.items())
        null = "; null where there is none" if {*options} - {"question_fields", "answer_field"} else ""
        what = ", ".join(map(repr, missing))
        return f"{place} has no column {what}; columns: {', '.join(found)}. Name yours: {lines} (or {typed}){null}"

    def _named(self) -> dict[str, str]:
        """The option that names each column."""
        named: dict[str | None, str] = {  # of options that name the same one the last
            self.options_field: "options_field",
            self.votes_field: "votes_field",
            self.author_field: "author_field",
            self.licence_field: "licence_field",
            self.url_field: "url_field",
            self.id_field: "id_field",
            self.source_field: "source_field",
            self.answer_field: "answer_field",
            **dict.fromkeys(self.question_fields, "question_fields"),
        }
        return {name: option for name, option in named.items() if name}

    def pair(
        self, raw: Any, parse: Callable[[Any], Mapping[str, Any]], *, place: str, extractor: str, seen: set[str]
    ) -> QAPair | Reject:
        """The pair that `parse(raw)` holds; `seen` collects the ids given or taken, so that a repeated row is told.

        An id of someone else's may stand at two questions: neither is a repetition of the other.
        """
        try:
            pair = self._pair(parse(raw), extractor)
        except BadRowError as error:
            return Reject(error.reason, f"{place}: {error}{_quoted(raw)}", id=place)
        apart = f"{pair.id}-{pair.content_key[:12]}"
        if apart in seen:
            return Reject("duplicate_row", f"{place}: repeats {pair.id}", id=place)
        if pair.id in seen:
            pair = replace(pair, id=apart)
        seen.update((pair.id, apart))
        return pair

    def _answer(self, row: Mapping[str, Any]) -> str:
        """Raises `BadRowError` where there is none and one is needed."""
        if not self.needs_answer and optional_text(row, self.answer_field) is None:
            return ""
        answer = text_of(row, self.answer_field)
        options = value_of(row, self.options_field) if self.options_field else None
        return _chosen(answer, options) or answer

    def _pair(self, row: Mapping[str, Any], extractor: str) -> QAPair:
        question = " ".join(text_of(row, name) for name in self.question_fields)
        answer = self._answer(row)
        source = text_of(row, self.source_field) if self.source_field else self.source
        own_id = f"{source}-{slug(text_of(row, self.id_field))}" if self.id_field else None
        url = text_of(row, self.url_field) if self.url_field else self.url
        return QAPair(
            id=own_id or digest128(source, question, answer),
            question=question,
            answer_text=answer,
            question_span=None,
            answer_span=None,
            origin=self.origin,
            extractor=extractor,
            score=1.0,
            url=url,
            source=source,
            licence=optional_text(row, self.licence_field) or self.licence,
            attribution=self.attribution,
            content_key=question_key(question),
            removal_key=removal_key(url, source=source),
            author=optional_text(row, self.author_field),
            votes=_votes(row, self.votes_field),
        )


def _quoted(raw: Any) -> str:
    """The beginning of a row as it stands, for whoever looks for what is wrong with it."""
    if raw is None:
        return ""
    if not isinstance(raw, bytes):
        raw = orjson.dumps(raw, default=str, option=orjson.OPT_NON_STR_KEYS)
    text = " ".join(raw[: 4 * _QUOTED].decode("utf-8", "replace").split())
    return f"; row: {text[:_QUOTED]}" + ("…" if len(text) > _QUOTED or len(raw) > 4 * _QUOTED else "")


def _chosen(answer: str, options: Any) -> str | None:
    """The option that a letter or a number from 0 names; None where it names none."""
    if not isinstance(options, list):
        return None
    letter = answer.strip("().").upper()
    named = _LETTERS.index(letter) if len(letter) == 1 and letter in _LETTERS else -1
    number = int(answer) if answer.isdecimal() and len(answer) <= _MAX_DIGITS else named
    return str(options[number]).strip() if 0 <= number < len(options) else None


def _votes(row: Mapping[str, Any], name: str | None) -> int | None:
    text = optional_text(row, name)
    if text is None:
        return None
    if not _VOTES.fullmatch(text):
        raise BadRowError(f"{name!r} is {text[:40]!r}, not a whole number of up to 18 digits")
    return int(text)
