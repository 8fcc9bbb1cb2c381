import pytest

import teachers
from teachers import Sampling, TeacherConfig, TeacherConfigError
from teachers.prompts import STYLES, style


def ask(config: TeacherConfig, question: str = "What is 2 + 2?", *, answer="4", sample=0, seed=0):
    return teachers.request(config, question=question, answer=answer, sample=sample, seed=seed)


@pytest.mark.parametrize("name", sorted(STYLES))
def test_every_style_ends_with_the_question_asked_by_the_user(name):
    turns = style(name).turns("How many {braces} are in \\frac{1}{2}?")
    assert turns[-1].role == "user"
    assert turns[-1].content.count("How many {braces} are in \\frac{1}{2}?") == 1
    assert [turn.role for turn in turns if turn.role != "system"][::2] == ["user"] * ((len(turns) + 1) // 2)


def test_an_unknown_style_lists_the_known_ones():
    with pytest.raises(TeacherConfigError, match=r"no prompt style 'boxed'; styles: boxed-v1"):
        style("boxed")


@pytest.mark.parametrize("backend", ["auto", "vllm", "transformers"])
def test_a_language_model_is_never_told_the_answer(backend):
    request = ask(TeacherConfig(name="t", backend=backend), answer="the gold answer")
    assert "gold" not in str(request)
    assert request.payload() == ask(TeacherConfig(name="t", backend=backend), answer="another").payload()


def test_seeds_differ_between_samples_and_runs_but_not_between_pages_with_the_same_question():
    config = TeacherConfig(name="t")
    seeds = {ask(config, sample=sample, seed=seed).seed for sample in range(4) for seed in range(3)}
    assert len(seeds) == 12
    assert ask(config).seed == ask(config).seed < 2**31


def test_whatever_decides_an_answer_stands_in_the_payload():
    base = TeacherConfig(name="t")
    payloads = [
        ask(base),
        ask(base, "What is 2 + 3?"),
        ask(base, sample=1),
        ask(base, seed=1),
        ask(TeacherConfig(name="t", prompt_style="question-v1")),
        ask(TeacherConfig(name="t", sampling=Sampling(temperature=0.6))),
        ask(TeacherConfig(name="t", sampling=Sampling(top_p=0.9))),
        ask(TeacherConfig(name="t", sampling=Sampling(max_tokens=8))),
    ]
    assert len({str(request.payload()) for request in payloads}) == len(payloads)


@pytest.mark.parametrize("wrong", [{"temperature": -1}, {"top_p": 0}, {"max_tokens": 0}])
def test_impossible_sampling_is_refused(wrong):
    with pytest.raises(ValueError, match="wanted temperature >= 0"):
        Sampling(**wrong)
