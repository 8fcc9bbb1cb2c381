from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.errors import ConfigError
from stages._phrase_index import PhraseIndex, sentences, words_in
from stages.find_phrases import FindPhrases
from stages.records import Document, PhraseMatches
from tests.support import context, run_batch

PHRASES = {"checking": ["let me check that again"], "doubt": ["that can't be right", "does that make sense"]}
LISTED = Path("configs/filters/long_cot_phrases.yaml")


def document(text: str | None, name: str = "d") -> Document:
    return Document(
        id=name,
        url=f"https://example.org/{name}",
        source="pages",
        licence=None,
        attribution=None,
        html=None,
        text=text,
        language=None,
        content_key=name,
        removal_key=name,
    )


def found(tmp_path: Path, text: str | None, **options: Any) -> list[tuple[str, str, float, float]]:
    (row,) = run_batch(FindPhrases(**({"phrases": PHRASES} | options)), [document(text)], context(tmp_path))
    assert isinstance(row, PhraseMatches)
    for hit in row.hits:
        assert text is not None
        assert text[hit.place.start : hit.place.end] == hit.sentence
    return [(hit.phrase, hit.sentence, hit.jaccard, hit.containment) for hit in row.hits]


def test_a_sentence_that_says_nearly_this_alone_is_near(tmp_path: Path) -> None:
    assert found(tmp_path, "It is 4. Does THAT make sense? Yes.") == [
        ("does that make sense", "Does THAT make sense?", 1.0, 1.0)
    ]


def test_a_phrase_inside_a_longer_sentence_is_found_by_containment_and_not_by_the_papers_measure(
    tmp_path: Path,
) -> None:
    text = "So 3.5 times two is six: wait a second, let me check that again, since seven is odd."
    ((phrase, sentence, jaccard, containment),) = found(tmp_path, text)
    assert (phrase, sentence, containment) == ("let me check that again", text, 1.0)
    assert jaccard < 0.5
    assert found(tmp_path, text, containment=1.1) == []


def test_words_of_a_phrase_do_not_run_across_sentences(tmp_path: Path) -> None:
    assert found(tmp_path, "Let me check. That again is odd.\nDoes that\nmake sense to you") == []


def test_every_document_is_kept_and_most_have_no_hits(tmp_path: Path) -> None:
    rows = run_batch(
        FindPhrases(phrases=PHRASES), [document("Nothing here.", "a"), document(None, "b")], context(tmp_path)
    )
    assert [(row.id, row.num_words, row.hits) for row in rows] == [("a", 2, []), ("b", 0, [])]


def test_a_sentence_ends_at_its_mark_or_its_line_and_not_inside_a_number() -> None:
    text = "It is 3.5 m, i.e. tall... Is it? Yes!\n\n— \nAnd so on"
    assert [text[start:end] for start, end in sentences(text)] == [
        "It is 3.5 m, i.e.",
        "tall...",
        "Is it?",
        "Yes!",
        "And so on",
    ]


def test_similarity_is_that_of_the_sets_of_three_words() -> None:
    (near,) = PhraseIndex.of(["a b c d"]).near("x a b c y", jaccard=0.1, containment=2)
    assert (near.jaccard, near.containment) == (0.25, 0.5)


def test_the_list_that_ships_has_many_phrases_of_its_own_and_finds_them_all(tmp_path: Path) -> None:
    phrases = yaml.safe_load(LISTED.read_text(encoding="utf-8"))["phrases"]
    every = [phrase for group in phrases.values() for phrase in group]
    assert len(every) == len({" ".join(words_in(phrase)) for phrase in every}) >= 60
    for phrase in every:
        assert phrase in {hit[0] for hit in found(tmp_path, f"Well, {phrase}, or so.", phrases=phrases)}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"phrases": {}}, "phrases is empty"),
        ({"phrases": {"a": ["hold on"]}}, "'hold on' has fewer than 3 words"),
        ({"jaccard": 0}, "jaccard is 0"),
    ],
)
def test_what_would_find_everything_or_nothing_is_refused(options: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        FindPhrases(**({"phrases": PHRASES} | options))
