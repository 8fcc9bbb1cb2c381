"""Sets and bare lists: all members, in any order, by name where both sides name them.

Each line of a table is `gold | answer`; what stands in `AGREE` is correct, what stands in `DIFFER` is not.
"""

import pytest

from tests.verifier.pairs import outcome_of, pairs
from verifier.route import decide

AGREE = {
    "sets": r"""
        \{1, 2, 3\} | \{3, 2, 1\}
        \{1, 2, 3\} | 3, 2, 1
        \{1, 2, 3\} | \left\{1,\,2,\,3\right\}
        \{1, 2, 3\} | {1,2,3}
        1, 2, 3 | 3, 1, 2
        1, 2 | \{2, 1\}
        x = 2 \text{ or } x = -3 | -3, 2
        \pm 3 | 3, -3
        3, -3 | \pm 3
        1 \pm \sqrt{19} | 1+\sqrt{19}, 1-\sqrt{19}
        x = -5,\ p = \frac{14}{3} | p = \frac{14}{3}, x = -5
        7, 4 | a = 7, b = 4
        7 \text{ and } 4 | 4, 7
        \emptyset | \{\}
        \emptyset | no real solutions
        \emptyset | \varnothing
        \emptyset | no solution
        \emptyset | \{ \}
        \emptyset | none
        \text{no solution} | There is no solution.
        \text{No solution} | \{\}
        2, 5 | x = 2, x = 5
        2, 5 | x=5 \text{ or } x=2
        2, 5 | x = 2 or 5
        2, 5 | 2 and 5
        2, 5 | x_1 = 2, x_2 = 5
        2, 5 | \text{The roots are } 2 \text{ and } 5
        2, 5 | S = \{2, 5\}
        x_1 = 2, x_2 = 5 | 2, 5
        x = 2, x = 5 | \{2, 5\}
        x = 2, x = 5 | x \in \{2, 5\}
        x = 2 \text{ or } x = 5 | The solutions are x = 2 and x = 5
        x = 2 \text{ or } x = 5 | The roots are 2 and 5.
        2 and 5 | 5 \text{ and } 2
        \pm 5 | 5, -5
        \pm 5 | x = \pm 5
        5, -5 | ±5
        x = \pm 2 | x = 2 \text{ or } x = -2
        x = \pm 2 | \{-2, 2\}
        \pm 2, \pm 3 | -3, -2, 2, 3
        \frac{-1 \pm \sqrt{5}}{2} | \frac{-1 + \sqrt{5}}{2}, \frac{-1 - \sqrt{5}}{2}
        \frac{-1 \pm \sqrt{5}}{2} | x = \frac{-1 \pm \sqrt 5}{2}
        \frac{-1 \pm \sqrt{5}}{2} | -\frac12 \pm \frac{\sqrt5}{2}
        3, 5 cm | 3 cm, 5 cm
        3, 5 cm | 30 mm and 50 mm
        3 cm, 5 cm | 3, 5
        3 cm and 5 cm | 5\text{ cm}, 3\text{ cm}
        3 cm and 5 cm | 5 and 3 cm
        30^\circ, 150^\circ | 150°, 30°
        30^\circ, 150^\circ | \frac{\pi}{6}, \frac{5\pi}{6}
        \frac{\pi}{3}, \frac{5\pi}{3} | x = \frac{\pi}{3} \text{ or } \frac{5\pi}{3}
        x = \frac{\pi}{3}, \frac{5\pi}{3} | \left\{\frac{5\pi}{3}, \frac{\pi}{3}\right\}
        \frac12, \frac13 | 0.5, 0.3333
        a = 3, b = 4 | b = 4, a = 3
        a = 3, b = 4 | 3, 4
        a = 3, b = 4 | a: 3, b: 4
        length = 12 cm, width = 5 cm | width: 5 cm, length: 12 cm
        length = 12 cm, width = 5 cm | l = 12, w = 5
        A = 2, B = -1, C = 3 | A=2;\ B=-1;\ C=3
        \{5\} | 5
        \{5\} | x = 5
        \{a, b, c\} | \{c, a, b\}
        red, green, blue | blue, red, and green
        carbon and oxygen | Oxygen and Carbon
        increases, decreases | increases, decreases
        1, 2, 4, 5, 10, 20 | 20, 10, 5, 4, 2, 1
        1, 2, \ldots, 6 | 1, 2, 3, 4, 5, 6
        \{1, 2, 3, 4, 5\} | \{1, 2, \dots, 5\}
        x = 1, y = 2 | (1, 2)
        x = 1, y = 2 | (x, y) = (1, 2)
        x = 1, y = 2 | y = 2, x = 1
        x = 1, y = 2 | x=1 \quad y=2
        x = 1,\ y = 2 | x = 1 \text{ and } y = 2
        x = 1,\ y = 2 | \begin{cases} x = 1 \\ y = 2 \end{cases}
        \{(1,2),(3,4)\} | (3,4),(1,2)
        x = n\pi, n \in \mathbb{Z} | x = k\pi, k \in \mathbb{Z}
        x = \frac{\pi}{4} + n\pi, n \in \mathbb{Z} | x = \frac{\pi}{4} + k\pi, \text{ where } k \in \mathbb{Z}
        x = \frac{\pi}{4} + n\pi, n \in \mathbb{Z} | \frac{\pi}{4} + n\pi for any integer n
        x = \pm\frac{\pi}{3} + 2k\pi, k \in \mathbb{Z} | x = 2n\pi \pm \frac{\pi}{3}, n \in \mathbb{Z}
        1.5, 2.25 | 3/2, 9/4
        $12 and $15 | $15 and $12
        $12 and $15 | 12 dollars and 15 dollars
        10, 15, 20 | 10; 15; 20
        10, 15, 20 | [10, 15, 20]
        2, 3 | 2 & 3
        x^2, 2x | 2x, x^2
        25\%, 50\% | 50%, 25%
        25\%, 75\% | 0.25, 0.75
        1,000 and 2,000 | 2000 and 1000
        1,000 and 2,000 | 1000, 2000
        4.2 \times 10^3, 5 | 5, 4200
        e, \pi | \pi, e
        i, -i | \pm i
        2 (double root), -3 | -3, 2
        \sqrt{2}, -\sqrt{2} | \pm\sqrt{2}
        protons and neutrons | neutrons and protons
        the nucleus and the mitochondria | mitochondria and nucleus
        supply, demand | demand & supply
        \lambda_1 = 3, \lambda_2 = -1 | \lambda_2 = -1, \lambda_1 = 3
        \text{Mean: } 5, \text{Median: } 4 | Median = 4, Mean = 5
        max = 5, min = -3 | Maximum: 5, Minimum: -3
        x = 2, y = 3 and z = 4 | (2, 3, 4)
        \begin{pmatrix}2\\3\end{pmatrix}, \langle1,0\rangle | \begin{pmatrix}1\\0\end{pmatrix}, (2, 3)
        \{2, 4, 6\} | \{6, 4, 2\}
        \{1, 2, 3, 4\} | \{n \in \mathbb{Z} : 1 \le n \le 4\}
        \{-1, 0, 1\} | -1 \le n \le 1, n \in \mathbb{Z}
        nitrogen, oxygen | oxygen and nitrogen
        Paris and London | London and Paris
        lysine, arginine, and histidine | histidine, lysine, arginine
        -2, \frac{1}{3}, 4 | x = -2, x = 1/3, x = 4
        -2, \frac{1}{3}, 4 | x_1=-2,\; x_2=\frac13,\; x_3=4
        2 \pm \sqrt{3} | 3.732, 0.2679
        0, \pm\sqrt{2} | 0, \sqrt{2}, -\sqrt{2}
        6, 8, 10 | 6 cm, 8 cm, 10 cm
        6, 8, and 10 | 10, 8, 6
        45^\circ, 45^\circ, 90^\circ | 90°, 45°, 45°
        12 and 18 | The numbers are 12 and 18.
        12 and 18 | 18, 12
        x = 3, y = -1 | \left(3, -1\right)
        x = 3, y = -1 | x=3,\ y=-1
        m = 2, b = -3 | slope m = 2, intercept b = -3
        m = 2, b = -3 | m is 2 and b is -3
        F_1 = 10 N, F_2 = 20 N | F_1 = 10, F_2 = 20
        F_1 = 10 N, F_2 = 20 N | F_2 = 20 N; F_1 = 10 N
        \alpha = 30^\circ, \beta = 60^\circ | \alpha = \frac{\pi}{6}, \beta = \frac{\pi}{3}
        amplitude = 3, period = \pi | Period: \pi, Amplitude: 3
        3.2 \pm 0.1 | 3.3, 3.1
        \{2, -3\} | x=2\lor x=-3
        \{2, -3\} | \{-3; 2\}
        \{2, -3\} | x \in \{-3, 2\}
        \{2, -3\} | 2, −3
        2, -3 | x = 2; x = -3
        2, -3 | x = 2 \quad \text{or} \quad x = -3
        2, -3 | x = 2 \; \text{and} \; x = -3
        2, -3 | \boxed{2}, \boxed{-3}
        2, -3 | x₁ = 2, x₂ = −3
        2, -3 | Solutions: 2, -3
        2, -3 | The solutions are $x = 2$ and $x = -3$.
        2, -3 | both 2 and -3
        0.5, 1.5 | 1/2 and 3/2
        3 and -3 | x = ±3
        4 m, 6 m | 4 and 6 meters
        4 m, 6 m | width 4 m, length 6 m
        width = 4 m, length = 6 m | length = 6 m, width = 4 m
        width = 4 m, length = 6 m | The width is 4 m and the length is 6 m.
        \text{width } 4, \text{ length } 6 | \text{length } 6, \text{ width } 4
    """,
}

