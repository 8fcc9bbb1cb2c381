"""Chemical formulas, reactions, nuclides, configurations: each line is `gold | answer`, near misses below matches."""

import pytest

from tests.verifier.pairs import pairs
from verifier.chemistry.formula_evidence import is_chemistry
from verifier.chemistry.reactions import read_chemistry
from verifier.route import decide
from verifier.types import AnswerType

AGREE = {
    "typesetting": r"""
        H2O | \mathrm{H_2O}
        H2O | H$_2$O
        H2O | H<sub>2</sub>O
        H2O | {\rm H_2O}
        H_2SO_4 | \mathrm{H}_{2}\mathrm{S}\mathrm{O}_{4}
        Ca(OH)2 | \ce{Ca(OH)2}
        C12H22O11 | C₁₂H₂₂O₁₁
    """,
    "charge": r"""
        NH4+ | NH_4^+
        NH4+ | NH_4^{1+}
        Fe^{3+} | Fe3+
        Fe^{3+} | Fe^{+3}
        Fe^{3+} | Fe+3
        Fe^{3+} | Fe 3+
        Fe^{3+} | Fe+++
        Fe^{3+} | Fe(III)
        Fe^{3+} | Fe³⁺
        SO42- | SO_4{}^{2-}
        SO42- | SO^{2-}_4
        SO42- | SO4 2-
        O2- | O^{2-}
        I3- | I_3^-
        Hg22+ | Hg_2^{2+}
        +6 | 6+
    """,
    "complex": r"""
        [Fe(CN)6]3- | [Fe(CN)_6]^{3-}
        [Fe(CN)6]3- | Fe(CN)6^3-
        [Cu(NH_3)_4]^{2+} | \left[\mathrm{Cu(NH_3)_4}\right]^{2+}
        [Co(NH3)4Cl2]+ | [CoCl2(NH3)4]^+
        K3[Fe(CN)6] | K3Fe(CN)6
    """,
    "hydrate": r"""
        CuSO4·5H2O | \mathrm{CuSO_4 \cdot 5\,H_2O}
        Na2S2O3.5H2O | Na₂S₂O₃·5H₂O
        Mg(NO3)2·6H2O | Mg(NO3)2*6H2O
    """,
    "state": r"""
        H2O(l) | H2O
        H2O(l) | H_2O_{(l)}
        NH3(aq) | aqueous NH3
        CO2 | CO_2 gas
    """,
    "structure": r"""
        CH3CH2OH | \mathrm{CH_3{-}CH_2{-}OH}
        CH3CH2OH | HOCH2CH3
        CH3CH2OH | C2H5OH
        CH3(CH2)3CH3 | CH3CH2CH2CH2CH3
        CH3COOH | CH3CO2H
        CH3COOH | HOOCCH3
        CH2=CH2 | CH_2{=}CH_2
        HC≡CH | HC\equiv CH
        C_nH_{2n+2} | C_{n}H_{2n+2}
    """,
    "name": r"""
        CO2 | carbon dioxide (CO2)
        CO2 | CO_2 (carbon dioxide)
        CO2 | The gas is CO2
        Carbon monoxide (CO) | CO
        Carbon monoxide (CO) | carbon monoxide
        2-methylpropane | 2-methyl propane
        butan-2-ol | 2-butanol
        hexane-2,5-dione | 2,5-hexanedione
    """,
    "several": r"""
        Na+ and SO4^2- | SO4^{2-}, Na^+
        CaCl2, NaCl | NaCl and CaCl_2
    """,
    "reaction": r"""
        2H2 + O2 -> 2H2O | O_2 + 2H_2 \rightarrow 2H_2O
        N2 + 3H2 ⇌ 2NH3 | N2+3H2->2NH3
        N2 + 3H2 -> 2NH3 | 3H_2 + N_2 \xrightarrow[450^\circ C]{\text{Fe}} 2NH_3
        N2 + 3H2 -> 2NH3 | \ce{N2 + 3H2 ->[Fe][450 C] 2NH3}
        2H2O2 -> 2H2O + O2 | 2H_2O_2 = 2H_2O + O_2
        H2 + 1/2 O2 -> H2O | H_2 + \frac{1}{2}O_2 \to H_2O
        Ag+(aq) + Cl-(aq) -> AgCl(s) | Cl^- + Ag^+ \rightarrow AgCl \downarrow
        Cr2O72- + 14H+ + 6e- -> 2Cr3+ + 7H2O | \ce{14 H+ + Cr2O7^2- + 6 e- -> 2 Cr^3+ + 7 H2O}
        glucose + oxygen -> carbon dioxide + water | oxygen + glucose → water + carbon dioxide
    """,
    "nuclide": r"""
        ^{14}_{6}C | {}_{6}^{14}\mathrm{C}
        ^{14}_{6}C | ^{14}C
        ^{14}_{6}C | carbon-14
        U-235 | uranium-235
        ^{0}_{-1}e | {}_{-1}^{0}\text{e}
        ^{238}_{92}U -> ^{234}_{90}Th + ^4_2He | {}^{238}_{92}U \to {}^{234}_{90}Th + \alpha
        ^{14}_6C -> ^{14}_7N + ^0_{-1}e | {}^{14}_{6}\text{C} \rightarrow {}^{14}_{7}\text{N} + \beta^-
        ^{14}_6C -> ^{14}_7N + e^- + \bar{\nu}_e | ^{14}_6C -> ^{14}_7N + \bar\nu + e^{-}
    """,
    "electrons": r"""
        1s^2 2s^2 2p^6 3s^1 | [Ne]3s^1
        1s^2 2s^2 2p^6 3s^1 | 1s²2s²2p⁶3s¹
        [Ar]3d^{10}4s^1 | 1s22s22p63s23p63d104s1
        [Ar]3d^{10}4s^1 | [Ar] 4s^1 3d^{10}
        sp^3 | sp³ hybridised
        S_N2 | SN2 mechanism
    """,
    "concentrations": r"""
        \frac{[NH_3]^2}{[N_2][H_2]^3} | K_c = \frac{[NH_3]^2}{[H_2]^3[N_2]}
        K_{sp} = [Ca^{2+}][F^-]^2 | [\mathrm{Ca^{2+}}][\mathrm{F^-}]^2
        k[A]^2[B] | k[B][A]^2
    """,
    "broken coefficients": r"""
        H2 + 2/3 O2 -> H2O | H2 + \frac{2}{3}O2 -> H2O
        H2 + 1/2 O2 -> H2O | H2 + 0.5 O2 -> H2O
    """,
}

