"""The words by which pages say that something is a question, an answer, a hint, or no part of either.

No pattern repeats what it repeats, so that each is linear in the line it reads; lines are cut to a reach beforehand.
English is read in full, of German, French, Spanish, Italian, Portuguese and Chinese the plain labels.
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
_STOP = r"(?P<stop>[:.)\]–—-]{1,3}|[：、]|)(?=\s|$|\[|(?<=[：、]))"
# A title in brackets that fills the line of a label: "Exercise (Sums of squares)".
TITLE = re.compile(r"\s+\((?=[^()\n]*[^\W\d_]{3})[^\n]{3,120}\)\s*")
# Signs that documentation sites hang on headings.
TRAIL = re.compile(r"\s*(?:\[\s*edit[^\]\n]{0,40}\]|[¶#§🔗]|\(?permalink\)?)?\s*", re.IGNORECASE)

_TASK_FOREIGN = (
    r"frage|aufgabe|übung|beispiel|exercice|problème|exemple|pregunta|problema|ejercicio|ejemplo|pergunta|exercício|domanda"
    r"|esercizio|вопрос|задача|问题|问|题目|例题|例|問題|問"
)
_TASK = (
    rf"(?:(?:practice|sample|example|review|bonus|challenge|quiz|test|exam|homework|discussion|self-check|guided|solved"
    rf"|multiple[ -]choice|word|previous year|additional|conceptual|computational|theory|mini|worked){_GAP}){{0,2}}"
    rf"(?:questions?|problem|exercise|example|ques?|prob|exer|ex|task|quiz|puzzle|riddle|assignment|illustration"
    rf"|try{_GAP}it(?:{_GAP}(?:now|yourself|out))?|your{_GAP}turn|check[ -]?point|quick{_GAP}check|self[ -]check"
    rf"|check{_GAP}your{_GAP}(?:understanding|progress)|practice|concept{_GAP}check|warm[ -]?up|flashcard"
    rf"|{_TASK_FOREIGN}|(?-i:Q))"
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
    r"(?:(?:correct|right|final|worked|full|detailed|short|brief|complete|step[ -]by[ -]step|best"
    rf"|expert|official|verified|quick|text|hidden){_GAP}){{0,2}}"
)
_TOLD = (
    r"(?P<word>answers?(?: ?(?:&|and|/|,) ?(?:explanations?|solutions?|rationale|working))?"
    r"|solutions?(?: ?(?:&|and|/) ?(?:explanations?|answers?))?|ans|soln|sol"
    r"|antwort|lösung|réponse|corrigé|respuesta|solución|resposta|solução|risposta|soluzione|ответ|решение|答案|答|解答|解析|解"
    r"|(?-i:A(?= ?(?:\d{1,3} ?[:.)]|[:：]))))"
)
_ANSWER = (
    rf"[\[(*•▼▶►▸+–-]?{_GAP}?(?P<asked>{_ASKED_FOR}){_QUALITY}{_TOLD}(?!\w(?<!\d))"
    rf"(?:{_GAP}(?:to|for|of)(?:{_GAP}(?:the|this|above))?{_GAP}{_TASK}\.?)?"
)
_ANSWER_STOP = r"(?P<stop>[:.)\]–—»▼▾▶►▸+-]{1,3}(?=\s|$)|[:：](?=\S)|(?: is| are)?:|(?=\s|$|\[))"
ANSWER_LABELS = (
    re.compile(
        rf"{_ANSWER}{_GAP}*(?P<number>{NUMBER}|\(?[a-h]\)?(?={_GAP}*(?:[:.]|$))){_GAP}*{_ANSWER_STOP}", re.IGNORECASE
    ),
    re.compile(rf"{_ANSWER}{_GAP}*{_ANSWER_STOP}", re.IGNORECASE),
    re.compile(r"(?P<word>the (?:correct|right) answer)(?P<stop> is:? )(?=\S)", re.IGNORECASE),
)
# "Q. ... A. ...": read only where a page asks so; else it is an initial, or the first of some choices.
LONE_LETTER_ANSWER = re.compile(r"A[.)]?(?=\s|$)")
# "12. Find x if 2x = 8. [Ans. 4]"
RUN_IN_ANSWER = re.compile(r"(?<=[\s(\[])[\[(]?(?-i:Ans|ANS|Answer|ANSWER)(?: ?[:=]|\.)[^\S\n]*(?=\S)")
HINT_LABELS = (
    re.compile(
        rf"[\[(*•▼▶►▸+–-]?{_GAP}?{_ASKED_FOR}(?P<word>hints?|clues?)(?:{_GAP}(?P<number>\d{{1,2}}))?"
        rf"{_GAP}*(?P<stop>[:.]|)(?=\s|$)",
        re.IGNORECASE,
    ),
)

# "3.", "(3)", "3)", "[3]", "3a." at the beginning of a line, or a number in a cell of its own.
ITEM_NUMBER = re.compile(
    r"(?:\((?P<round>\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?)\)|\[(?P<square>\d{1,3})\]"
    r"|\#?(?P<plain>\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?)(?: ?[.):](?=[\s(A-Za-z\\$\"'“‘*_-]|$)|(?=\t)))[^\S\n]*"
)
# "A. 12", "(b) 13", "c) 14": one of the answers to choose from.
CHOICE = re.compile(r"\W?\(?[A-Fa-f1-6][.):\]]\)?\s|[○●◯☐□▢◦•]")

KEY_HEADING = re.compile(
    r"[^\n]{0,40}\b(?:answers?|solutions?|key|lösungen|antworten|réponses|corrigés|respuestas|soluciones|答案)\b"
    r"(?: (?:keys?|to|for|of|and)\b[^\n]{0,60}| ?[:.]?| \(?[\d.]+\)?)$",
    re.IGNORECASE,
)

# The same before a row of answers: "Answers: 1. 12  2. 5/6".
KEY_LABEL = re.compile(
    r"\W?(?:(?:the )?(?:correct )?answers|solutions|answer keys?|key|lösungen|respuestas|答案)"
    r"(?: (?:to|for) [^\n:]{1,60})?: ?"
    r"(?=\(?1[.):])",
    re.IGNORECASE,
)

_THING = (
    r"(?:correct |full |worked |step[- ]by[- ]step |detailed |text |video )?"
    r"(?:answers?|solutions?|hints?|explanations?|results?)"
)
_SHOW = (
    r"(?:(?:click|tap|press)(?: here| below)? (?:to|for) )?"
    r"(?:(?:show|view|see|reveal|hide|toggle|check|get|open|submit|unhide)(?:[/ ](?:show|hide))? )?"
    rf"(?:the |your |my |an? |all )?{_THING}(?: here| below)?"
)
_NETWORK = (
    r"(?:facebook|twitter|x|reddit|whatsapp|e-?mail|print|pinterest|linkedin|tumblr|telegram|google\+?|pocket|share"
    r"|tweet|copy link|link|messenger|more|instagram|vk|line|weibo)"
)
_NETWORKS = rf"{_NETWORK}(?:[ :|,/·•\t]{{1,3}}{_NETWORK}){{1,12}}"
_DO = (
    r"(?:bookmark|save|edit|reply|quote|permalink|like|print|copy|submit|check|discuss(?:ion)?|workspace|report|next"
    r"|previous|prev|start|reset|try again|clear|continue|read more|show more|show less|view more|learn more|close|open"
    r"|collapse|expand|add comment|comment|follow|flag)"
)
_ADVERT = r"advertise?ments?|sponsored(?: links?)?"
# A whole line that is a control or an advert and neither question nor answer.
CONTROL_LINE = re.compile(
    rf"\W{{0,4}}(?:{_SHOW}|{_NETWORKS}|(?:share|tweet|follow)(?: (?:this|on|us)\b.{{0,40}})?|{_ADVERT}"
    r"|back to (?:the )?top|(?:go )?to(?: the)? top|was this .{3,40}helpful\??.{0,30}|helpful\??(?: yes no)?"
    r"|click to (?:expand|collapse|open|flip|reveal|show|view|see)\b\W*"
    rf"|{_DO}(?: (?:question|quiz|answer|problem|this|page))?"
    r"|\d{1,6} (?:likes?|votes?|views?|comments?|shares?|upvotes?))[^\w.]{0,4}$",
    re.IGNORECASE,
)
_WAY = r"(?:next|prev(?:ious)?|up|top|home|contents|index|back)"
# What is so wherever it stands; and the lines of links between the sections of a manual.
ANYWHERE_CONTROL = re.compile(
    rf"\W{{0,4}}(?:(?:share\W{{1,3}})?{_NETWORKS}|{_ADVERT}|{_WAY}:[^\n]{{0,300}}\b{_WAY}:[^\n]{{0,300}}"
    rf"|{_WAY}(?:[\s|,»«<>-]{{1,4}}{_WAY}){{1,5}})\W{{0,4}}$",
    re.IGNORECASE,
)
# A control at the end of a question's last line.
CONTROL_TAIL = re.compile(
    rf"{_GAP}[\[(<|•·–—»+▼▾▶►▸-]{{0,2}}{_GAP}?(?:(?:click|tap)(?: here)? (?:to|for) )?"
    r"(?:show|view|see|reveal|hide|toggle|check)(?:/hide)? (?:the |your |my |an? )?(?:correct |full |worked )?"
    r"(?:answer|solution|hint|explanation)s?\W{0,3}$",
    re.IGNORECASE,
)
# Parts of a worked example: its title, and what stands between its question and its solution.
EXAMPLE = re.compile(r"(?:\w+ )?(?:example|illustration)", re.IGNORECASE)
STEP = re.compile(r"(?:strategy|concept|approach|discussion|significance|analysis|check)\b.{0,40}$", re.IGNORECASE)
# What stands where an answer would, were there one.
NO_ANSWER = re.compile(
    r"\W{0,3}(?:(?:(?:\d{1,4}|no)(?: \w+)? (?:answers?|replies|responses?)"
    r"(?: \(s\)| yet| found| available| so far)?\W{0,3}$)"
    r"|(?:this (?:question|problem) )?(?:has )?not (?:yet )?(?:been )?answered|still waiting|be the first|awaiting"
    r"|0 answer\(s\)|unanswered|coming soon|to be (?:added|announced|answered)|(?:please )?(?:log|sign) ?(?:in|up)\b"
    r"|register to|solved by\b|subscribe to|(?:buy|unlock|access)\b.{0,40}\b(?:answers?|solutions?|access|premium)"
    r"|this (?:answer|solution|content) is (?:locked|hidden|only)|members only|premium)",
    re.IGNORECASE | re.MULTILINE,
)
# Lines by which a page takes leave of its questions.
CLOSING = re.compile(
    r"(?:(?:do you )?(?:still )?have (?:a|any|more|another|further)\b.{0,20}question"
    r"|(?:got|any) (?:a |more |other )?questions?\b"
    r"|contact us|write to us|ask (?:us|your|a question)|©|copyright|(?:last )?(?:updated|modified|edited|revised)\b"
    r"|posted (?:in|by|on)\b|filed under|tags?:|categor(?:y|ies):|see also|sources?:|references?$|further reading"
    r"|leave a (?:comment|reply)|\d* ?comments?$|related (?:posts?|articles?|questions?|topics?)|read (?:more|next)"
    r"|you may also|previous\b.{0,40}\bnext|privacy|about the author|subscribe|sign up|download\b.{0,40}(?:pdf|app)"
    r"|share this|this (?:page|entry|article|work|post) (?:is|was)|licen[sc]e|navigation)",
    re.IGNORECASE,
)

# Two characters of Chinese or Japanese are about a word.
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{1,2}|[^\W\u3040-\u30ff\u3400-\u9fff]+")
# The verbs by which exercises demand something.
_DEMAND = (
    r"(?:find|compute|calculate|evaluate|determine|solve|simplify|prove|show|express|factor|expand|graph|sketch|draw|plot"
    r"|describe|explain|define|list|name|state|give|write|convert|estimate|suppose|let|consider|assume|verify|derive"
    r"|identify|compare|differentiate|integrate|rationalize|round|construct|complete|fill|choose|select|classify|discuss"
    r"|outline|predict|justify|deduce|obtain|approximate|repeat|enter|count|multiply|divide|add|subtract|arrange|provide)"
)
_ASKING = re.compile(
    rf"[?？]|(?:^\W{{0,3}}|[.,:;!)$\]]\s{{0,3}}|\n)(?:please |then |and |also |\(?[a-z]\)? )?{_DEMAND}\b|_{{3,}}",
    re.IGNORECASE,
)


def asks(text: str) -> bool:
    """Whether the words are a question or a task, as far as their form says."""
    return bool(_ASKING.search(text, 0, 4000))


def ends_asking(text: str) -> bool:
    """Whether the words end in a question mark, whatever brackets and quotes stand after it."""
    return text[-8:].rstrip(" \t\"'”’)*_]$.").endswith(("?", "？"))
