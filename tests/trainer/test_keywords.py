import pytest

from trainer.keywords import KEYWORDS, keyword_counts, keyword_rates

TEXTS = ["Wait, wait. However, I RETRY.", "awaiting waits; howevers", "```python\nprint(1)\n```", ""]


def test_only_whole_words_count_in_any_case() -> None:
    assert keyword_counts(TEXTS[0]) == {
        "wait": 2, "recheck": 0, "alternatively": 0, "retry": 1, "however": 1, "python_block": 0,
    }  # fmt: skip
    assert not any(keyword_counts(TEXTS[1]).values())


def test_a_rate_is_a_share_of_texts_however_often_a_word_stands_in_one() -> None:
    rates = keyword_rates(TEXTS)
    assert rates["wait"] == rates["retry"] == rates["python_block"] == 0.25
    assert rates["recheck"] == 0
    assert set(KEYWORDS) < set(rates)


@pytest.mark.parametrize("text", ["wait", "<think>wait</think>", "Wait...", "(wait)", "wait\nI"])
def test_punctuation_and_tags_end_a_word(text: str) -> None:
    assert keyword_counts(text)["wait"] == 1


def test_no_texts_have_no_rates() -> None:
    assert keyword_rates([]) == {}
