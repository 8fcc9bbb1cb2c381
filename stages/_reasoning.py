"""Words and phrases by which a reader tells a long chain of thought: patterns, and their counts in many texts at once.

The patterns are of this project's own wording; `docs/reasoning.md` has how often each kind was right on real traces.
They run in polars' regex engine, which takes an alternation of any length in one pass over the text.
"""

from collections.abc import Mapping, Sequence

import polars as pl

# The words whose rates the paper follows through training (its section 6.2). They count as whole words in any case and
# without inflections: "waiting time" and "the second retries" tell of the problem, not of the reasoning.
KEYWORDS = ("wait", "recheck", "alternatively", "retry", "however")

_NOW = " just| also| quickly| try to| now| see if i can| go ahead and"
_LET = f"let(?:['’]s| me| us)(?:{_NOW})?"
_MAY = "(?:['’]ll|['’]d| will| should| could| can| might| need to| want to| have to| must| better| also|,)*(?: just)?"
_I = f"(?:i|we){_MAY}"
_RECHECK = "(?:double|re|cross|sanity)(?:-| )?(?:check|verify)"
_CHECK = f"(?:{_RECHECK}|(?:quickly )?(?:check|verify|confirm|validate))"
_IT = "(?:that|this|it|the (?:answer|result|calculation|value|total|sum|approach|previous (?:step|result)))"
# Of one's own words, and not "an option that is not correct": at the start of a sentence, or after such a word.
_THAT = "(?:(?-i:That)|(?:but|so|wait|hmm|maybe|perhaps|no|then|and|because),? that)"
_SAID = "(?:(?-i:That|This|It)|(?:but|so|wait|hmm|maybe|perhaps|no|then|and|because),? (?:that|this|it))"
_IS = "(?: is|['’]s| was| must be| has to be| seems| looks)"
_ISNT = "(?: is|['’]s|)(?:n['’]t| not)"
_CANNOT = "(?: can['’]?t| cannot| can not| could(?:n['’]t| not))"
_NOT = "(?:doesn['’]t|does not|didn['’]t|did not|don['’]t|do not)"
_OTHER = "(?:another|a different|an alternative|a second|some other|a better|an easier|a simpler)"
_WAY = "(?:way|approach|method|route|strategy|technique|option|perspective|formula|path|tack|trick)"
_MISTAKE = "(?:mistake|error|slip|miscalculation|oversight|flaw|typo)"

