"""Texts that are almost answers: pieces of notation in a row, repeated, and labelled golds with a few edits."""

from hypothesis import strategies as st

from verifier.audit.cases import load_cases

MAX_TEXT = 400
CASES = load_cases("development")

_LATEX = r"""
    \frac{1}{2} \dfrac \sqrt{2} \sqrt[3]{ \text{ \mathrm{cm} \left( \right) \left[ \right] \{ \} \boxed{ \boxed{5} \pi
    \infty \cup \cap \le \geq \ne \approx \pm \times \cdot \div \to \rightarrow \Rightarrow \int_0^1 \sum_{k=1}^{5} \\ &
    \binom{5}{2} \log_2 \ln \sin \circ ^\circ \overline{3} \begin{pmatrix} \end{pmatrix} \vec{ \hat{i} \mathbb{R} | ' !
    \in \mid \land \lor \neg \emptyset \% \$ \, \; \quad $ $$ \( \) \[ \] ^{2} _{n} ^ _ \mathcal{O}( \ce{ \Delta
    \operatorname{ \lim_{x\to0} \bmod \pmod{ \lfloor \rfloor
"""
_NUMBERS = """
    0 1 2 7 -3 12 360 1000 1,000 1{,}000 0.5 .5 1e3 1.5e-10 3.14 22/7 1/2 1:2 50% $5 €3,50 2^{10} 10^{-9} 0x1F 0b101
    1_000 99999999999999999999 1.000000000001 ½ ² ₃ ８ ① ٣ -0 +4 −5 ±2 III 1st twenty-one million dozen
"""
_UNITS = "m cm km/h m/s^2 kg N J eV °C °F K mol mmol/L g/mL ft in lb hours min s a.m. PM years days Hz Ω μm % people"
_WORDS = """
    yes no true false not and or because the answer is final option A B C D (A) A. both none all of above increases
    left right friction O(n log n) O(1) NaCl H2O Fe^{3+} SO4^{2-} -> = == != < > <= >= x y x^2 e^{x} i 3+4i C Monday
    January 2024-02-30 12:30 12 noon [1, 2] {1, 2} (1, 2) [0,1) x=1 x>2 a or b between to per None True && À é 水 α 🙂
"""
_MARKS = """( ) [ ] { } , ; : . ? ! / * ** # #### <think> </think> < > " ' ` ~ – — …"""
_BLANKS = (" ", "\n", "\t", "\n\n", ", ", "\u00a0", "\u200b", "\u202e", "\u0301", "\ufeff")
PIECES = [*f"{_LATEX} {_NUMBERS} {_UNITS} {_WORDS} {_MARKS}".split(), *_BLANKS]

pieces = st.sampled_from(PIECES)
golds = st.sampled_from(sorted({case.gold for case in CASES}))
_answers = st.sampled_from(sorted({case.answer for case in CASES if len(case.answer) <= MAX_TEXT}))
_rows = st.tuples(st.sampled_from(["", " "]), st.lists(pieces, min_size=1, max_size=16)).map(
    lambda row: row[0].join(row[1])
)
# What a regular expression with a slow shape takes long for: the same again and again, and then something else.
_repeated = st.tuples(st.lists(pieces, min_size=1, max_size=3).map("".join), st.integers(2, MAX_TEXT), pieces).map(
    lambda parts: (parts[0] * parts[1])[: MAX_TEXT - 20] + parts[2]
)


def _edited(text: str, edits: list[tuple[int, int, str, str]]) -> str:
    """`text` after each edit at its place: a piece put in, a slice taken out, doubled, turned round or in capitals."""
    for place, length, what, piece in edits:
        start = place % (len(text) + 1)
        taken, rest = text[start : start + length], text[start + length :]
        new = {"put": piece + taken, "cut": "", "double": taken * 2, "turn": taken[::-1], "case": taken.swapcase()}
        text = text[:start] + new[what] + rest
    return text[:MAX_TEXT]


_edits = st.lists(
    st.tuples(st.integers(0, 99), st.integers(1, 6), st.sampled_from(["put", "cut", "double", "turn", "case"]), pieces),
    min_size=1,
    max_size=4,
)
_mutated = st.tuples(st.one_of(golds, _answers), _edits).map(lambda two: _edited(*two))
_neighbours = st.tuples(golds, _edits).map(lambda two: (two[0], _edited(*two)))

texts = st.one_of(golds, _mutated, _rows, _repeated, st.text(max_size=60)).map(lambda text: text[:MAX_TEXT])
couples = st.one_of(_neighbours, _neighbours.map(lambda two: (two[1], two[0])), st.tuples(texts, texts))
# Not a value that any gold comes to: seven digits, and a last one that no rounding gives.
numbers = st.integers(1_000_000, 9_999_999).map(lambda value: f"{value / 1000:.3f}1")
frames = st.sampled_from(["{}", r"\boxed{{{}}}", "so the answer is {}.", "#### {}", "<think>a</think>{}", "**{}**"])
