import pytest

torch = pytest.importorskip("torch", reason="needs the [train] extra")

from teachers.drawing import draw  # noqa: E402  # imports torch


def drawn(logits, *, temperature=1.0, top_p=1.0, uniforms=None):
    rows = len(logits)
    return draw(
        logits,
        temperatures=torch.full((rows,), temperature),
        top_ps=torch.full((rows,), top_p),
        uniforms=torch.zeros(rows) if uniforms is None else uniforms,
    ).tolist()


def test_tokens_come_as_often_as_their_probability():
    probabilities = torch.tensor([0.1, 0.6, 0.3])
    uniforms = (torch.arange(1000) + 0.5) / 1000
    tokens = drawn(probabilities.log().expand(1000, 3), uniforms=uniforms)
    assert [tokens.count(token) for token in range(3)] == [100, 600, 300]


def test_the_nucleus_keeps_only_what_reaches_its_share():
    probabilities = torch.tensor([0.1, 0.6, 0.3])
    uniforms = (torch.arange(900) + 0.5) / 900
    tokens = drawn(probabilities.log().expand(900, 3), top_p=0.85, uniforms=uniforms)
    assert [tokens.count(token) for token in range(3)] == [0, 600, 300]


def test_temperature_zero_takes_the_likeliest():
    logits = torch.randn(20, 500, generator=torch.Generator().manual_seed(0))
    assert drawn(logits, temperature=0.0, uniforms=torch.rand(20)) == logits.argmax(1).tolist()


def test_a_nucleus_wider_than_the_guess_is_still_drawn_from_in_full():
    flat = torch.zeros(1000, 2000)
    tokens = drawn(flat, top_p=0.999, uniforms=(torch.arange(1000) + 0.5) / 1000)
    assert len(set(tokens)) == 1000


def test_each_row_has_its_own_temperature_and_nucleus():
    logits = torch.tensor([[0.0, 1.0, 0.9]] * 2)
    tokens = draw(
        logits,
        temperatures=torch.tensor([0.0, 1.0]),
        top_ps=torch.tensor([1.0, 1.0]),
        uniforms=torch.tensor([0.999, 0.999]),
    )
    assert tokens.tolist() == [1, 0]
