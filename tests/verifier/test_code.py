"""Code-like answers: each line is `gold | answer`; what needs its question stands in a table of its own."""

import pytest

from tests.verifier.pairs import outcome_of, pairs
from verifier.classify import infer_type
from verifier.code.comparison import is_code
from verifier.route import decide
from verifier.types import AnswerType

AGREE = {
    "base": r"""
        1011_2 | (1011)_{2}
        1011_2 | 0b1011
        1011_2 | 1011
        1011_2 | 1011 (base 2)
        1011_2 | 1011 in binary
        1011_2 | 11_{10} = 1011_2
        1011_2 | 00001011_2
        0xFF | FF_{16}
        0xFF | FFh
        0xFF | ff
        2516_8 | 0o2516
        0.101_2 | 0.101_{\text{two}}
        -1011_2 | -1011_{2}
        1101 0110_2 | 11010110_2
    """,
    "bits": r"""
        00000101 | 0000 0101
        0110 1001 | 01101001
        0 10000010 01000000000000000000000 | 01000001001000000000000000000000
    """,
    "growth": r"""
        O(n^2) | \mathcal{O}(n^2)
        O(n^2) | O(n²)
        O(n^2) | O(n^2 + n)
        O(n^2) | O(2n^2 + 3n)
        O(n^2) | quadratic time
        O(n \log n) | O(nlogn)
        O(n \log n) | O(n * \log_2(n))
        O(\log n) | O(\log n^2)
        O(1) | O(1)\text{ (constant time)}
        O(\sqrt{n}) | O(n^{1/2})
        O(V+E) | O(|E|+|V|)
        O(E \log V) | O(|E|\log|V|)
        O(n!) | O(n!) time
        O(n) | T(n) = O(N)
        O(n_1^2) | O(N_{1}^2)
        O(\theta) | O(\Theta)
        \Theta(n \log n) | Θ(n log n)
    """,
    "logic": r"""
        A AND B | B ∧ A
        A AND B | A \cdot B
        A OR B | A + B
        A OR B | A || B
        A XOR B | A \oplus B
        NOT A | \overline{A}
        NOT A | A'
        A'B + AB' | \overline{A}B + A\overline{B}
        NOT (A AND B) | \neg (A \land B)
        \neg p \lor q | ~p ∨ q
        p \land \neg q | p and not q
        \neg q \to \neg p | ¬q ⟹ ¬p
        p \leftrightarrow q | q \iff p
        \forall x \exists y\, P(x,y) | \forall x\, (\exists y\, (P(x, y)))
    """,
    "literal": r"""
        'abc' | "abc"
        'abc' | abc
        [1, 2, 3] | (1, 2, 3)
        [1, 2, 3] | 1, 2, 3
        ['a', 'b'] | ["a","b"]
        [True, False] | [true, false]
        {'a': 1, 'b': 2} | \{"b": 2, "a": 1\}
        {"x": [1, 2], "y": null} | {"y": None, "x": [1, 2]}
    """,
    "source": r"""
        max_value | \texttt{max\_value}
        len(s) | `len( s )`
        print("Hi") | print('Hi')
        #FF5733 | \#ff5733
        SELECT * FROM users | select * from users;
        SELECT name FROM t WHERE age <> 18 | \texttt{SELECT name FROM t WHERE age != 18}
        A B C * + | ABC*+
        arr[1:4] | arr[1 : 4]
        i++ | i++;
        lambda x: x + 1 | lambda x: x+1
        [x**2 for x in range(5)] | [ x ** 2 for x in range( 5 ) ]
        A -> B -> D | A → B → D
    """,
}

DIFFER = {
    "base": r"""
        1011_2 | 1101_2
        1011_2 | 11_{10}
        1011_2 | 11
        1011_2 | B_{16}
        1011_2 | 1011_3
        0xFF | 255
        0x3C | 0xC3
        -1011_2 | 1011_2
    """,
    "bits": r"""
        00000101 | 101
        0110 1001 | 01101000
    """,
    "growth": r"""
        O(n^2) | \Theta(n^2)
        O(n) | o(n)
        O(n^2) | O(n^2 \log n)
        O(n^2) | linear
        O(n \log n) | O(n \log \log n)
        O(n \log n) | O(n + \log n)
        O(E \log V) | O(V \log E)
        O(2^n) | O(3^n)
        O(n) | O(m)
        O(1) | O(n)
        O(n) | O(n) time and O(1) space
        O(n) | not O(n)
    """,
    "logic": r"""
        A AND B | A OR B
        NOT A | A
        NOT A | ~B
        \neg p \lor q | \neg (p \lor q)
        \neg q \to \neg p | \neg p \to \neg q
        p \leftrightarrow q | p \to q
        \forall x \exists y\, P(x,y) | \exists y \forall x\, P(x,y)
        \exists x \neg P(x) | \neg \exists x P(x)
    """,
    "literal": r"""
        'abc' | 'abd'
        "5" | 5
        [1, 2, 3] | [3, 2, 1]
        [1, 2, 3] | \{1,2,3\}
        ['1', '2'] | [1, 2]
        [True, False] | [False, True]
        {'a': 1} | {'a': 1, 'b': 2}
        {"x": [1, 2]} | {"x": [2, 1]}
    """,
    "source": r"""
        max_value | maxValue
        max_value | Max_value
        myVar | myvar
        len(s) | len(t)
        print("Hi") | print("hi")
        #FF5733 | #FF5734
        rwxr-xr-- | rwxr-xr-x
        SELECT * FROM users | SELECT * FROM user
        SELECT name FROM t WHERE age >= 18 | SELECT name FROM t WHERE age > 18
        A B C * + | A B + C *
        arr[1:4] | arr[1:5]
        192.168.1.0/24 | 192.168.1.0/16
        i++ | ++i
        a[i] | a[j]
        lambda x: x + 1 | lambda x: x+2
        [x**2 for x in range(5)] | [x*2 for x in range(5)]
        A -> B -> D | A → D → B
    """,
    "no number of the base": r"""
        1010_2 | hello
        1010_2 | 1210_2
    """,
}

