"""The policy of the contract, one rule after the other, on pairs of a gold and an extracted answer.

Each line of a table is `gold | answer`; what stands in `AGREE` is correct, what stands in `DIFFER` is not.
"""

import pytest

from tests.verifier.pairs import outcome_of, pairs

AGREE = {
    "expression": r"""
        x^2+2x+1 | (x+1)^2
        n(n+1)/2 | \frac{n^2+n}{2}
        2\sin x\cos x | \sin 2x
        \sin^2 x + \cos^2 x + x | 1 + x
        V_0 e^{-t/RC} | V_0 e^{-\frac{t}{RC}}
        3x^2 + C | 3x^2 + K
        \frac{1}{x} | x^{-1}
        \ln(x^2) | 2\ln x
        y = 2x + 1 | 2x+1
        2x+1 | y = 2x + 1
        \frac{kq_1q_2}{r^2} | k\frac{q_1 q_2}{r^2}
        \alpha + \beta | β + α
        e^{2x} | (e^x)^2
        \frac{a}{b} | a/b
        x\sqrt{x} | x^{3/2}
        \tan x | \frac{\sin x}{\cos x}
        f'(x) + 1 | 1 + f'(x)
        -x | 0 - x
    """,
    "equation": r"""
        x = 9 | 9
        9 | x = 9
        y = 3x + 2 | y - 3x = 2
        x + y = 1 | 2x + 2y = 2
        34x+45y-20z+100=0 | -34x-45y+20z-100=0
        PV = nRT | P = \frac{nRT}{V}
        f(x) = 3x+2 | 3x+2
        |z| = 5 | 5
        \det(A) = 5 | 5
        P(X > 2) = 0.3 | 0.3
    """,
    "complex": r"""
        3+4i | 4i+3
        -1 | e^{i\pi}
        \sqrt{3}+i | 2e^{i\pi/6}
        3+4j | 3+4i
        i | \sqrt{-1}
        5\angle 30^\circ | 5e^{i\pi/6}
        \frac{1}{2} + \frac{i}{2} | \frac{1+i}{2}
        1.41 + 1.41i | \sqrt{2} + \sqrt{2}i
    """,
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
    "expression": r"""
        4t | 4
        \pi r^2 h | \pi r^2
        f'(x) | f(x)
        m_1 v | m_2 v
        \frac{V}{R_{\text{eq}}} | \frac{V}{R_{\text{load}}}
        \frac{KM}{V} | \frac{km}{v}
        \sqrt{a^2+b^2} | a+b
        mgh | mg
        |x| | x
        x^2 | x^2, x^3
        x + 1 | 5
        e^x | e^{-x}
    """,
    "equation": r"""
        3y + w = 4 | 4
        x = 9 | y = 9
        3x - y + 13 = 0 | 3x + 4y + 14 = 0
        y = 2x | y = 3x
        x=2 or x=-3 | x=2
        x^2 + y^2 = 4 | x^2 + y^2 = 2
    """,
    "complex": r"""
        3+4i | 4+3i
        -i | i
        1.41 + 1.41i | 1.41 + 1.42i
        \pm 2i | \pm 2
        3+4i | 5
    """,
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
