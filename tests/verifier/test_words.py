"""Words agree by the same words, never by meaning; and nothing that denies, hedges or offers a choice agrees."""

import pytest

from tests.verifier.pairs import outcome_of, pairs
from verifier.route import decide
from verifier.types import Reason
from verifier.words.inflection import stem
from verifier.words.phrases import phrase
from verifier.words.sentences import abbreviates

AGREE = {
    "form": r"""
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
    "plural": r"""
        mitochondria | mitochondrion
        nucleus | nuclei
        vertex | vertices
        hypotheses | hypothesis
        phenomena | phenomenon
        formulae | formulas
        lens | lenses
        decrease | decreases
        Newton's second law | Newtons second law
    """,
    "spelling": r"""
        haemoglobin | hemoglobin
        oestrogen | estrogen
        centre of mass | center of mass
        catalyze | catalyse
        ionisation energy | ionization energy
        labelled | labeled
        fiber optics | fibre optics
        sulfuric acid | sulphuric acid
        aluminium oxide | aluminum oxide
        anticlockwise | counter-clockwise
        color | colours
    """,
    "accents": r"""
        Ampère's law | Ampere's law
        Schrödinger equation | Schroedinger equation
        Schrödinger equation | Schr\"odinger equation
        naïve Bayes | naive Bayes
    """,
    "symbols": r"""
        gamma ray | γ-rays
        pi bond | $\pi$ bond
        alpha helix | \alpha\text{-helix}
        infinity | +∞
        negative infinity | -\infty
        minus infinity | negative infinity
        sp^3 hybridized | sp³ hybridised
        per cent | percent
        does not exist | DNE
    """,
    "numbers": r"""
        Newton's second law | Newton's 2nd law
        Type II error | type 2 error
        quadrant I | Quadrant 1
        one-to-one | 1-to-1
    """,
    "brackets": r"""
        simple harmonic motion | Simple Harmonic Motion (SHM)
        DNA | deoxyribonucleic acid (DNA)
        DNA | DNA (deoxyribonucleic acid)
        parasympathetic nervous system | the parasympathetic nervous system (PNS)
        tungsten | tungsten (W)
        carbon dioxide | carbon dioxide (CO2)
    """,
    "hyphen": r"""
        nonpolar | non-polar
        wave-particle duality | wave particle duality
        p-n junction | pn junction
        x-ray | X rays
    """,
    "sentence": r"""
        friction | It is friction.
        friction | The force is friction
        friction | So the force is friction
        osmosis | This process is called osmosis.
        osmosis | It is known as osmosis
        ellipse | Conic: ellipse
        increases | It increases because the temperature rises
        decreases | the rate of reaction decreases
        constant | It remains constant
        does not exist | The limit doesn't exist
        The limit does not exist | does not exist
        gravity | gravity, since it acts downward
        nucleus | in the nucleus
        left | to the left
    """,
    "list": r"""
        protons and neutrons | neutrons and protons
        mitosis and meiosis | meiosis & mitosis
        red, green, and blue | blue, red and green
    """,
}

DIFFER = {
    "form": r"""
        listen | silent
        GAT | TAG
        stable | unstable
        increases | decreases
        odd | even
        clockwise | counterclockwise
        friction | it is not friction
    """,
    "plural": r"""
        genotype | phenotype
        radius | radian
    """,
    "spelling": r"""
        sulfite | sulfide
        adsorption | absorption
        metre | meteor
        clockwise | anticlockwise
        centrifugal | centripetal
    """,
    "accents": r"""
        friction | frictiоn
        alpha | аlpha
    """,
    "symbols": r"""
        alpha decay | β decay
        infinity | -\infty
        alpha | a
    """,
    "numbers": r"""
        Newton's second law | Newton's 3rd law
        Type I error | Type II error
        iron(III) oxide | iron(II) oxide
    """,
    "brackets": r"""
        iron | iron (III)
        blood type (A) | blood type (B)
        simple harmonic motion (SHM) | SDM
        friction | friction (or drag)
        hepatitis A | hepatitis B
        vitamin C | vitamin (D)
    """,
    "hyphen": r"""
        anion | an ion
        5'-ATG-3' | 3'-ATG-5'
    """,
    "sentence": r"""
        friction | it is not friction
        friction | Neither of these is friction
        friction | The opposite is friction
        friction | It could be friction
        friction | If not gravity, it is friction
        increases | It never increases
        increases | The volume decreases and the pressure increases
        increases | \neg(increases)
        increases | eval('increases')
        The volume increases | The pressure increases
        momentum is conserved | energy is conserved
        rises because of heat | rises because of cold
        from the left | to the left
        in phase | out of phase
    """,
    "list": r"""
        protons and neutrons | protons
        protons | protons and neutrons
        protons and neutrons | protons and electrons
        increases, decreases | decreases, increases
        first increases, then decreases | first decreases, then increases
        friction | friction or gravity
        friction | friction/gravity
        friction | friction?
        friction | friction, gravity, tension
    """,
    "opposites": r"""
        reversible | irreversible
        polar | nonpolar
        symmetric | antisymmetric
        continuous | discontinuous
        constant | not constant
        work done by the gas | work done on the gas
        static friction | friction
    """,
}


@pytest.mark.parametrize(("gold", "answer"), pairs(AGREE))
def test_agrees(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "correct"


@pytest.mark.parametrize(("gold", "answer"), pairs(DIFFER))
def test_differs(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "incorrect"


@pytest.mark.parametrize(
    "forms", ["gas gases", "bus buses", "base bases", "axis axes", "calorie calories", "bias biases"]
)
def test_forms_of_a_word_share_their_stem(forms: str) -> None:
    assert len({stem(word) for word in forms.split()}) == 1


@pytest.mark.parametrize(("one", "other"), [("mass", "mast"), ("ion", "iron"), ("lens", "lend"), ("virus", "viral")])
def test_different_words_have_different_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_a_phrase_stays_readable() -> None:
    assert phrase(r"\text{The Lenses of } \alpha") == "lenses of alpha"


def test_abbreviations_follow_their_words() -> None:
    assert abbreviates("DNA", "deoxyribonucleic acid")
    assert not abbreviates("DNB", "deoxyribonucleic acid")
    assert not abbreviates("III", "iron is in it")
    assert not abbreviates("or", "organic reaction")


@pytest.mark.parametrize(
    ("gold", "answer", "reason"),
    [
        ("red", "red/blue", Reason.CANDIDATES),
        ("photon", "photon?", Reason.CANDIDATES),
        ("red or blue", "blue or red", Reason.DIFFERENT_VALUE),
        ("red", "blue", Reason.DIFFERENT_VALUE),
    ],
)
def test_a_choice_is_called_one_unless_the_gold_has_it_too(gold: str, answer: str, reason: Reason) -> None:
    assert decide(gold, answer).reason is reason
