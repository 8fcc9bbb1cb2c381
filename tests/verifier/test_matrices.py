"""Vectors and matrices: every notation, the same shape, cell by cell.

Each line of a table is `gold | answer`; what stands in `AGREE` is correct, what stands in `DIFFER` is not.
"""

import pytest

from tests.verifier.pairs import outcome_of, pairs

AGREE = {
    "matrices": r"""
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | \begin{bmatrix}1&2\\3&4\end{bmatrix}
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | [[1,2],[3,4]]
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | \left(\begin{array}{cc} 1 & 2 \\ 3 & 4 \end{array}\right)
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | \left[\begin{matrix}1&2\\3&4\end{matrix}\right]
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | [[1, 2], [3, 4]]
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | [1 2; 3 4]
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | [1, 2; 3, 4]
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | \begin{smallmatrix}1&2\\3&4\end{smallmatrix}
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | \left(\begin{smallmatrix}1&2\\3&4\end{smallmatrix}\right)
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | A = \begin{pmatrix}1&2\\3&4\end{pmatrix}
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | \begin{pmatrix}1&3\\2&4\end{pmatrix}^T
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | \begin{pmatrix}1&2\\3&4\\\end{pmatrix}
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | The matrix is $\begin{pmatrix}1&2\\3&4\end{pmatrix}$
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | \begin{array}{cc}1&2\\3&4\end{array}
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | \left[\begin{array}{rr}1&2\\3&4\end{array}\right]
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | \begin{bmatrix}1&2\cr 3&4\end{bmatrix}
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | \{\{1,2\},\{3,4\}\}
        \begin{pmatrix}\frac12\\1\end{pmatrix} | \begin{pmatrix}0.5\\1\end{pmatrix}
        2\hat{i}+3\hat{j} | (2,3)
        3i - j + 2k | \begin{pmatrix}3\\-1\\2\end{pmatrix}
        \langle 1, 2 \rangle | (1, 2)
        \langle 1, 2 \rangle | \mathbf{i} + 2\mathbf{j}
        \begin{bmatrix} 1 \\ 2 \end{bmatrix} | (1, 2)
        \frac{1}{2}\begin{pmatrix}1&2\\3&4\end{pmatrix} | \begin{pmatrix}0.5&1\\1.5&2\end{pmatrix}
        \begin{pmatrix}-2&1\\ \frac32&-\frac12\end{pmatrix} | -\frac{1}{2}\begin{pmatrix}4&-2\\-3&1\end{pmatrix}
        \begin{pmatrix}-2&1\\ \frac32&-\frac12\end{pmatrix} | \dfrac{1}{-2}\begin{bmatrix}4&-2\\-3&1\end{bmatrix}
        \begin{pmatrix}2&0\\0&2\end{pmatrix} | 2I
        \begin{pmatrix}2&0\\0&2\end{pmatrix} | 2I_2
        \begin{pmatrix}1&0&0\\0&1&0\\0&0&1\end{pmatrix} | I_3
        \begin{pmatrix}1&0\\0&1\end{pmatrix} | I
        \begin{pmatrix}1&0\\0&1\end{pmatrix} | \mathbf{I}
        \begin{pmatrix}1&0\\0&3\end{pmatrix} | \operatorname{diag}(1, 3)
        \begin{pmatrix}1&0\\0&3\end{pmatrix} | \mathrm{diag}(1,3)
        \begin{pmatrix}0&0\\0&0\end{pmatrix} | \mathbf{0}
        \begin{pmatrix}1\\2\\3\end{pmatrix} | (1, 2, 3)
        \begin{pmatrix}1\\2\\3\end{pmatrix} | (1, 2, 3)^T
        \begin{pmatrix}1\\2\\3\end{pmatrix} | [1, 2, 3]^{\top}
        \begin{pmatrix}1\\2\\3\end{pmatrix} | \begin{pmatrix}1&2&3\end{pmatrix}^{\mathsf{T}}
        \begin{pmatrix}1\\2\\3\end{pmatrix} | [[1],[2],[3]]
        \begin{pmatrix}1\\2\\3\end{pmatrix} | \hat{i} + 2\hat{j} + 3\hat{k}
        \begin{pmatrix}1\\2\\3\end{pmatrix} | \langle 1,2,3 \rangle
        \langle 2, -3 \rangle | 2\mathbf{i} - 3\mathbf{j}
        \langle 2, -3 \rangle | 2i - 3j
        \langle 2, -3 \rangle | 2\,\hat{\imath} - 3\,\hat{\jmath}
        \langle 2, -3 \rangle | 2\hat{\mathbf{i}} - 3\hat{\mathbf{j}}
        \langle 2, -3 \rangle | <2, -3>
        \langle 2, -3 \rangle | ⟨2, −3⟩
        \langle 2, -3 \rangle | (2, -3)
        \langle 2, -3 \rangle | \vec{v} = \langle 2, -3\rangle
        \langle 2, -3 \rangle | 2\hat{x} - 3\hat{y}
        \langle 2, -3 \rangle | -3\hat{j} + 2\hat{i}
        \langle 2, -3 \rangle | 2î − 3ĵ
        2\mathbf{i} - 3\mathbf{j} + \mathbf{k} | \langle 2, -3, 1 \rangle
        2\mathbf{i} - 3\mathbf{j} + \mathbf{k} | \begin{bmatrix}2\\-3\\1\end{bmatrix}
        2\mathbf{i} - 3\mathbf{j} + \mathbf{k} | k + 2i - 3j
        5\hat{j} | (0, 5)
        5\hat{j} | 0\hat{i} + 5\hat{j}
        -\hat{k} | (0, 0, -1)
        \frac{3}{5}\hat{i} + \frac{4}{5}\hat{j} | \langle 0.6, 0.8 \rangle
        \frac{3}{5}\hat{i} + \frac{4}{5}\hat{j} | \frac{1}{5}(3\hat{i} + 4\hat{j})
        \frac{3}{5}\hat{i} + \frac{4}{5}\hat{j} | \frac{3\hat{i} + 4\hat{j}}{5}
        \frac{3}{5}\hat{i} + \frac{4}{5}\hat{j} | \frac15\langle 3, 4\rangle
        \left\langle \frac{1}{\sqrt2}, 0 \right\rangle | \left\langle \frac{\sqrt2}{2}, 0 \right\rangle
        (3\hat{i} + 4\hat{j})\ \text{m/s} | 3\hat{i} + 4\hat{j}
        (3\hat{i} + 4\hat{j})\ \text{m/s} | (3, 4) m/s
        3\hat{i} + 4\hat{j}\ \text{m/s} | \langle 10.8, 14.4\rangle\ \text{km/h}
        3\ \text{m/s}\,\hat{i} + 4\ \text{m/s}\,\hat{j} | (3\hat{i} + 4\hat{j}) m/s
        \langle 1, 2, 3 \rangle + t\langle 4, 5, 6\rangle | (1+4t, 2+5t, 3+6t)
        \langle 1, 2, 3 \rangle + t\langle 4, 5, 6\rangle | x = 1+4t, y = 2+5t, z = 3+6t
        \langle 2x, 2y \rangle | 2x\,\mathbf{i} + 2y\,\mathbf{j}
        \langle -\sin t, \cos t \rangle | -\sin(t)\,\mathbf{i} + \cos(t)\,\mathbf{j}
        (x^2 + y)\mathbf{i} + xy\mathbf{j} | \langle y + x^2, yx \rangle
        \begin{bmatrix}\cos t&-\sin t\\\sin t&0\end{bmatrix} | \begin{pmatrix}\cos t&-\sin t\\ \sin t&0\end{pmatrix}
        \begin{pmatrix}1 & 2 & 3\end{pmatrix} | [1, 2, 3]
        \begin{pmatrix}1 & 2 & 3\end{pmatrix} | [1 2 3]
        [[1, 0], [0, 1]] | \begin{pmatrix}1&0\\0&1\end{pmatrix}
        [[1, 2, 3], [4, 5, 6]] | \begin{bmatrix}1&2&3\\4&5&6\end{bmatrix}
        \begin{bmatrix} 1+i & 2 \\ 0 & 3 \end{bmatrix} | \begin{bmatrix} i+1 & 2 \\ 0 & 3 \end{bmatrix}
        \begin{pmatrix}0.33&0.67\end{pmatrix} | \begin{pmatrix}1/3&2/3\end{pmatrix}
        \begin{pmatrix}3\\-1\end{pmatrix} | \binom{3}{-1}
        \left[\begin{array}{cc|c}1&0&2\\0&1&3\end{array}\right] | \begin{bmatrix}1&0&2\\0&1&3\end{bmatrix}
        \overrightarrow{AB} = \begin{pmatrix}3\\-2\end{pmatrix} | \begin{pmatrix}3\\-2\end{pmatrix}
        \overrightarrow{AB} = \begin{pmatrix}3\\-2\end{pmatrix} | (3, -2)
        \vec{F} = 3\hat{i} - 2\hat{j} \text{ N} | \vec{F} = (3\hat{i} - 2\hat{j})\text{ N}
        a\hat{i} + b\hat{j} | \langle a, b\rangle
        \begin{pmatrix}1 & -2\\ 3 & 0\end{pmatrix} | \begin{pmatrix}1 & −2\\ 3 & 0\end{pmatrix}
        \langle 3, 4\rangle | \overrightarrow{v} = \langle 3,4 \rangle
        \langle 3, 4\rangle | [3, 4]
        \langle 3, 4\rangle | \left(\begin{array}{c}3\\4\end{array}\right)
        \langle 3, 4\rangle | 3, 4
        \begin{bmatrix}5 & 6\end{bmatrix} | (5, 6)
        \begin{pmatrix} x \\ y \end{pmatrix} = \begin{pmatrix} 2 \\ 3 \end{pmatrix} | x = 2, y = 3
        \begin{pmatrix}x\\y\end{pmatrix} = \begin{pmatrix}2\\3\end{pmatrix} | \begin{pmatrix}2\\3\end{pmatrix}
        \mathbf{v} = 2\mathbf{i} + \mathbf{j} | \langle 2, 1 \rangle
        \mathbf{v} = 2\mathbf{i} + \mathbf{j} | 2i + j
        -\frac{1}{2}\mathbf{i} + \frac{\sqrt{3}}{2}\mathbf{j} | \left(-\frac12, \frac{\sqrt3}{2}\right)
        (3t^2)\mathbf{i} - \sin t\,\mathbf{j} | \langle 3t^2, -\sin t\rangle
        4.0\hat{i} - 3.0\hat{j} | 4\hat{i} - 3\hat{j}
        e^t\mathbf{i} + e^{-t}\mathbf{j} | \langle e^t, e^{-t}\rangle
        -4\hat{\mathbf{k}} \text{ N·m} | (0, 0, -4) N·m
        \begin{pmatrix}\frac{2}{7}&0\\0&\frac{3}{7}\end{pmatrix} | \frac{1}{7}\begin{pmatrix}2&0\\0&3\end{pmatrix}
        \begin{pmatrix}\lambda&0\\0&\lambda\end{pmatrix} | \lambda I
        \begin{bmatrix} 4 \\ -2 \end{bmatrix} | 4i - 2j
        \begin{bmatrix} 4 \\ -2 \end{bmatrix} | ⟨4, -2⟩
        \begin{bmatrix} 4 \\ -2 \end{bmatrix} | [4, -2]
        \begin{bmatrix} 4 \\ -2 \end{bmatrix} | \begin{pmatrix} 4 & -2 \end{pmatrix}^T
        \begin{bmatrix} 4 \\ -2 \end{bmatrix} | [4; -2]
        \begin{bmatrix} 4 \\ -2 \end{bmatrix} | 2\begin{bmatrix} 2 \\ -1 \end{bmatrix}
        \begin{bmatrix} 4 \\ -2 \end{bmatrix} | x = 4, y = -2
        \begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix} | I_{2}
        \begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix} | \begin{Bmatrix} 1 & 0 \\ 0 & 1 \end{Bmatrix}
        \begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix} | I_{2 \times 2}
        \begin{bmatrix} 0 & 0 \\ 0 & 0 \end{bmatrix} | 0_{2\times 2}
        \begin{bmatrix} a & b \\ c & d \end{bmatrix} | \left[ \begin{array}{ll} a & b \\ c & d \end{array} \right]
        6\hat{i} | 6\hat{i} + 0\hat{j}
        6\hat{i} | (6, 0, 0)
        6\mathbf{i} | \langle 6, 0 \rangle
        \frac{1}{3}(2\mathbf{i} - \mathbf{j} + 2\mathbf{k}) | \left\langle \frac23, -\frac13, \frac23 \right\rangle
        -2\hat{i} + 5\hat{j} - \hat{k} | -2i + 5j - k
        (-3.0\,\hat{i} + 4.0\,\hat{j})\,\text{N} | -3.0 N i + 4.0 N j
        \langle 1, 1\rangle | \vec{i} + \vec{j}
        \langle 4, 0, -3 \rangle | 4\vec{i} - 3\vec{k}
        r(t) = \langle 1+t, 2-t \rangle | \langle 1+t, 2-t \rangle
        \mathbf{r}(t) = (1, 2) + t(3, 4) | \mathbf{r}(t) = (1+3t, 2+4t)
        \mathbf{r} = \mathbf{i} + t\mathbf{j} | \langle 1, t\rangle
        \frac{1}{\sqrt{2}}(1,1,0) | \left(\frac{1}{\sqrt{2}}, \frac{1}{\sqrt{2}}, 0\right)
    """,
    "plain unit vectors": r"""
        \begin{pmatrix}3\\0\end{pmatrix} | 3i
        2i + 3j | \begin{pmatrix}2\\3\end{pmatrix}
    """,
}

