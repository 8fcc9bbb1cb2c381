"""Questions that need what they do not hold: something pointed at, data that none are given of, whoever is asked."""

import re
from collections.abc import Iterator

from stages._evidence_cues import ORDER, cue, noticed
from stages.records import Evidence

HAS_DATA = re.compile(
    r"[\d$\\=^]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|hundred|half|twice|thrice|"
    r"double[ds]?|tripled?|third|quarter|dozen)\b",
    re.IGNORECASE,
)
SHOWN_TABLE = re.compile(r"\\begin\{(?:tabular|array|matrix)\}|\|[^|\n]{0,200}\|[^|\n]{0,200}\|")
YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
# What shows a program, a system or a list that is pointed at.
SHOWS_SOMETHING = re.compile(r"\n|[{};|]|:\s*\S|\$\$|\\\[|\[\[|\\begin")
_PICTURES = (
    r"(?:figure|diagram|picture|sketch|chart|(?:bar |line |circle )?graph|map|drawing|photo(?:graph)?|clock|spinner|"
    r"histogram|scatter ?plot|table|number line|grid|plot)"
)
POINTED_AT = (
    cue(
        "figure_missing",
        "figure|diagram|picture|sketch|chart|graph|map|drawing|photo|clock|spinner|histogram|plot|table|number line|"
        "grid",
        rf"\b(?:refer to|look at|consult|study|examine|based on|according to|use|using)\s+(?:the|this|each)\s+(?:\w+ )?"
        rf"{_PICTURES}\b(?! of)",
        r"\b(?:accompanying|attached|adjoining|adjacent)\s+(?:\w+ )?(?:sketch|drawing|chart|map|table|graph|diagram)\b",
        r"\b(?:previous|preceding) (?:table|graph|chart|figure|diagram)\b",
        rf"^the {_PICTURES} (?:gives?|lists?|displays?|shows?|represents?|illustrates?|depicts?)\b",
        r"\bthe graph of \$?\w+(?:\(\w\))?\$? is (?:given|shown)\b",
        r"\bpoint \$?[A-Z]\$? on the (?:number line|grid|graph)\b|\b(?:the|this) clock shows?\b",
    ),
    cue("figure_missing", "ruler|protractor", r"\bus(?:e|ing) (?:a|your) (?:\w+ )?(?:ruler|protractor)\b"),
    cue(
        "figure_missing",
        "shown",
        r"\b(?!be\b|is\b|been\b|are\b|was\b|were\b|have\b|as\b|not\b)\w+ shown(?: here)?\s*[.?,]",
    ),
    cue(
        "figure_missing",
        " below| at the right| at right",
        r"\bthe (?:spinner|shape|polygon|triangle|circle|circuit|rectangle|solid|model|number line|grid|map|"
        r"quadrilateral|parallelogram|trapezoid|square|cube|prism|pyramid)s? (?:below|at (?:the )?(?:right|left))\b",
    ),
    cue(
        "context_missing",
        "above|earlier|before|previously",
        r"\bthe above (?:code|program|equation|problem|system|function|question|reaction|process|method|data|case|"
        r"situation|passage|text|expression|example|sequence|list)\b",
        r"\b(?:conditions?|case|problem|situation|system|code|program|sequence|list|equation|function|expression|"
        r"reaction|data|question|process|passage|text) above\b",
        r"\b(?:defined|given|described|mentioned|stated|found|obtained|computed|calculated) (?:above|earlier|before|"
        r"previously)\b|\bsame [^.?]{1,40} as (?:above|before)\b",
    ),
    cue(
        "context_missing",
        "answer to|answer from|answers to|answers from|answer in|answers in|results from",
        r"\b(?:your|the) (?:answers?|results?) (?:to|from|in|of) (?:\([a-h1-9]\)|part\b|question\b|problem\b|#)",
    ),
    cue(
        "context_missing",
        "line |lines |paragraph|stanza|story|poem|passage|speech|excerpt",
        r"\bin (?:lines?|paragraphs?|stanzas?|sentence) \d",
        r"\baccording to the (?:story|poem|speech|report|study|paragraph)\b",
        r"\b(?:in|of) (?:this|the) (?:story|poem|passage|speech|excerpt|paragraph)\b",
    ),
)
PROGRAM = cue(
    "context_missing",
    "code|program|script|snippet|loop|query",
    r"\b(?:this|following|above|given) (?:piece of |java |python |c |pseudo)?"
    r"(?:code|program|script|snippet|loop|query)\b",
)
# Things that are nothing without their numbers.
OBJECTS = cue(
    "context_missing",
    "equation|expression|function|system|polynomial|inequality|sequence|matrix|integral|polygon|shape|solid|substance|"
    "circuit|beam|truss|vectors|forces|box|data|sample|problem|following",
    r"\b(?:the|this|these|given|each|following)\s+(?:given |two |following |missing )?(?:equations?|expressions?|"
    r"functions?|systems?|polynomials?|inequalit(?:y|ies)|sequences?|matri(?:x|ces)|integrals?|polygon|shape|solid|"
    r"substance|circuit|beam|truss|vectors|forces|box|data(?: set)?|sample|problem)\s*[.?,;]",
    r"\bfollowing (?:information|data|balance sheet|statements?|scores|numbers|facts|measurements|costs)\b",
)
ASKED_PERSON = cue(
    "time_dependent",
    "you|can i|do i|warranty|price|cost|fee|quantity|file size|version|release|employees|customers|phone|email|address|"
    "deadline|subscription|ceo|population|president|minister|chairman|mayor|live in|when will|world record|"
    "exchange rate|salary|most ",
    r"\b(?:you|your)\b|\b(?:can|do|should|will|may) (?:I|we)\b",
    r"\b(?:warranty|order quantity|file size|version|release date|employees|customers|phone number|e-?mail|address|"
    r"deadline|subscription)\b",
    r"\bwhat (?:is|are) the (?:price|cost)\b|"
    r"\bhow much (?:does|do|is|are) (?:it|this|the|a|an)\b[^.?]{0,40}\b(?:cost|price)\b",
    r"\bhow much (?:does|do) (?:it|this|they|these) cost\b",
    r"\bwho is the (?:ceo|president|prime minister|chancellor|chairman|director|mayor|governor|owner|manager)\b",
    r"\bworld record\b|\bexchange rate\b|\baverage salary\b|\bmost (?:popular|common|populous)\b",
    r"\bpopulation of\b|\bhow many people (?:live|work|use)\b|^when will\b",
)
GUESSES = cue(
    "ambiguous",
    "about how|estimate|roughly how|approximately how|order of magnitude",
    r"\b(?:about|roughly|approximately) how (?:many|much|long|far|often)\b",
    r"\bestimate (?:the|how)\b|\border of magnitude\b",
)
ONE_OF_MANY = (
    cue(
        "ambiguous",
        "give |write |list |name |find two|find three|find four|find some|find several",
        ORDER + r"(?:give|write|list|name)\s+(?:two|three|four|five|some|several)\b",
        ORDER + r"find\s+(?:two|three|four|some|several)\s+(?:different |other |more )?"
        r"(?:ordered pairs|solutions|fractions|examples|equivalent|points)\b",
    ),
    cue(
        "ambiguous",
        "write a",
        ORDER + r"write an? (?:\w+ )?(?:rule|system|word problem|story problem|question|sentence|problem)\b",
    ),
    cue(
        "ambiguous",
        "name |give |list |mention ",
        ORDER + r"(?:name|give|list|mention) (?:an?|one|any|some)\s+(?!name\b|formula\b|reason\b)(?:\w+ )?\w+ "
        r"(?:in|that|which|with|from|who|used|for|of)\b",
    ),
    cue(
        "ambiguous",
        "what is one|what are two|what are some",
        r"\bwhat (?:is one|are (?:two|three|some)) (?:\w+ )?(?:ways?|of the|examples?|reasons?)\b",
    ),
    cue(
        "ambiguous",
        "find a|give a|write a|determine a|construct a|find two|find some",
        ORDER
        + r"(?:find|give|write|determine|construct)\s+(?:an?|some)\s+(?:(?:unit|nonzero|non-zero|orthogonal|normal|"
        r"direction|second|different|non-trivial|nontrivial|particular)\s+)?(?:vector|number|integer|basis|parametri[sz]ation|"
        r"counterexample|matrix|pair|set of)\b(?! (?:equation|form|field|representation|in the direction|of elements))",
        ORDER + r"(?:find|give|write|determine)\s+(?:an? )?(?:parametric equations?|parametri[sz]ation|"
        r"antiderivative|equivalent expression|expression (?:that is )?equivalent)\b",
        ORDER + r"(?:find|give|write|determine)\s+(?:an?|the)\s+(?:equations?|formula) (?:of|for) an? "
        r"(?:line|plane|parabola|circle|curve) (?:parallel|perpendicular|with|that|which)\b",
    ),
)
MAX_UNDEFINED = 200
# What is known without being told: names, and things that are everywhere the same.
KNOWN_TO_ALL = re.compile(
    r"(?<=[a-z,(] )[A-Z]|\b(?:regular|\w+gons?|electrons?|protons?|neutrons?|photons?|atoms?|atomic|light|sound|earth|"
    r"moon|sun|planets?|water|air|ice|deck|dice|coins?|alphabet|week|year|day|hour|universe|human|primes?|perfect|integers?|"
    r"digits?|numbers?|polynomials?|absolute|vacuum|circles?|spheres?|cubes?|triangles?|hydrogen|helium|carbon|oxygen|"
    r"iron|gold|copper|lead|letters|chromosomes?|bones|chess|century|degrees)\b"
)
MAX_BARE = 60


def needs(question: str, low: str) -> Iterator[Evidence]:
    """What is pointed at and not there; what has many answers; what has none without data or somebody to ask."""
    for each in noticed(POINTED_AT, question, low):
        if "table" not in each.text.lower() or not SHOWN_TABLE.search(question):
            yield each
    yield from noticed(ONE_OF_MANY, question, low)
    for each in noticed((PROGRAM,), question, low):
        if not SHOWS_SOMETHING.search(question):
            yield each
    if len(question) < MAX_UNDEFINED and not HAS_DATA.search(YEAR.sub(" ", question)):
        yield from noticed((OBJECTS, ASKED_PERSON, GUESSES), question, low)


def says_nothing(question: str) -> bool:
    """Whether a short question gives no number, formula or name to work with: "Find the slope."."""
    return len(question) < MAX_BARE and not HAS_DATA.search(question) and not KNOWN_TO_ALL.search(question)
