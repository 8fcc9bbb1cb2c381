"""What holds for all words, truth values and options: themselves in any dress, never with a denial or rival beside."""

from hypothesis import given
from hypothesis import strategies as st

from tests.verifier.pairs import outcome_of
from verifier.extract import extract
from verifier.types import AnswerType, Policy
from verifier.words.booleans import truth
from verifier.words.inflection import stem
from verifier.words.options import letters
from verifier.words.phrases import keys, phrase

words = st.text("abcdefghilmnoprstuy", min_size=4, max_size=12)
_NOUNS = "friction osmosis nucleus hyperbola momentum catalyst enzyme photon magnetism erosion inertia velocity"
nouns = st.sampled_from(_NOUNS.split())
dresses = st.sampled_from([
    "{}", " {} ", "{}.", "**{}**", r"\text{{{}}}", r"$\text{{{}}}$", r"\mathrm{{{}}}", r"\textbf{{\textit{{{}}}}}",
    "It is {}", "The answer is {}", r"\boxed{{\text{{{}}}}}", "“{}”", "{}\u200b", r"\,{}\ ", r"\left.{}\right.",
])  # fmt: skip
option = st.sampled_from("ABCDEFGHIJ")
option_dresses = st.sampled_from(["({})", "{}.", "{})", r"\textbf{{({})}}", "Option {}", "Answer: ({}).", "**{}**"])
values = st.sampled_from(["yes", "no", "true", "false"])


@given(words)
def test_stems_are_stable(word: str) -> None:
    assert stem(stem(word)) == stem(word)


@given(words)
def test_a_word_agrees_with_its_plural_and_its_capitals(word: str) -> None:
    if word.endswith(("s", "y", "i", "a", "u", "o", "e", "h")):
        return
    assert keys(phrase(word)) & keys(phrase(word + "s"))
    assert keys(phrase(word)) & keys(phrase(word.upper()))


@given(nouns, dresses)
def test_a_word_agrees_with_itself_in_any_dress(word: str, dress: str) -> None:
    assert outcome_of(word, dress.format(word)) == "correct"


@given(nouns, nouns, dresses)
def test_agreement_is_symmetric(one: str, other: str, dress: str) -> None:
    assert outcome_of(one, dress.format(other)) == outcome_of(dress.format(other), one)
    assert (outcome_of(one, other) == "correct") == (one == other)


@given(nouns, nouns, st.sampled_from(["{} or {}", "{}/{}", "not {}", "{}?", "maybe {}", "neither {} nor {}", "no {}"]))
def test_denied_and_rivalled_words_never_agree(word: str, rival: str, dress: str) -> None:
    assert outcome_of(word, dress.format(word, rival + "x")) == "incorrect"


@given(option, option, option_dresses)
def test_a_letter_agrees_with_itself_alone(letter: str, other: str, dress: str) -> None:
    assert letters(dress.format(letter)) == {letter}
    assert (outcome_of(letter, dress.format(other)) == "correct") == (letter == other)


@given(values, values, st.sampled_from(["{}", "{}.", r"\text{{{}}}", "**{}**", "{}, because it is so"]))
def test_truth_values_agree_by_value(one: str, other: str, dress: str) -> None:
    assert (outcome_of(one, dress.format(other)) == "correct") == (truth(one) == truth(other))


@given(st.text("yesnotruefalsi ,./?!", max_size=40))
def test_a_text_never_has_a_truth_value_and_its_opposite(text: str) -> None:
    assert truth(f"{text} yes and no") is None


@given(st.text(r"\boxed{}$ <>/think#*|answer:is12\n.", max_size=120), st.sampled_from(AnswerType))
def test_extraction_reads_anything(text: str, kind: AnswerType) -> None:
    found = extract(text, kind, Policy())
    assert found is None or found.strip()


@given(st.integers(-(10**6), 10**6), st.sampled_from(["The answer is {}.", r"\boxed{{{}}}", "#### {}", "so x = {}"]))
def test_what_stands_after_the_thought_decides(value: int, frame: str) -> None:
    response = rf"<think>\boxed{{{value + 1}}} The answer is {value + 2}</think>" + "\n" + frame.format(value)
    assert extract(response, AnswerType.INTEGER, Policy()) == str(value)
