"""The words by which pages say that something is a question, an answer, a hint, or no part of either.

No pattern repeats what it repeats, so that each is linear in the line it reads; lines are cut to a reach beforehand.
"""

import re

_GAP = r"[^\S\n]"
# "3", "3.2", "1.2.3E", "2-5", "#4", "IV"; LibreTexts counts by a macro.
NUMBER = (
    rf"(?:(?:\#|(?:no|nr|number)\b\.?){_GAP}?)?"
    r"(?:\d{1,4}(?:[.\-–]\d{1,3}){0,4}[A-Za-z]?(?!\w)|(?-i:[IVX]{1,5})(?!\w)"
    r"|(?:\\\(|\$)?\\PageIndex\s?\{?\s?\d{1,3}[A-Za-z]?\s?\}?(?:\\\)|\$)?)"
)
_POINTS = rf"(?:{_GAP}*[\[(][^()\[\]\n]{{0,30}}(?:points?|pts?|marks?|%)[\])])?"
_STOP = r"(?P<stop>[:.)\]–—-]{1,3}|)(?=\s|$)"

_TASK = (
    rf"(?:(?:practice|sample|example|review|bonus|challenge|quiz|test|exam|homework|discussion|self-check|guided|solved"
    rf"|multiple[ -]choice|word|previous year|additional|conceptual|computational|theory|mini){_GAP}){{0,2}}"
    rf"(?:questions?|problem|exercise|example|ques?|prob|exer|ex|task|quiz|puzzle|riddle|assignment|illustration"
    rf"|try{_GAP}it(?:{_GAP}(?:now|yourself|out))?|your{_GAP}turn|check[ -]?point|quick{_GAP}check|self[ -]check"
    rf"|check{_GAP}your{_GAP}(?:understanding|progress)|practice|concept{_GAP}check|warm[ -]?up|flashcard"
    r"|(?-i:Q))"
)
_QUESTION = rf"[\[(*•–-]?{_GAP}?(?P<word>{_TASK})(?!\w(?<!\d))"
# Labels that begin a line: with a number, and without.
QUESTION_LABELS = (
    re.compile(rf"{_QUESTION}(?:\.(?={_GAP}?\d))?{_GAP}*(?P<number>{NUMBER}){_POINTS}{_GAP}*{_STOP}", re.IGNORECASE),
    re.compile(rf"{_QUESTION}{_POINTS}{_GAP}*{_STOP}", re.IGNORECASE),
)

