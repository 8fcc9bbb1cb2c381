"""One form for all forms of an English word: singular and plural, British and American spelling."""

import re
from functools import lru_cache

_PLURALS = """
    nuclei nucleus, radii radius, foci focus, loci locus, fungi fungus, bacilli bacillus, stimuli stimulus,
    cacti cactus, alumni alumnus, calculi calculus, moduli modulus, tori torus, thrombi thrombus, alveoli alveolus,
    villi villus, bronchi bronchus, mitochondria mitochondrion, bacteria bacterium, data datum, media medium,
    spectra spectrum, quanta quantum, continua continuum, maxima maximum, minima minimum, optima optimum,
    extrema extremum, momenta momentum, equilibria equilibrium, ova ovum, strata stratum, errata erratum, phyla phylum,
    flagella flagellum, cilia cilium, septa septum, sera serum, atria atrium, phenomena phenomenon, criteria criterion,
    polyhedra polyhedron, tetrahedra tetrahedron, ganglia ganglion, taxa taxon, axes axis, analyses analysis,
    hypotheses hypothesis, crises crisis, theses thesis, parentheses parenthesis, syntheses synthesis, testes testis,
    metastases metastasis, diagnoses diagnosis, oases oasis, vertices vertex, vortices vortex, indices index,
    apices apex, matrices matrix, appendices appendix, helices helix, cortices cortex, directrices directrix,
    stigmata stigma, stomata stoma, schemata schema, genera genus, corpora corpus, opera opus, men man, women woman,
    feet foot, teeth tooth, mice mouse, geese goose, lice louse, oxen ox, children child, people person, leaves leaf,
    halves half, lives life, wolves wolf, knives knife, calves calf, shelves shelf, loaves loaf, wives wife, elves elf
"""
IRREGULAR = dict(pair.split() for pair in _PLURALS.split(","))
_AMERICAN = """
    aluminium aluminum, grey gray, tyre tire, tyring tiring, practise practice, artefact artifact, defence defense,
    offence offense, licence license, pretence pretense, cheque check, kerb curb, disc disk, storey story, annexe annex,
    anticlockwise counterclockwise, learnt learned, burnt burned, spelt spelled, leant leaned, whilst while,
    amongst among, ageing aging, cypher cipher, dependant dependent, orientated oriented, fulfil fulfill,
    enrol enroll, instil instill, distil distill, haem heme, draught draft, sceptic skeptic, sceptical skeptical,
    centring centering, centred centered, gramme gram, kilogramme kilogram, programme program, colour color
"""
AMERICAN = dict(pair.split() for pair in _AMERICAN.split(","))
SPELLINGS = [
    (re.compile(r"(?<=[a-z]{2})our(?=(?:ed|ing|able|al|ally|ful|less|er|ist|hood|ise|ize)?$)"), "or"),
    (re.compile(r"(?<=[a-z]{2})is(?=(?:e|ed|er|ing|able|ation)$)"), "iz"),
    (re.compile(r"(?<=l)ys(?=(?:e|ed|er|ing)$)"), "yz"),
    (re.compile(r"(?<=[a-z][tbv])re$"), "er"),
    (re.compile(r"(?<=[a-z])ae(?=[a-z])|^ae(?=[st])"), "e"),
    (re.compile(r"^oe(?=[sdn])|(?<=^f)oe(?=t)|(?<=rrh)oe|(?<=am)oe(?=b)|(?<=hom)oe(?=o)|(?<=^c)oe(?=l)"), "e"),
    (re.compile(r"(?<=man)oeuv(?:re|er)"), "euver"),
    (re.compile(r"sulph"), "sulf"),
    (re.compile(r"mould"), "mold"),
    (re.compile(r"plough"), "plow"),
    (re.compile(r"(?<=[a-z]{2})logue$"), "log"),
    (re.compile(r"(?<=dg)e(?=ment)"), ""),
    (re.compile(r"(?<=fl)exion"), "ection"),
    (re.compile(r"ll(?=(?:ed|ing|er|or)$)"), "l"),
]
SILENT_E = ("se", "xe", "ze", "che", "she", "oe")


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """What all forms of the (lower-case) word share. Not always a word itself: `increases` gives `increa`.

    A plural ending goes, and what is left is cut again until nothing changes: only so do `lens` and `lenses` meet.
    """
    word = IRREGULAR.get(word, word)
    previous = ""
    while previous != word:
        previous, word = word, _shorter(american(word))
    return word


def _shorter(word: str) -> str:
    if len(word) <= 3:
        return word
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return american(word[:-1])
    if word.endswith("ie"):
        return word[:-2] + "y"
    if word.endswith("ae"):
        return word[:-1]
    return word[:-1] if word.endswith(SILENT_E) else word


def american(word: str) -> str:
    word = AMERICAN.get(word, word)
    for pattern, replacement in SPELLINGS:
        word = pattern.sub(replacement, word)
    return word