# Another way is begun or weighed.
_BRANCHES = (
    f"{_OTHER} (?:possible |potential )?{_WAY}",
    "(?:another|a different) (?:idea|thought)",
    f"{_LET} (?:try|consider|use|take|attempt|explore|think of|look for) (?:something else|it differently)",
    "(?:think|look|approach|tackle|do|go|go about|see|solve|write|view)(?: about| at)? (?:it|this|that|things) "
    "(?:differently|another way|the other way|from another)",
    "(?:think|do this|try) differently",
    "(?:maybe|perhaps)(?: instead)?,? (?:i|we|it['’]s better to|there['’]s)(?: can| could| should| might| need to)?,? "
    "(?:instead|try|consider|use|look at|think (?:of|about|in terms)|approach|find|"
    "express|rewrite|model|visualize|a (?:better|simpler|smarter))",
    "(?:or|but) (?:maybe|perhaps) (?:i|we) (?:can|could|should)",
    "what if (?:i|we|instead)",
    "instead,? (?:i|we|let|maybe|perhaps)(?: me| us|['’]s| can| could| should)?",
    "(?:i|we) could also",
)
MOVES: Mapping[str, Sequence[str]] = {
    # "Alternatively, another way" is one branch.
    "branching": (f"(?:alternatively,? )?(?:{'|'.join(_BRANCHES)})", "alternatively"),
    # What was found is checked.
    "verification": (
        f"let me(?:{_NOW})? {_CHECK}",
        f"let(?:['’]s| us)(?:{_NOW})? (?:{_RECHECK}|verify|confirm|validate)",
        # "Let's check each factor" is how a list is worked through.
        rf"let(?:['’]s| us)(?:{_NOW})? check(?: (?:{_IT}|again|if|whether|with|by|my|our)|[:.] \w+)",
        f"i{_MAY} {_CHECK}",
        f"we{_MAY} (?:{_RECHECK}|verify|confirm|check (?:that|if|whether) (?:our|{_IT}))",
        f"(?:to|and|by|for|worth|of) (?:{_RECHECK}|(?:double|cross|re)(?:-| )?(?:checking|verify|verifying))",
        "(?:double|cross|sanity|re)(?:-| )?check(?:s|ed|ing)?",
        f"to (?:verify|confirm|check) (?:{_IT}|my|our|everything)",
        f"(?:checking|verifying|testing) (?:{_IT}|my|our|again|back)",
        f"{_LET} (?:make sure|be sure|test|see (?:if|whether) (?:that|this|it))",
        f"i{_MAY} (?:make sure|test (?:this|that|it))",
        "just (?:to|want to) (?:make sure|be sure|be safe|be thorough|be certain|confirm|check)",
        f"(?:does|do|is|are|did) (?:{_IT}|these|those) (?:make sense|hold|work|check out|right|correct|match|true|"
        "consistent|reasonable|add up|satisfy)",
        r"(?:plug|substitut|putt?)(?:e|ing)? (?:\S+ ){1,6}back (?:in|into) the original equations?",
        f"(?:{_LET}|{_I}) re-?(?:calculate|compute|count|examine|evaluate|derive)",
        "as a (?:sanity )?check",
        r"(?:go|going|run|look|walk) (?:back )?(?:over|through) (?:my|everything|(?:the|this|that|each) \w+ again)",
    ),
    # A step before is taken back, called wrong or put in doubt. "This is incorrect" alone is more often said of an
    # option or a case that is ruled out.
    "backtracking": (
        r"(?:wait|hmm+|oh|ah|but|so)[,.]* (?:actually,? )?no(?:[,.;!]+ \w+|pe)",
        "no[,.]+ (?:wait|actually|that|this|i|hold on)",
        "actually,? (?:no|wait|i (?:think i|was|made|need))",
        f"{_SAID}{_IS}(?: all| clearly| obviously| just)? (?:wrong|a mistake|an error|not right|nonsense|absurd)",
        f"{_THAT}{_IS} (?:incorrect|not (?:quite |even )?(?:correct|possible|true|it|what (?:i|we) (?:want|need)))",
        f"{_SAID}{_ISNT} (?:quite |even )?(?:right|working|helpful|helping)",
        f"{_THAT}{_ISNT} (?:quite |even )?(?:correct|possible|consistent|matching)",
        f"{_SAID}{_CANNOT} be (?:right|correct|true|possible)",
        rf"{_THAT}{_CANNOT} be(?: because|[.,;!?]+ \w+)",
        f"{_SAID} {_NOT} (?:quite |really |even )?(?:make (?:any )?sense|add up|(?:seem|look|sound)(?: quite)? "
        "(?:right|correct))",
        f"{_THAT} {_NOT} (?:quite |really |even )?(?:seem|work|match|hold|help|fit|align)",
        f"{_THAT} (?:(?:might|may) not be (?:the case|right|correct|accurate)|contradicts)",
        "(?:i|we) (?:made|must(?: have|['’]ve) made|think i made|have made|had made) (?:a|an|some|the same) "
        rf"(?:\w+ )?{_MISTAKE}",
        "(?:there(?:['’]s| is| must be| has to be)|i see|found|spot(?:ted)?|here['’]s) (?:a|an|the|my|some) "
        rf"(?:\w+ )?{_MISTAKE} (?:somewhere|here|in (?:my|our|one|step|the (?:previous|above|first|earlier|calc\w*|"
        r"comput\w*|reason\w*)))",
        "my (?:mistake|bad|error)",
        "(?:i|we)(?: must(?: have|['’]ve)| have| had|['’]ve| just| (?:think|realized|realised|see|notice) i)* "
        "(?:misread|miscounted|miscalculated|misunderstood|misinterpreted|misapplied|misremembered|mixed up|messed up|"
        "overcounted|undercounted|overlooked|forgot|mistakenly|incorrectly|wrongly|was wrong|were wrong|went wrong)",
        "(?:i|we)(?: was| were| am| are|['’]m) (?:wrong|mistaken|overcounting|confusing|mixing up|missing|"
        "overcomplicating)",
        "scratch that",
        "(?:start|begin|starting) (?:over|afresh|from scratch)",
        f"(?:{_LET}|{_I}) (?:re-?think|re-?consider|re-?do|back ?track|step back|correct (?:that|this|myself|my|it)|"
        "fix (?:that|this|it|my)|try again|revisit|"
        "go back(?: and| to (?:the (?:start|beginning|first|previous|drawing)|step|where)))",
        r"something(?:['’]s| is| must be| went| has gone)(?: \w+)? (?:wrong|off|amiss)",
        "(?:oops|whoops)",
    ),
}


def _pattern(phrases: Sequence[str]) -> str:
    """One alternation, whole words in any case, words apart by any white space. `(?-u:)` keeps the fast engine."""
    return r"(?i)(?-u:\b)(?:" + "|".join(phrases).replace(" ", r"\s+") + r")(?-u:\b)"


PATTERNS: Mapping[str, str] = {
    **{word: _pattern([word]) for word in KEYWORDS},
    **{name: _pattern(phrases) for name, phrases in MOVES.items()},
}


def phrase_counts(texts: pl.Series) -> pl.DataFrame:
    """A column of counts for each of `PATTERNS`, a row for each text."""
    return pl.select(texts.str.count_matches(pattern).alias(name) for name, pattern in PATTERNS.items())
