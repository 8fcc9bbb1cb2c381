"""Tuples and points: in order, or by the names of the coordinates; several points in any order.

Each line of a table is `gold | answer`; what stands in `AGREE` is correct, what stands in `DIFFER` is not.
"""

import pytest

from tests.verifier.pairs import outcome_of, pairs
from verifier.route import decide
from verifier.types import Reason

AGREE = {
    "tuples": r"""
        (1, 2) | (1, 2)
        (1, 2) | (1.0, \frac{4}{2})
        (1, 2) | (1.0, 2.0)
        (1, 2) | [1, 2]
        (5, 7) | 5, 7
        (5, 7) | x = 5, y = 7
        (5, 7) | 5 and 7
        (6,31,-1) | (p,q,r)=(6,31,-1)
        (2,1),(1,2) | (1,2), (2,1)
        \left(\frac12, 3\right) | (0.5, 3)
        (3, -4) | \left(3,\,-4\right)
        (3, -4) | x = 3, y = -4
        (3, -4) | (x, y) = (3, -4)
        (3, -4) | P(3, -4)
        (3, -4) | P = (3, -4)
        (3, -4) | The point is (3, -4).
        (3, -4) | \text{The vertex is at } (3,-4)
        (3, -4) | $(3, -4)$ is the vertex
        (3, -4) | \langle 3, -4 \rangle
        (3, -4) | \begin{pmatrix} 3 \\ -4 \end{pmatrix}
        (x, y) = (3, -4) | y = -4, x = 3
        (x, y) = (3, -4) | (y, x) = (-4, 3)
        (x, y) = (3, -4) | x=3 \text{ and } y=-4
        (x, y) = (3, -4) | \left\{\begin{array}{l} x = 3 \\ y = -4 \end{array}\right.
        (x, y) = (3, -4) | \begin{aligned} x &= 3 \\ y &= -4 \end{aligned}
        (x, y) = (3, -4) | x = 3; y = -4
        (x, y) = (3, -4) | x=3 \quad y=-4
        (a, b, c) = (2, 2, 5) | a = b = 2, c = 5
        \left(\frac{1}{2}, -\frac{3}{4}\right) | (0.5, -0.75)
        \left(\frac{1}{3}, 2\right) | (0.3333, 2)
        (\sqrt{2}, \frac{\pi}{4}) | (1.4142, 0.7854)
        (2, \frac{\pi}{3}) | (2, 60^\circ)
        (1, 2), (3, 4) | (1,2) and (3,4)
        (1, 2), (3, 4) | \{(3, 4), (1, 2)\}
        (1, 2), (3, 4) | A(1,2), B(3,4)
        A(1, 2), B(3, 4) | B(3, 4), A(1, 2)
        A(1, 2), B(3, 4) | A = (1,2), B = (3,4)
        A(1, 2), B(3, 4) | (1, 2), (3, 4)
        (0, 0) and (2, 4) | The curves meet at (0,0) and (2,4)
        (0, 0) and (2, 4) | \left(0,0\right),\ \left(2,4\right)
        (1, 2) and (-1, 2) | (\pm 1, 2)
        (\pm 1, 2) | (1, 2), (-1, 2)
        (0, 5) | x = 0, y = 5
        (2, 3, 6) | a = 2, b = 3, c = 6
        (3 cm, 4 cm) | (3, 4)
        (3 cm, 4 cm) | (30 mm, 40 mm)
        (x+1, y-2) | (1+x, -2+y)
        (t, 2t) | (t, 2 t)
        (1, 2, 3) | 1, 2, 3
        (2, 0) | \text{vertex: } (2, 0)
        (2, 0) | Vertex $(2, 0)$
        (h, k) = (2, -1) | h = 2, k = -1
        (2, -1) | h = 2, k = -1
        (1000, 20) | (1,000, 20)
        (m_1, m_2) | (m_{1}, m_{2})
        (4, -1) | center (4, -1)
        (-1, 0), (1, 0), (0, 2) | x-intercepts: (-1,0), (1,0); y-intercept: (0,2)
        (-1, 0), (1, 0) | (-1,0)(1,0)
        \left(-\frac{b}{2a}, c - \frac{b^2}{4a}\right) | \left(\frac{-b}{2a}, \frac{4ac-b^2}{4a}\right)
        (2, 3, -1) | x = 2, y = 3, z = -1
        (2, 3, -1) | \left(2, 3, -1\right)
        (-1, 4) | x = -1 \text{ and } y = 4
        (r, \theta) = (2, \frac{\pi}{6}) | r = 2, \theta = \frac{\pi}{6}
        (0, 1, 1, 2, 3) | 0, 1, 1, 2, 3
        (\frac{5}{2}, 0) | (2.5, 0)
        (1, -2) | \begin{bmatrix}1\\-2\end{bmatrix}
        (1, -2) | \hat{i} - 2\hat{j}
        (x,y) = (1,2) | x = 1, y = 2
        (x,y) = (1,2), (3,4) | (1,2), (3,4)
        (1, 2) | x=1 , y=2
        (1, 2) | x: 1, y: 2
        (1, 2) | (x = 1, y = 2)
        (1, 2) | \{x = 1, y = 2\}
        (1, 2) | \left\{ \begin{aligned} x &= 1 \\ y &= 2 \end{aligned} \right.
        (4, 5) | Point C is at (4, 5)
        (4, 5) | C(4;5)
        (4, 5) | (4 , 5)
        (4, 5) | (4.0, 5.0)
        (4, 5) | x = 4 and y = 5
        (0, -2) and (3, 1) | (3,1), (0,-2)
        (0, -2) and (3, 1) | \{(0,-2),(3,1)\}
        (0, -2) and (3, 1) | (0,-2) \text{ and } (3,1)
        (0, -2) and (3, 1) | P(0,-2), Q(3,1)
        (a, 0, 0) | (a,0,0)
        (\frac{1}{2}, \frac{\sqrt{3}}{2}) | (\cos 60^\circ, \sin 60^\circ)
        (2, 3) | y = 3, x = 2
    """,
    "order and ends": r"""
        (1,2) | 1 < x < 2
        (y, x) = (2, 1) | x=1, y=2
    """,
}

