"""Looks in a corpus for phrases of long chains of thought, to see where a model may have met them before."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import polars as pl

from pipeline.context import Context
from pipeline.errors import ConfigError
from pipeline.stage import BatchFn, BatchStage
from stages._phrase_index import RUN, PhraseIndex, words_in
from stages.records import Document, PhraseHit, PhraseMatches, Span


@dataclass(frozen=True, kw_only=True)
class FindPhrases(BatchStage[Document, PhraseMatches]):
    """Compares each sentence of `Document.text` with each phrase and keeps every document, most of them without hits.

    phrases     -- by groups, such as `checking`; `configs/filters/long_cot_phrases.yaml` holds a list. Each has three
                   words or more
    jaccard     -- least share of the word runs of sentence and phrase together that they have in common: sentences
                   that say nearly this alone, as the paper looks for them
    containment -- least share of the phrase's word runs that the sentence has: sentences that say this among other
                   things. Above 1 it finds nothing, which leaves the paper's measure alone
    """

    phrases: dict[str, list[str]]
    jaccard: float = 0.5
    containment: float = 0.99

    def __post_init__(self) -> None:
        for name in ("jaccard", "containment"):
            if getattr(self, name) <= 0:
                raise ConfigError(f"find_phrases: {name} is {getattr(self, name):g}; at 0 every sentence would be near")
        if not any(self.phrases.values()):
            raise ConfigError("find_phrases: phrases is empty; give {group: [phrase, ...]}")
        for _, phrase in _listed(self.phrases):
            if len(words_in(phrase)) < RUN:
                raise ConfigError(f"find_phrases: the phrase {phrase!r} has fewer than {RUN} words")

    @contextmanager
    def open(self, ctx: Context) -> Iterator[BatchFn[Document, PhraseMatches]]:
        listed = _listed(self.phrases)
        index = PhraseIndex.of([phrase for _, phrase in listed])

        def find(documents: Sequence[Document]) -> list[PhraseMatches]:
            texts = pl.Series([document.text or "" for document in documents], dtype=pl.String)
            read = zip(documents, texts, texts.str.count_matches(r"\w+"), _may_hold(index, texts), strict=True)
            return [
                PhraseMatches(
                    id=document.id,
                    url=document.url,
                    source=document.source,
                    num_words=num_words,
                    hits=self._hits(text, index, listed) if is_worth_it else [],
                )
                for document, text, num_words, is_worth_it in read
            ]

        yield find

    def _hits(self, text: str, index: PhraseIndex, listed: Sequence[tuple[str, str]]) -> list[PhraseHit]:
        return [
            PhraseHit(
                phrase=listed[near.phrase][1],
                group=listed[near.phrase][0],
                sentence=text[near.start : near.end],
                place=Span(start=near.start, end=near.end),
                jaccard=near.jaccard,
                containment=near.containment,
            )
            for near in index.near(text, jaccard=self.jaccard, containment=self.containment)
        ]


def _listed(phrases: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(group, phrase) for group, members in sorted(phrases.items()) for phrase in members]


def _may_hold(index: PhraseIndex, texts: pl.Series) -> pl.Series:
    """Which texts hold any run of words that a phrase has; the others need no reading sentence by sentence."""
    words = texts.str.to_lowercase().str.replace_all(r"\W+", " ")
    return words.str.contains_any(list(index.holders))