DIFFER = {
    "typesetting": r"""
        CO2 | Co2
        H2O | h2o
        H2O | H2O2
        H2O | H_{1/0}O
        SO3 | S3O
        NaN3 | Na_3N
        C6H12O6 | CH2O
        Al2(SO4)3 | Al_2SO_4)_3
    """,
    "charge": r"""
        NH4+ | NH4
        Fe^{3+} | Fe^{2+}
        SO42- | SO_3^{2-}
        Cl- | Cl+
        +6 | 6-
    """,
    "complex": r"""
        [Fe(CN)6]3- | [Fe(CN)6]4-
        [Pt(NH3)4]Cl2 | [Pt(NH3)4Cl2]
    """,
    "hydrate": r"""
        MgSO4·7H2O | \mathrm{MgSO_4 \cdot 5H_2O}
        MgSO4·7H2O | MgSO4
    """,
    "state": r"""
        H2O(l) | H2O(g)
    """,
    "structure": r"""
        CH3CH2OH | \mathrm{CH_3OCH_3}
        CH3CH(CH3)CH3 | CH3CH2CH2CH3
        CH2=CH2 | CH≡CH
        C_nH_{2n+2} | C_nH_{2n}
    """,
    "name": r"""
        CO2 | not CO2
        CO2 | CO2 or CO
        Carbon monoxide (CO) | carbon dioxide (CO2)
        Carbon monoxide (CO) | carbon dioxide
        2-methylpropane | 2-methylbutane
        1,2-dichloroethane | 1,1-dichloroethane
        trans-2-butene | cis-2-butene
    """,
    "several": r"""
        Na+ and SO4^2- | SO_4^{2-}
        CaCl2, NaCl | CaCl2, KCl
    """,
    "reaction": r"""
        2H2 + O2 -> 2H2O | H2 + O2 -> H2O
        2H2 + O2 -> 2H2O | 2H2O -> 2H2 + O2
        H2 + 1/2 O2 -> H2O | 2H_2 + O_2 \to 2H_2O
        Zn + Cu^{2+} \to Zn^{2+} + Cu | Zn + Cu → Cu + Zn
        6CO2 + 6H2O + light -> C6H12O6 + 6O2 | 6CO_2 + 6H_2O \to C_6H_{12}O_6 + 6O_2
    """,
    "nuclide": r"""
        ^{14}_{6}C | ^{12}_6C
        ^{14}_{6}C | ^{14}_7N
        ^{14}_{6}C | ^{14}_7C
        ^{222}_{86}Rn | Rn
        ^{0}_{-1}e | ^{0}_{1}e
        ^{14}_6C -> ^{14}_7N + ^0_{-1}e | ^{14}_6C -> ^{14}_7N + e^+
    """,
    "electrons": r"""
        1s^2 2s^2 2p^6 3s^1 | [Ne]3s^2
        [Ar]3d^{10}4s^1 | [Ar] 4s2 3d9
        sp^3 | sp^2
        S_N2 | S_N1
    """,
    "concentrations": r"""
        \frac{[NH_3]^2}{[N_2][H_2]^3} | \frac{[N_2][H_2]^3}{[NH_3]^2}
        k[A]^2[B] | k[A][B]^2
    """,
    "broken coefficients": r"""
        H2 + 2/3 O2 -> H2O | H2 + 3/2 O2 -> H2O
        2H2 + O2 -> 2H2O | 2H2 + O2
    """,
}

