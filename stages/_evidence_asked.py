"""What a question asks for that no short answer gives: proofs, explanations, drawings, opinions, one of many."""

import re
from collections.abc import Iterator

from stages._evidence_cues import ORDER, cue, noticed
from stages._evidence_needs import HAS_DATA
from stages.records import Evidence

ASKED_FOR = (
    cue(
        "proof",
        "prove|verif|deriv|proof|confirm",
        ORDER + r"(?:prove|verify|derive|confirm)\b(?! (?:your|unit))",
        r"\b(?:a|the) proof (?:of|that)\b",
    ),
    cue(
        "proof",
        "show|demonstrate",
        ORDER + r"(?:show|demonstrate)\s+(?:that|by|why|how(?! you)|the (?:formula|relation|result))\b",
    ),
    cue(
        "explain",
        "explain|discuss|describe|justify|comment on|compare|contrast|define|distinguish|outline|summar|"
        "interpret|state |"
        "identify|characteri|elaborate|evaluate the|illustrate|differentiate|write a|list ",
        ORDER
        + r"(?:explain|discuss|describe|justify|comment on|contrast|distinguish between|differentiate between|outline|"
        r"summari[sz]e|interpret|elaborate|illustrate|characteri[sz]e|identify)\b",
        ORDER + r"(?:compare (?:and contrast|the (?!two values))|define (?!\$))",
        ORDER + r"evaluate the (?:claim|statement|argument|effect)\b",
        ORDER + r"state (?:your|the (?:reason|assumption|difference)|any|which)\b",
        ORDER + r"list (?:the|all|two|three|four|five|some)\b",
        ORDER + r"write an? (?:program|function in|essay|paragraph|story|short|script|method)\b",
    ),
    cue("explain", "why|how come|for what reason", r"\bwhy\b|\bhow come\b|\bfor what reasons?\b"),
    cue(
        "explain",
        "how ",
        r"\bhow (?:do|does|did|can|could|might|would|will|should|is|are|was|were|to|has|have)\b"
        r"(?![^?.]{0,60}\bhow (?:many|much|far|long|fast)\b)",
    ),
    cue(
        "explain",
        "what ",
        r"\bwhat (?:is|are|was|were) (?:meant|some\b|(?:an? )?(?:good|example)\b)",
        r"\bwhat (?:is|are|was|were) the (?:meaning|definition|difference between|differences|similarit\w+|purpose|"
        r"advantages?|disadvantages?|benefits?|role|functions? of (?!\$)|significance|importance|reasons?|evidence|"
        r"relationship|effects?|impact|consequences?|main|key|characteristics?|features?|best way|proper)\b",
        r"\bwhat (?:happens|happened|evidence|factors|steps|measures|causes|caused|makes|conclusions?|"
        r"inferences?|effects?|"
        r"types? of|kinds? of|does [^?.]{1,60} mean|do you (?:mean|know|notice|observe|suggest))\b",
        r"\bin what (?:way|sense|respect)s?\b",
        r"\bwhat (?:can|could|might) (?:you|we|one|be) (?:conclude|infer|say|said|do|deduced?|learn)",
    ),
    cue(
        "explain",
        "example|reason|in your own words|make up",
        r"\bgive (?:an? |some |two |three |at least \w+ )?(?:\w+ )?(?:examples?|reasons?)\b|\bin your own words\b",
        ORDER + r"make up an?\b",
    ),
    cue(
        "explain",
        "ómo|or qué|qué |wie |warum|weshalb|was ist|comment |ourquoi|qu'est-ce|как |почему|зачем|"
        "如何|为什么|怎么|怎样|为何|hoe |waarom|come |perché|nasıl|neden",
        r"\bcómo\b|\bpor qué\b|\bqué (?:es|son)\b",
        r"(?:^|[.?!]\s)wie (?!viele?|groß|hoch|lange?|schwer|weit|schnell|oft|alt|teuer|dick|breit|tief|stark)",
        r"(?:^|[.?!]\s)(?:warum|weshalb|was ist ein|comment|pourquoi|qu'est-ce|hoe (?!veel|lang|groot|ver)|"
        r"waarom|perché|"
        r"nasıl|neden)\b",
        r"\b(?:как(?! (?:велик|далеко|долго))|почему|зачем)\b|如何|为什么|怎么|怎样|为何",
    ),
    cue(
        "draw",
        "draw|sketch|graph|plot|construct|design",
        ORDER + r"(?:draw|sketch|graph|plot|design|construct)\s+(?:an?|the|your|its|their|both|and|each|\$|it\b|on\b|"
        r"in\b|[a-z]=)",
    ),
    cue(
        "opinion",
        "you think|we think|opinion|in your view|recommend|should i|favo|advice|am i |was i |would you|dear |"
        "agree|feel|"
        "experience|best practice|worth it|prefer|thoughts|believe|you like|you love|you enjoy|you hate|you dislike|"
        "you find",
        r"\b(?:do|did) (?:you|we) (?:think|agree|feel|prefer|recommend|believe)\b",
        r"\b(?:do|did) you (?:\w+ )?(?:like|love|enjoy|hate|dislike)\b(?! terms)",
        r"\bdo you find (?:most|more|least|the (?:most|least))\b",
        r"\b(?:your|any) (?:opinions?|advice|thoughts|recommendations?|experience)\b",
        r"\bin your (?:view|opinion)\b|\bshould I\b|\b(?:am|was) I (?:right|wrong)\b",
        r"\bwould you (?:recommend|suggest|say|prefer|choose|like)\b|^\s*dear [A-Z]\w+",
        r"\bbest practices?\b|\bworth it\b|\bfavou?rite\b[^.?]*\?",
    ),
)
UNSETTLED = (
    cue(
        "ambiguous",
        "appropriate|suitable|possible|plausible|reasonable",
        ORDER + r"(?:find|give|choose|suggest|state|select|propose|write|name)\s+(?:an?|one|some)\s+(?:\w+\s+)?"
        r"(?:appropriate|suitable|possible|plausible|reasonable)\b",
    ),
    cue(
        "ambiguous",
        "span|eigenvector|basis|unit normal|example",
        r"\b(?:vectors?|basis) (?:that|which) spans?\b",
        r"\b(?:find|give|what is) an? (?:\w+ )?(?:eigenvector|basis|unit normal|example)\b",
    ),
    cue(
        "ambiguous",
        "upper bound|lower bound",
        r"(?<!least )(?<!greatest )(?<!best )(?<!tightest )\b(?:upper|lower) bounds? (?:of|for|on)\b"
        r"(?![\s\S]*\b(?:inequalit|bound of [A-Z]))",
    ),
    cue("ambiguous", "differ", r"\bdiffers? on average\b|\bdiffers? from [^.?]{1,40} by how much\b"),
    cue(
        "time_dependent",
        "current|today|now|this year|latest|newest|recent|these days",
        r"\bwh(?:o|at|ich) (?:is|are) (?:the |your )?(?:current|latest|newest|most recent)\b(?! (?:in|through|flow))",
        r"\b(?:as of (?:now|today)|right now|these days|nowadays|this year)\b[^.?\d]*\?",
    ),
    cue(
        "time_dependent",
        "you|shipping|delivery|opening hours|refund|order",
        r"\b(?:do|does|can|are|is|will) (?:you|your \w+)\b[^.?]{0,80}\b(?:ship|offer|accept|sell|provide|"
        r"charge|deliver|support|"
        r"return|open|cost)\w*\b",
        r"\b(?:shipping|delivery|opening hours|refund)\b[^.?]{0,40}\?",
    ),
)
QUESTION_MARK = re.compile(r"[?？؟](?=\s|$|[\"')\]”»$*_]|[^\x00-\x7f])")
ORDERS = re.compile(
    r"(?:^|[.?!:;\])]\s+|\n\s*)"
    r"(?:also |then |now |next |finally |hence |and |(?:from|using|with|use) (?:this|these|that|the) [^.?!,$]{1,40},? "
    r"(?:to )?)?"
    r"(?:calculate|find|determine|compute|estimate|evaluate|simplify|solve)\b(?! without)",
    re.IGNORECASE,
)
# What asks, in a question without a question mark; names of things to find stand for the rest.
ASKS = re.compile(
    r"[?？؟¿=]|_{2,}|\\_|\b(?:find|calculate|determine|compute|evaluate|solve|simplify|express|give|return|"
    r"write|what|which|who|"
    r"whom|whose|when|where|how|estimate|name|state|factor|expand|multiply|divide|add|subtract|convert|translate|round|"
    r"differentiate|integrate|maximi[sz]e|minimi[sz]e|rewrite|reduce|list|identify|choose|select|complete|use|combine|"
    r"rationali[sz]e|show|prove|explain|define|describe|draw|discuss|obtain|derive|predict|suppose|let|"
    r"count|is|are|to|by|of|"
    r"under|equals?|approximately|berechne|bestimme|ermittle|gib|wie|welche[rs]?|calcul\w*|halla\w*|"
    r"encuentr\w*|resuelv\w*|"
    r"détermin\w*|trouve\w*|quel\w*|cuál\w*|cuánt\w*|найдите|вычислите|определите|решите|сколько)\b|求|计算|多少|几",
    re.IGNORECASE,
)


def asked_for(question: str, low: str) -> Iterator[Evidence]:
    for each in noticed(ASKED_FOR + UNSETTLED, question, low):
        if each.signal != "time_dependent" or not HAS_DATA.search(question):
            yield each


def asks_besides(question: str, words: str) -> bool:
    """Whether another sentence than the one with these words asks for something."""
    at = question.find(words)
    if at < 0:
        return False
    start = max(question.rfind(sign, 0, at + 1) for sign in ".?!\n") + 1
    after = [place for sign in ".?!\n" if (place := question.find(sign, at + len(words))) >= 0]
    rest = f"{question[:start]} {question[min(after) + 1 :] if after else ''}"
    return QUESTION_MARK.search(rest) is not None or ORDERS.search(rest) is not None


def asks_nothing(question: str) -> bool:
    return ASKS.search(question) is None