ASKED = [
    ("Give the preorder traversal of the tree.", "A B D E C", "A, B, D, E, C", True),
    ("Give the preorder traversal of the tree.", "A, B, D, E, C", "ABDEC", True),
    ("Give the preorder traversal of the tree.", "A, B, D, E, C", "A, D, B, E, C", False),
    ("How many ways are there to arrange these?", "2,598,960", "2598960", True),
    ("What does print('hello'.upper()) output in Python?", "HELLO", "'HELLO'", True),
    ("What does print('hello'.upper()) output in Python?", "HELLO", "hello", False),
    ("Which regex matches a lower-case word?", "^[a-z]+$", r"\texttt{^[a-z]+$}", True),
    ("Which regex matches a lower-case word?", "^[a-z]+$", "^[A-Z]+$", False),
    ("Write 22 in binary.", "10110", r"10110_{\text{two}}", True),
    ("Write 22 in binary.", "10110", "10110_3", False),
    ("Convert 42 to hexadecimal.", "2A", "0x2a", True),
    ("Convert 42 to hexadecimal.", "2A", "A2", False),
    ("Convert 11 to binary.", "1011", "1011_2", True),
    ("What is 1011_2 in base 10?", "11", "11_{10}", True),
    ("What is 1011_2 in base 10?", "11", "1011_2", False),
    ("Write 25 in base 20.", "15", "15_{20}", True),
    ("What is 7 + 8?", "15", "15_{20}", False),
    ("Give -5 in 8-bit two's complement.", "11111011", "1111 1011", True),
    ("Give -5 in 8-bit two's complement.", "11111011", "11111010", False),
    ("What does the Python call sorted([2, 1]) return?", "[1, 2]", "[1,2]", True),
    ("What does the Python call sorted([2, 1]) return?", "[1, 2]", "(1, 2)", False),
    ("What does list(range(1, 4)) give in Python?", "[1, 2, 3]", "(1, 2, 3)", False),
    ("What does the Python expression set([1, 2]) give?", "{1, 2}", "{2, 1}", True),
    ("Give the Boolean expression for XOR.", "A'B + AB'", r"A\overline{B} + \overline{A}B", True),
    ("Give the Boolean expression for XOR.", "A'B + AB'", "AB + A'B'", False),
    ("Simplify the logic expression.", r"\overline{A+B}", r"\overline{A}+\overline{B}", False),
]


@pytest.mark.parametrize(("gold", "answer"), pairs(AGREE))
def test_agrees(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "correct"


@pytest.mark.parametrize(("gold", "answer"), pairs(DIFFER))
def test_differs(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "incorrect"


@pytest.mark.parametrize(("question", "gold", "answer", "same"), ASKED)
def test_the_question_tells_code_from_mathematics(question: str, gold: str, answer: str, same: bool) -> None:
    assert (str(decide(gold, answer, question=question).outcome) == "correct") is same


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        (r"\neg p \lor q", r"p \to q"),
        (r"p \oplus q", r"(p \land \lnot q) \lor (\lnot p \land q)"),
        (r"p \leftrightarrow q", r"(p \land q) \lor (\lnot p \land \lnot q)"),
        ("O(n^2)", "n^2"),
    ],
)
def test_an_equivalent_formula_and_a_missing_class_are_left_open(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "undecided"


@pytest.mark.parametrize(
    "gold",
    [
        "a_2", "A_{16}", "9_2", "001", "1000", "O(0, 0)", r"\omega(t)", r"\mathbf{a} \wedge \mathbf{b}",
        r"dx \wedge dy", "[1, 2]", "f(x)", "x_{max}", "v_max", "kJ", "pH", "x < 3", r"\overline{AB}", "A + B", "sin(x)",
        "110 000", "1 000 000 000", "[2, 5)",
    ],
)  # fmt: skip
def test_what_only_looks_like_code_is_none(gold: str) -> None:
    assert not is_code(gold)
    assert infer_type(gold) is not AnswerType.CODE