_ASKED_FOR = (
    rf"(?:(?:click|tap|press|hover){_GAP}(?:(?:here|below|on{_GAP}\w+){_GAP})?(?:to|for){_GAP})?"
    rf"(?:(?:show|view|see|reveal|hide|toggle|check|get|display|open|expand|unhide|view/hide|show/hide){_GAP})?"
    rf"(?:(?:the|an|your|my|me){_GAP}){{0,2}}"
)
_QUALITY = (
    r"(?:(?:correct|right|final|model|sample|suggested|worked|full|detailed|short|brief|complete|step[ -]by[ -]step|best"
    rf"|expert|official|possible|example|verified|quick|text|hidden){_GAP}){{0,2}}"
)
_TOLD = (
    r"(?P<word>answers?(?: ?(?:&|and|/|,) ?(?:explanations?|solutions?|rationale|working))?"
    r"|solutions?(?: ?(?:&|and|/) ?(?:explanations?|answers?))?|ans|soln|sol|(?-i:A(?= ?(?:\d{1,3} ?[:.)]|:))))"
)
_ANSWER = (
    rf"[\[(*•▼▶►▸+–-]?{_GAP}?(?P<asked>{_ASKED_FOR}){_QUALITY}{_TOLD}(?!\w(?<!\d))"
    rf"(?:{_GAP}(?:to|for|of)(?:{_GAP}(?:the|this|above))?{_GAP}{_TASK}\.?)?"
)
_ANSWER_STOP = r"(?P<stop>[:.)\]–—»▼▾▶►▸+-]{1,3}(?=\s|$)|:(?=\S)|(?=\s|$))"
ANSWER_LABELS = (
    re.compile(
        rf"{_ANSWER}{_GAP}*(?P<number>{NUMBER}|\(?[a-h]\)?(?={_GAP}*(?:[:.]|$))){_GAP}*{_ANSWER_STOP}", re.IGNORECASE
    ),
    re.compile(rf"{_ANSWER}{_GAP}*{_ANSWER_STOP}", re.IGNORECASE),
)
# "Q. ... A. ...": read only where a page asks so; else it is an initial, or the first of some choices.
LONE_LETTER_ANSWER = re.compile(r"A[.)](?=\s)")
# "12. Find x if 2x = 8. [Ans. 4]"
RUN_IN_ANSWER = re.compile(r"(?<=[\s(\[])[\[(]?(?-i:Ans|ANS|Answer|ANSWER)(?: ?[:=]|\.)[^\S\n]*(?=\S)")
HINT_LABELS = (
    re.compile(
        rf"[\[(*•▼▶►▸+–-]?{_GAP}?{_ASKED_FOR}(?P<word>hints?|clues?)(?:{_GAP}(?P<number>\d{{1,2}}))?{_GAP}*(?P<stop>:|)(?=\s|$)",
        re.IGNORECASE,
    ),
)
# What follows an answer and belongs to it; the label itself is none of its words.
EXPLANATION_LABEL = re.compile(
    rf"(?:explanation|rationale|reasoning|justification|detailed solution|solution|why){_GAP}*(?::|$)", re.IGNORECASE
)

# "3.", "(3)", "3)", "[3]", "3a." at the beginning of a line, or a number that has the line to itself.
ITEM_NUMBER = re.compile(
    r"(?:\((?P<round>\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?)\)|\[(?P<square>\d{1,3})\]"
    r"|\#?(?P<plain>\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?)(?: ?[.):](?=[\s(A-Za-z\\$\"'“‘*_-]|$)|(?=\t|$)))[^\S\n]*"
)

# "A. 12", "(b) 13", "c) 14": one of the answers to choose from.
CHOICE = re.compile(r"\W?\(?[A-Fa-f1-6][.):\]]\)?\s|[○●◯☐□▢◦•]")

KEY_HEADING = re.compile(
    r"[^\n]{0,40}\b(?:answers?|solutions?|key)\b"
    r"(?: (?:keys?|to|for|of|and)\b[^\n]{0,60}| ?[:.]?| \(?[\d.]+\)?)$",
    re.IGNORECASE,
)

