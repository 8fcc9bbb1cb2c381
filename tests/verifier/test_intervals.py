"""Inequalities and intervals: solved forms equal their intervals, ends are open or closed, restatements are refused.

Each line of a table is `gold | answer`; what stands in `AGREE` is correct, what stands in `DIFFER` is not.
"""

import pytest

from tests.verifier.pairs import outcome_of, pairs
from verifier.route import decide

AGREE = {
    "intervals": r"""
        x > 3 | (3, \infty)
        x > 3 | $x>3$
        (3, \infty) | x > 3
        (3, \infty) | \{x : x > 3\}
        (3, \infty) | \left\{ x \in \mathbb{R} \,\middle|\, x > 3 \right\}
        x \ge 2 | [2, +\infty)
        [1, 5) | 1 \le x < 5
        1 \le x < 5 | 5 > x \ge 1
        (-\infty, 0] \cup [4, \infty) | (-∞, 0] ∪ [4, ∞)
        x < 1 \text{ or } x > 3 | (-\infty, 1) \cup (3, \infty)
        x\neq 3 | (-\infty,3)\cup(3,\infty)
        [0, \frac12] | [0, 0.5]
        \{x \mid x > 2\} | (2, \infty)
        x \in [1, 2] | [1, 2]
        (-\infty, 3) \cup (3, \infty) | all real numbers except 3
        (-\infty, 3) \cup (3, \infty) | \mathbb{R} \setminus \{3\}
        (-\infty, 3) \cup (3, \infty) | x \in \mathbb{R}, x \neq 3
        (-\infty, 3) \cup (3, \infty) | \text{All real numbers except } x = 3
        (-\infty, 3) \cup (3, \infty) | \{x \in \mathbb{R} \mid x \neq 3\}
        \mathbb{R}\setminus\{-1,1\} | x \neq \pm 1
        \mathbb{R}\setminus\{-1,1\} | (-\infty,-1)\cup(-1,1)\cup(1,\infty)
        \mathbb{R}\setminus\{-1,1\} | x\ne 1, -1
        x \neq 1, x \neq 2 | x \neq 2 \text{ and } x \neq 1
        x \neq -2, 2 | \mathbb{R} - \{-2, 2\}
        [2, 5] | 2 \leqslant x \leqslant 5
        [2, 5] | 2 ≤ x ≤ 5
        [2, 5] | x is between 2 and 5 inclusive
        [2, 5] | x \ge 2 and x \le 5
        [2, 5] | x ≥ 2, x ≤ 5
        (2, 5] | ]2;5]
        [0, 2) \cup [2, 4] | [0, 4]
        (0, 1) \cup (1, 2) | 0 < x < 2, x \neq 1
        x \le -1 \text{ or } x \ge 4 | x \in (-\infty, -1] \cup [4, \infty)
        x \le -1 \text{ or } x \ge 4 | x\leq-1\;\lor\;x\geq4
        x \le -1 \text{ or } x \ge 4 | x \geq 4 \text{ or } x \leq -1
        x \le -1 \text{ or } x \ge 4 | x ≤ −1, x ≥ 4
        |x - 2| < 3 | -1 < x < 5
        |x - 2| < 3 | (-1, 5)
        |x| \ge 2 | (-\infty, -2] \cup [2, \infty)
        x > \frac{1}{2} | x > 0.5
        x > \frac{1}{2} | \frac12 < x
        k < 4 | k \in (-\infty, 4)
        x \geq 5 | x is at least 5
        x \geq 5 | at least 5
        x \geq 5 | x is greater than or equal to 5
        x \geq 5 | 5 or more
        x \leq 5 | no more than 5
        (0, \infty) | all positive real numbers
        (0, \infty) | \mathbb{R}^+
        (0, \infty) | x is positive
        [0, \infty) | all nonnegative real numbers
        [0, \infty) | \mathbb{R}_{\ge 0}
        \text{all real numbers} | (-\infty, \infty)
        \text{all real numbers greater than } 2 | x > 2
        \text{all real numbers except } 0 | x \neq 0
        all real numbers x such that x \geq 1 | [1, \infty)
        y \geq -4 | [-4, \infty)
        f(x) \ge -4 | y \geq -4
        1 < t \le 3 | (1, 3]
        -\infty < x < 2 | x<2
        -\infty < x < \infty | \mathbb{R}
        (2, \infty) | x \in (2, +\infty)
        (2, \infty) | \text{The solution is } x > 2
        (2, \infty) | The solution set is $(2, \infty)$
        (2, \infty) | x > 2, \text{ where } x \in \mathbb{R}
        (2, \infty) | Domain: $x > 2$
        (1, 2) \cup (3, 4) | (1,2), (3,4)
        (1, 2) \cup (3, 4) | (1,2) and (3,4)
        \left(-\infty, -\sqrt{2}\right) \cup \left(\sqrt{2}, \infty\right) | |x| > \sqrt{2}
        \left(-\infty, -\sqrt{2}\right) \cup \left(\sqrt{2}, \infty\right) | x < -\sqrt2 \text{ or } x > \sqrt2
        \left[-\frac{\pi}{2}, \frac{\pi}{2}\right] | -\pi/2 \le y \le \pi/2
        n \ge 5, n \in \mathbb{Z} | n \geq 5
        n > 4, n \in \mathbb{Z} | n \ge 5
        n > 4 \text{ where } n \text{ is an integer} | n \geq 5, n \in \mathbb{Z}
        \{x \mid -1 \le x < 3\} | [-1, 3)
        x = 0 \text{ or } x \ge 2 | \{0\} \cup [2, \infty)
        2x + y \le 4 | y \le 4 - 2x
        x^2 + y^2 < 9 | 9 > x^2 + y^2
        a > b > c | c < b < a
        x \ge 0, y \ge 0, x + y \le 4 | y \geq 0,\; x \geq 0,\; y + x \leq 4
        \mathrm{HF} > \mathrm{HCl} > \mathrm{HBr} | HBr < HCl < HF
        20^\circ < \theta < 45^\circ | \frac{\pi}{9} < \theta < \frac{\pi}{4}
        0.05 \le p \le 0.10 | [0.05, 0.1]
        5 < x < 10 | between 5 and 10
        x\in(-\infty,-2)\cup(1,\infty) | x<-2 \vee x>1
        m < -2 \text{ or } m > 2 | m \in (-\infty,-2)\cup(2,\infty)
        m < -2 \text{ or } m > 2 | |m| > 2
        [1, \infty) | 1 \le x < \infty
        [1, \infty) | x\ge 1 \text{ (i.e., } [1,\infty))
        T > 300 \text{ K} | T > 300
        T > 300 \text{ K} | T > 26.85 °C
        0 < x \le 10 | 10 \geq x > 0
        x \leq \frac{b}{a} | \frac{b}{a} \geq x
        x < a | a > x
        (a, b) \cup (c, d) | (c,d) \cup (a,b)
        R < 2 | 0 < R < 2 or R \le 0
        (-\infty, 1) | \{ x \in \mathbb{R} : x < 1 \}
        (-\infty, 1) | \{x\,|\,x<1,\ x\in\mathbb{R}\}
        -2 < x < 2 \text{ and } x \neq 0 | (-2, 0) \cup (0, 2)
        [-3,-1) \cup (-1, \infty) | x \ge -3, x \ne -1
        [-3,-1) \cup (-1, \infty) | x \ge -3 \text{ and } x \ne -1
        [-3,-1) \cup (-1, \infty) | [-3, \infty) \setminus \{-1\}
        [-3,-1) \cup (-1, \infty) | \{x : x \ge -3, x \neq -1\}
        x<1 or x>2 | x < 1 or > 2
        pH < 7 | pH less than 7
        (3, 4) m | (3 m, 4 m)
        (-\infty, 2) | x is less than 2
        (-\infty, 2) | all real numbers less than 2
        (-\infty, 2] | \{x \mid x \leq 2, x \in \mathbb{R}\}
        (-\infty, 2] | \{x \mid x \in \mathbb{R}, x \leq 2\}
        (-\infty, 2] | x \leq 2,\ x\in\mathbb{R}
        (-\infty, 2) \cup (2, \infty) | x \in \mathbb{R} \setminus \{2\}
        (-\infty, 2) \cup (2, \infty) | x < 2 or x > 2
        (-\infty, 2) \cup (2, \infty) | All real numbers except 2.
        (-\infty, 2) \cup (2, \infty) | x \not= 2
        (-\infty, 2) \cup (2, \infty) | x can be any real number except 2
        (-\infty, 2) \cup (2, \infty) | the set of all real numbers except x = 2
        (-\infty, -3) \cup (-3, 3) \cup (3, \infty) | all real numbers except -3 and 3
        (-\infty, -3) \cup (-3, 3) \cup (3, \infty) | x \neq \pm 3
        (-\infty, -3) \cup (-3, 3) \cup (3, \infty) | x \ne 3 and x \ne -3
        [0, 4) | 0 ≤ x < 4
        [0, 4) | [0, 4[
        [0, 4) | 0 \le x and x < 4
        18 \le a \le 65 | between 18 and 65 inclusive
        (0, 1] | 0 < r \leq 1
        x \ge -\frac{3}{2} | x \geq -1.5
        x \ge -\frac{3}{2} | \left[-\tfrac32, \infty\right)
        t \ge 2 \text{ s} | t \geq 2
        t > 1.5 \text{ h} | t > 90 \text{ min}
        10 \text{ cm} < d < 20 \text{ cm} | 10 < d < 20 cm
        10 \text{ cm} < d < 20 \text{ cm} | 0.1 m < d < 0.2 m
        10 < d < 20 cm | 10 cm < d < 20 cm
        a \in (-1, 1) | -1 < a < 1
        -1 < r < 1 | |r| < 1
        p < 0.05 | 0.05 > p
        x \in [-2, 2] | |x| \le 2
        v > \sqrt{2gR} | \sqrt{2gR} < v
        v > \sqrt{2gR} | v > \sqrt{2Rg}
        a + b \geq 2\sqrt{ab} | \frac{a+b}{2} \ge \sqrt{ab}
        3x - 2y > 6 | y < \frac{3}{2}x - 3
        y > 2x + 1 | 2x - y + 1 < 0
        K > 1 | K > 1 (products favoured)
        \Delta G < 0 | \Delta G is negative
        \Delta G < 0 | ΔG < 0
        (2k\pi, (2k+1)\pi), k \in \mathbb{Z} | (2k\pi, (2k+1)\pi)
        \{n \in \mathbb{Z} : 1 \le n \le 4\} | \{1, 2, 3, 4\}
        [2, \infty) | 2 \le x < \infty
        (-\infty, \infty) | -\infty < x < +\infty
        x\in\left(-\infty;-1\right)\cup\left(2;+\infty\right) | x < -1 or x > 2
        (-\infty,-1)\cup(2,\infty) | (-∞, -1) U (2, ∞)
        (-\infty,-1)\cup(2,\infty) | (-inf, -1) U (2, inf)
        (-\infty,-1)\cup(2,\infty) | (-oo,-1) ∪ (2,oo)
        (-\infty,-1)\cup(2,\infty) | x ∈ (−∞,−1) ∪ (2,∞)
        (-\infty,-1)\cup(2,\infty) | \left\{x \mid x<-1 \text{ or } x>2\right\}
        (-\infty,-1)\cup(2,\infty) | x is less than -1 or greater than 2
        (-\infty,-1)\cup(2,\infty) | all real numbers less than -1 or greater than 2
        [3, \infty) | x >= 3
        [3, \infty) | x\geqq 3
        [3, \infty) | [3, ∞[
        [3, \infty) | \{x \in \mathbb{R} : 3 \leq x\}
        [3, \infty) | The domain is [3, ∞).
        [3, \infty) | \text{Domain: } [3, \infty)
        [3, \infty) | x must be at least 3
        [3, \infty) | all real numbers greater than or equal to 3
        [3, \infty) | $x \geq 3$, i.e. $[3,\infty)$
        0 < x < 1 | x \in ]0,1[
        0 < x < 1 | 0<x and x<1
        0 < x < 1 | x > 0 \text{ and } x < 1
        0 < x < 1 | x>0 \land x<1
        0 < x < 1 | \{x : 0 < x < 1\}
        \mathbb{R} | (-\infty, +\infty)
        \mathbb{R} | all reals
        \mathbb{R} | x \in \mathbb{R}
        \mathbb{R} | any real number
        \mathbb{R} | all real values of x
        \mathbb{R} \setminus \{0\} | x \neq 0
        \mathbb{R} \setminus \{0\} | nonzero real numbers
        \mathbb{R} \setminus \{0\} | \mathbb{R}\backslash\{0\}
        \mathbb{R} \setminus \{0\} | ℝ∖{0}
        \mathbb{R} \setminus \{0\} | ℝ \ {0}
        x \neq 0 | (-\infty, 0) \cup (0, \infty)
        -5 \le x \le 5 | |x| \leq 5
        -5 \le x \le 5 | [-5,5]
        -5 \le x \le 5 | x between -5 and 5, inclusive
        x < -5 \text{ or } x > 5 | |x| > 5
        12 \le n \le 20 | from 12 to 20
        5\% < p < 10\% | 0.05 < p < 0.10
        2.5 \le pH \le 3.5 | 2.5 ≤ pH ≤ 3.5
        \theta \in [0, 2\pi) | 0 \le \theta < 2\pi
        x \in \left[\frac{\pi}{6}, \frac{5\pi}{6}\right] | \frac{\pi}{6} \le x \le \frac{5\pi}{6}
        1 < k < 5 | k \in (1,5)
        k > -2 | k>-2
        4 < x \le 9 | (4, 9]
        -1 < x \le 2 | {x| -1 < x ≤ 2}
        v \ge 15 \text{ m/s} | v \geq 54 km/h
    """,
    "all but a point": r"""
        x \ne 3 | (-\infty,3)\cup(3,\infty)
        (-\infty,3)\cup(3,\infty) | x \ne 3
        (-\infty,0)\cup(0,\infty) | \mathbb{R}_{\neq 0}
    """,
    "integers beyond an end": r"""
        x \ge 3, x \in \mathbb{Z} | x > 2, x \in \mathbb{Z}
        x \le 3, x \in \mathbb{Z} | x < 4, x \in \mathbb{Z}
    """,
}

