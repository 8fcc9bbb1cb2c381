"""The policy of the contract, one rule after the other, on pairs of a gold and an extracted answer.

Each line of a table is `gold | answer`; what stands in `AGREE` is correct, what stands in `DIFFER` is not.
"""

import pytest

from tests.verifier.pairs import outcome_of, pairs

AGREE = {
    "mcq": r"""
        B | (B)
        B | \text{B}
        B | **B**
        B | B.
        B | Option B
        B | b
        B | B) the second one
        B | the closest option is (B)
        A, C | C and A
        A, C | AC
        E | \mathrm{E}
        (b) | B
    """,
    "boolean": r"""
        Yes | yes.
        True | TRUE
        True | The statement is true
        False | \text{False}
        No | No, it is not.
        yes | Answer: Yes
    """,
    "word": r"""
        photosynthesis | Photosynthesis
        simple harmonic motion | Simple Harmonic Motion (SHM)
        the mitochondria | Mitochondria.
        gray | grey
        color | colour
        ionic bond | ionic bonds
        alpha | \alpha
        \text{odd} | odd
        friction | It is friction
        undefined | The limit is undefined
        infinity | \infty
        increases | It increases
    """,
    "spelling": r"""
        9^{9^{9^9}} | 9^{9^{9^{9}}}
        6 | \boxed{6\ }
        \frac{1}{2} | $\dfrac{1}{2}$
        \frac{1}{2} | \left(\frac{1}{2}\right)
    """,
}

DIFFER = {
    "mcq": r"""
        B | A
        B | A or B
        C | (A)(B)(C)(D)
        A, C | A
        B | A, B, C, D
    """,
    "boolean": r"""
        True | False
        No | Yes
        Yes | yes or no
        True | not true
        Yes | maybe
        False | T
        no | No solution
    """,
    "word": r"""
        listen | silent
        GAT | TAG
        stable | unstable
        increases | decreases
        odd | even
        clockwise | counterclockwise
        friction | it is not friction
    """,
}


@pytest.mark.parametrize(("gold", "answer"), pairs(AGREE))
def test_agrees(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "correct"


@pytest.mark.parametrize(("gold", "answer"), pairs(DIFFER))
def test_differs(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) != "correct"