DIFFER = {
    "matrices": r"""
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | \begin{pmatrix}1&3\\2&4\end{pmatrix}
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | \begin{vmatrix}1&2\\3&4\end{vmatrix}
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | \begin{pmatrix}1&2\\3&-4\end{pmatrix}
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | -2
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | 1, 2, 3, 4
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | (1, 2, 3, 4)
        \begin{pmatrix}1&2\\3&4\end{pmatrix} | A
        2\hat{i}+3\hat{j} | 2\hat{i}-3\hat{j}
        \begin{pmatrix}1&2&3\end{pmatrix} | \begin{pmatrix}1&2\end{pmatrix}
        \langle 4,7\rangle | 4.7
        \begin{pmatrix}-2&1\\ \frac32&-\frac12\end{pmatrix} | \frac{1}{2}\begin{pmatrix}4&-2\\-3&1\end{pmatrix}
        \begin{pmatrix}2&0\\0&2\end{pmatrix} | 2I_3
        \begin{pmatrix}2&0\\0&2\end{pmatrix} | 3I
        \begin{pmatrix}1&0\\0&3\end{pmatrix} | \operatorname{diag}(3, 1)
        \begin{pmatrix}1\\2\\3\end{pmatrix} | \begin{pmatrix}1&2&3\end{pmatrix}
        \begin{pmatrix}1\\2\\3\end{pmatrix} | \langle 1,3,2 \rangle
        \begin{pmatrix}1\\2\\3\end{pmatrix} | \{1,2,3\}
        \langle 2, -3 \rangle | 2\mathbf{i} + 3\mathbf{j}
        \langle 2, -3 \rangle | 2 - 3
        2\mathbf{i} - 3\mathbf{j} + \mathbf{k} | 2\mathbf{i} - 3\mathbf{j} - \mathbf{k}
        5\hat{j} | 5\hat{i}
        -\hat{k} | \hat{k}
        (3\hat{i} + 4\hat{j})\ \text{m/s} | (3\hat{i} + 4\hat{j})\ \text{km/h}
        \langle 1, 2, 3 \rangle + t\langle 4, 5, 6\rangle | (1+4t, 2+5t, 3-6t)
        \langle -\sin t, \cos t \rangle | \langle \sin t, \cos t \rangle
        \begin{bmatrix}\cos t&-\sin t\\\sin t&0\end{bmatrix} | \begin{pmatrix}\cos t&\sin t\\ -\sin t&0\end{pmatrix}
        [[1, 2, 3], [4, 5, 6]] | \begin{bmatrix}1&4\\2&5\\3&6\end{bmatrix}
        \begin{pmatrix}0.333&0.667\end{pmatrix} | \begin{pmatrix}0.33&0.67\end{pmatrix}
        \vec{F} = 3\hat{i} - 2\hat{j} \text{ N} | 3.6 \text{ N}
        \langle 3, 4\rangle | 5
        \langle 3, 4\rangle | 3 + 4
        -4\hat{\mathbf{k}} \text{ N·m} | 4\hat{k} N·m
        \begin{bmatrix} a & b \\ c & d \end{bmatrix} | \begin{bmatrix} a & c \\ b & d \end{bmatrix}
        \begin{bmatrix} a & b \\ c & d \end{bmatrix} | \begin{bmatrix} A & B \\ C & D \end{bmatrix}
        \frac{1}{\sqrt{2}}(1,1,0) | (1,1,0)
    """,
    "plain unit vectors": r"""
        \begin{pmatrix}3\\0\end{pmatrix} | 3j
        2i + 3j | \begin{pmatrix}3\\2\end{pmatrix}
    """,
}


@pytest.mark.parametrize(("gold", "answer"), pairs(AGREE))
def test_agrees(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "correct"


@pytest.mark.parametrize(("gold", "answer"), pairs(DIFFER))
def test_differs(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "incorrect"
