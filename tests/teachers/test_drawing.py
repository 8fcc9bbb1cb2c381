import pytest

torch = pytest.importorskip("torch", reason="needs the [train] extra")

from teachers import Sampling  # noqa: E402
from teachers.drawing import Limits, draw, penalised  # noqa: E402  # imports torch

PROBABILITIES = torch.tensor([0.1, 0.5, 0.3, 0.07, 0.03])


def drawn(logits, *, uniforms=None, **sampling):
    rows = len(logits)
    limits = Limits.of([Sampling(**({"temperature": 1.0, "top_p": 1.0} | sampling))] * rows)
    return draw(logits, limits=limits, uniforms=torch.zeros(rows) if uniforms is None else uniforms).tolist()


def counted(probabilities, draws=1000, **sampling) -> list[int]:
    """How often each token comes out of evenly spread numbers."""
    tokens = drawn(probabilities.log().expand(draws, -1), uniforms=(torch.arange(draws) + 0.5) / draws, **sampling)
    return [tokens.count(token) for token in range(len(probabilities))]


def wide(probabilities, vocabulary=4000):
    """The same distribution before a long tail of what is never drawn."""
    return torch.cat([probabilities, torch.zeros(vocabulary - len(probabilities))])


def test_tokens_come_as_often_as_their_probability():
    assert counted(PROBABILITIES) == [100, 500, 300, 70, 30]


@pytest.mark.parametrize(
    ("sampling", "wanted"),
    [
        ({"top_p": 0.75}, [0, 500, 300, 0, 0]),
        ({"top_k": 3}, [100, 500, 300, 0, 0]),
        ({"min_p": 0.15}, [100, 500, 300, 0, 0]),
        ({"top_k": 2, "min_p": 0.15}, [0, 500, 300, 0, 0]),
        ({"top_k": 4, "min_p": 0.59}, [0, 500, 300, 0, 0]),
        ({"top_k": 2, "top_p": 0.6}, [0, 500, 0, 0, 0]),
        ({"top_k": 2, "top_p": 0.7}, [0, 500, 300, 0, 0]),
        ({"top_k": 100}, [100, 500, 300, 70, 30]),
    ],
)
def test_only_what_the_limits_leave_is_drawn_in_the_same_proportions(sampling, wanted):
    assert counted(PROBABILITIES, sum(wanted), **sampling) == wanted
    assert counted(wide(PROBABILITIES), sum(wanted), **sampling)[:5] == wanted


def test_limits_wider_than_the_tokens_looked_at_first_take_from_the_whole_row():
    flat = torch.full((1000,), 1 / 1000)
    for sampling, kept in (
        ({}, 1000),
        ({"top_k": 600}, 600),
        ({"min_p": 0.5}, 1000),
        ({"top_p": 0.5, "top_k": 600}, 300),
    ):
        counts = counted(flat, kept, **sampling)
        assert abs(sum(count > 0 for count in counts) - kept) <= 2, sampling


def test_a_nucleus_wider_than_the_tokens_looked_at_first_is_drawn_from_whole():
    flat = torch.zeros(4, 1000)
    flat[:, 0] = 1e-3
    tokens = drawn(flat, uniforms=torch.tensor([0.0, 0.2, 0.5, 0.9999]))
    assert tokens[0] == 0
    assert len(set(tokens)) == 4


def test_temperature_zero_takes_the_likeliest_token_whatever_the_number():
    logits = torch.randn(8, 500, generator=torch.Generator().manual_seed(0))
    assert drawn(logits, temperature=0.0, uniforms=torch.full((8,), 0.99)) == logits.argmax(1).tolist()


def test_a_low_temperature_sharpens():
    logits = torch.tensor([[0.0, 1.0]]).expand(1000, 2)
    uniforms = (torch.arange(1000) + 0.5) / 1000
    warm, cold = (sum(drawn(logits, temperature=value, uniforms=uniforms)) for value in (1.0, 0.5))
    assert warm == 731
    assert cold == 881


def test_each_row_is_drawn_by_its_own_limits():
    logits = PROBABILITIES.log().expand(3, -1)
    samplings = [Sampling(temperature=0.0), Sampling(temperature=1.0, top_k=2, top_p=1.0), Sampling(temperature=1.0)]
    tokens = draw(logits, limits=Limits.of(samplings), uniforms=torch.full((3,), 0.99))
    assert tokens.tolist() == [1, 2, 3]


def test_a_penalty_lowers_only_what_stands_there():
    logits, seen = torch.tensor([[2.0, -2.0, 2.0, -2.0]]), torch.tensor([[True, True, False, False]])
    assert penalised(logits, seen=seen, penalties=torch.tensor([[2.0]])).tolist() == [[1.0, -4.0, 2.0, -2.0]]