# The same atoms in another order, or a name for a formula: a chemist may tell, the texts do not.
UNSURE = {
    "order": r"""
        CH3CH2OH | C2H6O
        NaClO | NaOCl
    """,
    "name": r"""
        CO2 | carbon dioxide
    """,
    "formula and another name": r"""
        Sodium (Na) | Potassium (Na)
    """,
}


def outcome(gold: str, answer: str) -> str:
    return str(decide(gold, answer, answer_type=AnswerType.CHEMISTRY if gold != "+6" else None).outcome)


@pytest.mark.parametrize(("gold", "answer"), pairs(AGREE))
def test_agrees(gold: str, answer: str) -> None:
    assert outcome(gold, answer) == "correct"


@pytest.mark.parametrize(("gold", "answer"), pairs(DIFFER))
def test_differs(gold: str, answer: str) -> None:
    assert outcome(gold, answer) == "incorrect"


@pytest.mark.parametrize(("gold", "answer"), pairs(UNSURE))
def test_is_left_open(gold: str, answer: str) -> None:
    assert outcome(gold, answer) == "undecided"


@pytest.mark.parametrize(
    "gold",
    [
        "H2O", "NaCl", "NH4+", "SO4^{2-}", r"\ce{CO}", "KOH", "O2", "CuSO4·5H2O", "^{14}_6C", "carbon-14", "AgCl(s)",
        "2H2 + O2 -> 2H2O", "[Cu(NH3)4]^{2+}", "1s^2 2s^2 2p^1", "[Ne]3s^1", "sp^3", "Sodium (Na)", "CH3CH2OH",
        "[Ag^+][Cl^-]", "3-methylpentane", "P2O5",
    ],
)  # fmt: skip
def test_formulas_are_told_from_their_notation(gold: str) -> None:
    assert is_chemistry(gold)


@pytest.mark.parametrize(
    "gold",
    [
        "P_1V_1", "P_2V_2", "P_1V_1=P_2V_2", "PV = NIT", "V = IR", "20 N", "5 Pa", "10 K", "44 BC", "30 PSI", "AB",
        "BC", "HIV", "VI", "NaN", "H(s)", "F_2+F_3", "p", r"\alpha", "2p", r"A \to B", r"x \to \infty", "[1, 2]",
        "32 (CDs)", "K_5", "center of mass (COM)", "a-b", "x^2-2", "ÀO2",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_formula_is_none(gold: str) -> None:
    assert not is_chemistry(gold)


@pytest.mark.parametrize("gold", ["Na", "CO", "Fe", "HF"])
def test_bare_symbols_are_chemistry_where_the_question_is(gold: str) -> None:
    assert not is_chemistry(gold, "Which letters label the segment?")
    assert is_chemistry(gold, "Give the formula of the gas or the symbol of the element.")


def test_reactions_are_read_up_to_a_number_of_species() -> None:
    sides = [" + ".join(f"{count}H2O" for count in range(2, 2 + number)) for number in (12, 13)]
    assert read_chemistry(f"{sides[0]} -> {sides[0]}") is not None
    assert read_chemistry(f"{sides[0]} -> {sides[1]}") is None