DIFFER = {
    "tuples": r"""
        (1, 2) | (2, 1)
        (1, 2) | \{1, 2\}
        (1, 2) | 12
        (1, 2) | 1.2
        (1, 2) | 1/2
        (1, 2) | The point is either (1, 2) or (2, 1)
        (1, 2) | (1, 2) or (2, 1)
        (1, 2) | (1, 2), (3, 4)
        (1, 2, 3) | (1, 2)
        (1,2),(3,4) | (1,2)
        (2, 5) | x is between 2 and 5 inclusive
        (3, -4) | The answer is not (3, -4)
        (3, -4) | \{3, -4\}
        (3, -4) | (-4, 3)
        (3, -4) | (3, 4)
        (3, -4) | -4, 3
        (3, -4) | (3, -4, 0)
        (3, -4) | 3
        (x, y) = (3, -4) | (x, y) = (-4, 3)
        (x, y) = (3, -4) | x = -4, y = 3
        (a, b, c) = (2, 2, 5) | a = b = c = 2
        \left(\frac{1}{2}, -\frac{3}{4}\right) | (0.5, 0.75)
        \left(\frac{1}{3}, 2\right) | (0.3, 2)
        (2, \frac{\pi}{3}) | (2, 30^\circ)
        A(1, 2), B(3, 4) | A(3, 4), B(1, 2)
        (1, 2), (3, 4) | (1, 2)
        (1, 2), (3, 4) | (1, 2), (3, 5)
        (1, 2), (3, 4) | (1, 3), (2, 4)
        (3 cm, 4 cm) | (3 m, 4 m)
        (x+1, y-2) | (x-1, y+2)
        (m, 2M) | (M, 2m)
        (a, b) | (b, a)
        (2, 3, -1) | x = 2, y = -1, z = 3
        (2, 3) | y = 2, x = 3
    """,
    "order and ends": r"""
        (1,2,3) | 1 < x < 2
        (y, x) = (2, 1) | x=2, y=1
    """,
}


@pytest.mark.parametrize(("gold", "answer"), pairs(AGREE))
def test_agrees(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "correct"


@pytest.mark.parametrize(("gold", "answer"), pairs(DIFFER))
def test_differs(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "incorrect"


@pytest.mark.parametrize(
    ("gold", "answer", "question", "outcome"),
    [
        ("(-1, 5)", "|x-2| < 3", "Solve |x-2|<3.", "incorrect"),
        ("(-5, 5)", "|x| < 5", "Solve $|x| < 5$.", "incorrect"),
        ("(50, 8)", "P = 50, Q = 8", "Find the equilibrium (Q, P).", "incorrect"),
        ("(50, 8)", "P = 8, Q = 50", "Find the equilibrium (Q, P).", "correct"),
        ("(2, 5)", "2 < x < 5", "Give the coordinates of the midpoint.", "incorrect"),
    ],
)
def test_the_question_decides(gold: str, answer: str, question: str, outcome: str) -> None:
    assert decide(gold, answer, question=question).outcome == outcome


def test_more_members_than_are_compared_are_left_open() -> None:
    gold, answer = (f"({', '.join(str(each) for each in range(first, first + 65))})" for first in (0, 1))
    assert decide(gold, answer).reason is Reason.TOO_LARGE