_THING = r"(?:correct |full |worked |step[- ]by[- ]step |detailed |text |video )?(?:answers?|solutions?|hints?|explanations?|results?)"
_SHOW = (
    r"(?:(?:click|tap|press)(?: here| below)? (?:to|for) )?"
    r"(?:(?:show|view|see|reveal|hide|toggle|check|get|open|submit|unhide)(?:[/ ](?:show|hide))? )?"
    rf"(?:the |your |my |an? |all )?{_THING}(?: here| below)?"
)
_NETWORK = (
    r"(?:facebook|twitter|x|reddit|whatsapp|e-?mail|print|pinterest|linkedin|tumblr|telegram|google\+?|pocket|share|tweet"
    r"|copy link|link|messenger|more|instagram|vk|line|weibo)"
)
_DO = (
    r"(?:bookmark|save|edit|reply|quote|permalink|like|print|copy|submit|check|discuss(?:ion)?|workspace|report|next|previous|prev"
    r"|start|reset|try again|clear|continue|read more|show more|show less|view more|learn more|close|open|collapse|expand"
    r"|add comment|comment|follow|flag)"
)
# A whole line that is a control or an advert and neither question nor answer.
CONTROL_LINE = re.compile(
    rf"\W{{0,4}}(?:{_SHOW}|{_NETWORK}(?:[ :|,/·•\t]{{1,3}}{_NETWORK}){{1,12}}|(?:share|tweet|follow)(?: (?:this|on|us)\b.{{0,40}})?"
    rf"|advertise?ments?|sponsored(?: links?)?|back to top|(?:go )?to(?: the)? top|was this .{{3,40}}helpful\??.{{0,30}}"
    rf"|helpful\??(?: yes no)?|click to (?:expand|collapse|open|flip)\W*|{_DO}(?: (?:question|quiz|answer|problem|this|page))?"
    r"|\d{1,6} (?:likes?|votes?|views?|comments?|shares?|upvotes?))\W{0,4}$",
    re.IGNORECASE,
)
# What is so wherever it stands.
_WAY = r"(?:next|prev(?:ious)?|up|top|home|contents|index|back)"
ANYWHERE_CONTROL = re.compile(
    rf"\W{{0,4}}(?:(?:share\W{{1,3}})?{_NETWORK}(?:[ :|,/·•\t]{{1,3}}{_NETWORK}){{1,12}}|advertise?ments?"
    rf"|sponsored(?: links?)?|{_WAY}:[^\n]{{0,300}}\b{_WAY}:[^\n]{{0,300}}|{_WAY}(?:[\s|,»«<>-]{{1,4}}{_WAY}){{1,5}})\W{{0,4}}$",
    re.IGNORECASE,
)
# A control at the end of a question's last line.
CONTROL_TAIL = re.compile(
    rf"{_GAP}[\[(<|•·–—»+▼▾▶►▸-]{{0,2}}{_GAP}?(?:(?:click|tap)(?: here)? (?:to|for) )?(?:show|view|see|reveal|hide|toggle|check)"
    r"(?:/hide)? (?:the |your |my |an? )?(?:correct |full |worked )?(?:answer|solution|hint|explanation)s?\W{0,3}$",
    re.IGNORECASE,
)

# What stands where an answer would, were there one.
NO_ANSWER = re.compile(
    r"\W{0,3}(?:(?:0|no)(?: \w+)? (?:answers?|replies|solutions?|responses?)\b|(?:this (?:question|problem) )?(?:has )?not (?:yet )?(?:been )?answered"
    r"|still waiting|be the first|awaiting|unanswered|coming soon|to be (?:added|announced|answered)|(?:please )?(?:log|sign) ?(?:in|up)\b|register to"
    r"|solved by\b|subscribe to|(?:get|buy|unlock|access)\b.{0,40}\b(?:answers?|solutions?|access|premium)|this (?:answer|solution|content) is (?:locked|hidden|only)"
    r"|members only|premium)",
    re.IGNORECASE,
)

# The verbs by which exercises demand something.
_DEMAND = (
    r"(?:find|compute|calculate|evaluate|determine|solve|simplify|prove|show|express|factor|expand|graph|sketch|draw|plot"
    r"|describe|explain|define|list|name|state|give|write|convert|estimate|suppose|let|consider|assume|verify|derive"
    r"|identify|compare|differentiate|integrate|rationalize|round|construct|complete|fill|choose|select|classify|discuss"
    r"|outline|predict|justify|deduce|obtain|approximate)"
)
_ASKING = re.compile(rf"\?|(?:^|[.,:;!)$\]]\s{{0,3}}|\n)(?:please |\(?[a-z]\)? )?{_DEMAND}\b", re.IGNORECASE)


def asks(text: str) -> bool:
    """Whether the words are a question or a task, as far as their form says."""
    return bool(_ASKING.search(text, 0, 4000))


def ends_asking(text: str) -> bool:
    """Whether the words end in a question mark, whatever brackets and quotes stand after it."""
    return text[-8:].rstrip(" \t\"'”’)*_]$.").endswith("?")