DIFFER = {
    "intervals": r"""
        x > 3 | x \ge 3
        x > 3 | 2x - 6 > 0
        x > 3 | y > 3
        x > 3 | 3x > 9
        x > 3 | x - 3 > 0
        x > 3 | 3
        x > 3 | x = 3
        x > 3 | x > 3 or x < -3
        x > 3 | x > 3, y > 2
        (1,2] | [1,2]
        (-\infty, 5] | (-\infty, 5)
        x > 1 and x < 9 | x > 1 or x < 9
        [1, 2] | [1, 3]
        [1, 2] | [1, 2] or [3, 4]
        (-\infty, 3) \cup (3, \infty) | all real numbers
        (-\infty, 3) \cup (3, \infty) | \mathbb{R} \setminus \{-3\}
        x \neq -2, 2 | \mathbb{R} - \{2\}
        [2, 5] | x \ge 2 or x \le 5
        x \le -1 \text{ or } x \ge 4 | -1 \le x \le 4
        x \le -1 \text{ or } x \ge 4 | x < -1 \text{ or } x > 4
        |x - 2| < 3 | (-1, 5]
        x > \frac{1}{2} | x < \frac12
        k < 4 | k \in (-\infty, 4]
        x \geq 5 | more than 5
        [0, \infty) | all positive real numbers
        y \geq -4 | x \geq -4
        n > 4, n \in \mathbb{Z} | n \ge 4
        \{x \mid -1 \le x < 3\} | (-1, 3]
        2x + y \le 4 | y \ge 4 - 2x
        2x + y \le 4 | 2x + y < 4
        a > b > c | c < a < b
        x \ge 0, y \ge 0, x + y \le 4 | y \geq 0,\; x \geq 0,\; y + x \geq 4
        \mathrm{HF} > \mathrm{HCl} > \mathrm{HBr} | HF > HBr > HCl
        -3 \le x \le 3 | x^2 \le 9
        m < -2 \text{ or } m > 2 | |m| < 2
        T > 300 \text{ K} | T > 300 °C
        (1,\infty) | \infty
        0 < x \le 10 | 10 > x \geq 0
        [-3,-1) \cup (-1, \infty) | [-3, \infty)
        pH < 7 | pH > 7
        (0, 1) \cup (2, 3) | (0, 3)
        (-\infty, 2) | (2, -\infty)
        (-\infty, 2) | x > 2
        (-\infty, 2) | all real numbers less than or equal to 2
        (-\infty, 2) | (\infty, 2)
        (0, 1] | 0 \leq r < 1
        10 \text{ cm} < d < 20 \text{ cm} | 10 m < d < 20 m
        |x| < 2 | x < 2
        |x| > 2 | x > 2
        p < 0.05 | p > 0.05
        v > \sqrt{2gR} | v > \sqrt{gR}
        3x - 2y > 6 | y > \frac{3}{2}x - 3
        \Delta G < 0 | \Delta G > 0
        (2, \infty) | (2, -\infty)
        [2, \infty) | [2, \infty]
        0 < x < 1 | x>0 \lor x<1
        \mathbb{R} | \mathbb{Z}
    """,
    "all but a point": r"""
        x \ne 3 | x \ge 3
        [0,\infty) | \mathbb{R}_{\neq 0}
        1 \le x \le 3 | 1 \le x \le 3, x \in \mathbb{Z}
    """,
    "integers beyond an end": r"""
        x \ge 3, x \in \mathbb{Z} | x > 3, x \in \mathbb{Z}
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
        ("(2, 5)", "]2, 5[", "Find the interval on which f is increasing", "correct"),
        ("(0, 1) \\cup (1, 2)", "(0, 2)", "Find the domain", "incorrect"),
        ("(-1, 1)", "|x| < 1", "Find the interval of convergence.", "correct"),
        ("(-1, 1)", "|x| \\le 1", "Find the interval of convergence.", "incorrect"),
        ("(1, 2)", "1 < x < 2", "On which interval is f decreasing?", "correct"),
        ("(0.45, 0.55)", "0.45 < p < 0.55", "Find the 95% confidence interval", "correct"),
        ("(0.45, 0.55)", "0.45 < p < 0.65", "Find the 95% confidence interval", "incorrect"),
        ("(2, 5)", "2 < x < 5", "On what interval is f decreasing?", "correct"),
        ("-5 < x < 5", "|x| < 5", "Solve |x| < 5.", "incorrect"),
        ("(-2, 3)", "\\{x: -2<x<3\\}", "interval", "correct"),
        (r"1 \le x \le 3", r"1 \le x \le 3, x \in \mathbb{Z}", "Find all integers x", "correct"),
        (r"1 \le x \le 3, x \in \mathbb{Z}", "[1,3]", "Find all integers x", "correct"),
        (r"1 \le x \le 3, x \in \mathbb{Z}", "[1,3]", "Find all x", "incorrect"),
    ],
)
def test_the_question_decides(gold: str, answer: str, question: str, outcome: str) -> None:
    assert decide(gold, answer, question=question).outcome == outcome