DIFFER = {
    "sets": r"""
        \{1, 2\} | (1, 2)
        \{1, 2\} | [1, 2]
        \{1, 2\} | \{1, 2, 3\}
        1, 2, 3 | 1, 2
        1, 2 | 1, 2, 3
        1, 2 | 1, 1, 2
        \pm 3 | 3
        \emptyset | \{0\}
        \emptyset | 0
        a = 7, b = 4 | a = 4, b = 7
        \text{no solution} | x > 0
        \text{No solution} | 0
        \text{No solution} | all real numbers
        \{1, 2, 3\} | (1, 2, 3)
        2, 5 | \text{The roots are not } 2 \text{ and } 5
        2 and 5 | 2
        2 and 5 | 7
        2 and 5 | -2 and 5
        x = \pm 2 | 2
        x = \pm 2 | x = 2
        \pm 2, \pm 3 | \pm 2
        \frac{-1 \pm \sqrt{5}}{2} | \frac{1 \pm \sqrt{5}}{2}
        3, 5 cm | 3 m, 5 m
        3 cm and 5 cm | 3 cm and 5 m
        \frac12, \frac13 | 0.5, 0.33
        a = 3, b = 4 | a = 4, b = 3
        a = 3, b = 4 | x = 3, y = 4
        a = 3, b = 4 | 4, 3
        length = 12 cm, width = 5 cm | width 12, length 5
        A = 2, B = -1, C = 3 | A=2, B=1, C=3
        \{0\} | \emptyset
        \{1\} | no solution
        \{a, b, c\} | \{a, b, C\}
        red, green, blue | red, green
        red, green, blue | red, green, yellow
        CO, NO | Co, No
        1, 2, 4, 5, 10, 20 | 1, 2, 4, 5, 10
        x = 1, y = 2 | (2, 1)
        \{(1,2),(3,4)\} | (2,1),(4,3)
        x = \frac{\pi}{4} + n\pi, n \in \mathbb{Z} | x = \frac{\pi}{4} + 2n\pi, n \in \mathbb{Z}
        x = \frac{\pi}{4} + n\pi, n \in \mathbb{Z} | x = \frac{\pi}{4}
        $12 and $15 | €12 and €15
        1,000 and 2,000 | 100, 200
        protons and neutrons | protons and electrons
        \lambda_1 = 3, \lambda_2 = -1 | \lambda = 3, 1
        \begin{pmatrix}2\\3\end{pmatrix}, \begin{pmatrix}1\\0\end{pmatrix} | \begin{pmatrix}2\\3\end{pmatrix}
        2, 3 | 2 or 3 or 4
        2, 3 | 2.3
        2, 3 | 23
        \{1,2\} | 1 \text{ or } 3
        \{-1, 0, 1\} | -1 \le x \le 1
        black and white | black
        lysine, arginine, and histidine | lysine, arginine
        0, \pm\sqrt{2} | \pm\sqrt{2}
        45^\circ, 45^\circ, 90^\circ | 45°, 90°
        12 and 18 | 12 and -18
        12 and 18 | 12 + 18
        x = 3, y = -1 | x=-1, y=3
        2, -3 | (x-2)(x+3) = 0
        2, -3 | 2 and -3 are not solutions
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
        (
            "increases, decreases",
            "decreases, increases",
            "As x grows, how do f and g change, respectively?",
            "incorrect",
        ),
    ],
)
def test_the_question_decides(gold: str, answer: str, question: str, outcome: str) -> None:
    assert decide(gold, answer, question=question).outcome == outcome


@pytest.mark.parametrize(
    ("gold", "answer", "right"),
    [
        ("{1, 2}", "{2, 1}", True),
        ("{1, 2}", "1, 2", True),
        ("{1, 2}", r"\{2, 1\}", True),
        ("{(1,2),(3,4)}", "(3,4),(1,2)", True),
        ("{2, 1}", "(1, 2)", False),
        ("{1, 2}", "[1, 2]", False),
        ("(1, 2)", "{1, 2}", False),
        ("{1, 2}", "{1, 3}", False),
    ],
)
def test_braces_without_a_backslash_make_a_set_too(gold: str, answer: str, right: bool) -> None:
    assert decide(gold, answer).matched == right


def test_one_member_that_stays_open_leaves_the_set_open() -> None:
    assert outcome_of(r"\{2, O(n^2)\}", r"\{2, n^2\}") == "undecided"
    assert outcome_of(r"\{2, O(n^2)\}", r"\{3, n^2\}") == "incorrect"
