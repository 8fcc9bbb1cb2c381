"""Words and phrases by which a reader tells a long chain of thought: patterns, and their counts in many texts at once.

The patterns are of this project's own wording; `docs/reasoning.md` has how often each kind was right on real traces.
They run in polars' regex engine, which takes an alternation of any length in one pass over the text.
"""

from collections.abc import Mapping, Sequence

import polars as pl

# The words whose rates the paper follows through training (its section 6.2). They count as whole words in any case and
# without inflections: "waiting time" and "the second retries" tell of the problem, not of the reasoning.
KEYWORDS = ("wait", "recheck", "alternatively", "retry", "however")

_LET = "let(?:['’]s| me| us)(?: just| also| quickly| try to| now| see if i can| go ahead and)?"
_I = (
    "(?:i|we)(?:['’]ll|['’]d| will| should| could| can| might| need to| want to| have to| must| better| also|,)*"
    "(?: just)?"
)
_CHECK = "(?:double(?:-| )?|re-?|cross(?:-| )?|sanity(?:-| )?|quickly )?(?:check|verif(?:y|ied)|confirm|validate)"
_IT = "(?:that|this|it|which|the (?:answer|result|calculation|value|total|sum|approach|previous (?:step|result)))"
_ISNT = "(?:is|['’]s|are|was|were)(?:n['’]t| not)"
_WRONG = "(?:wrong|incorrect|not (?:right|correct|true|possible|it)|a mistake|an error|impossible|nonsense|absurd)"
_OTHER = "(?:another|a different|an alternative|a second|some other|a better|an easier|a simpler|the other)"
_WAY = "(?:way|approach|method|route|idea|angle|strategy|technique|option|perspective|formula|path|tack|trick)"
_MISTAKE = "(?:mistake|error|slip|miscalculation|oversight|flaw|typo)"

# Another way is begun or weighed.
_BRANCHES = (
    f"{_OTHER} (?:possible |potential )?{_WAY}",
    f"{_LET} (?:try|consider|use|take|attempt|explore|think of|look for) (?:something else|it differently)",
    "(?:think|look|approach|tackle|do|go|go about|see|solve|write|view)(?: about| at)? (?:it|this|that|things) "
    "(?:differently|another way|the other way|from another)",
    "(?:think|do this|try) differently",
    "(?:maybe|perhaps)(?: instead)?,? (?:i|we|it['’]s better to|there['’]s)(?: can| could| should| might| need to)?,? "
    "(?:instead|try|consider|use|look at|start (?:with|from|by)|think (?:of|about|in terms)|approach|apply|find|"
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
        f"{_LET} {_CHECK}",
        f"{_I} {_CHECK}",
        "(?:to|and|by|for|worth|of) (?:double|cross|re)(?:-| )?(?:check|verif)(?:y|ing|s|ed)?",
        "(?:double|cross|sanity)(?:-| )check(?:s|ed|ing)?",
        f"to (?:verify|confirm|check) (?:{_IT}|if|whether|my|our|by|everything|them|these)",
        f"(?:checking|verifying|testing) (?:{_IT}|if|whether|my|our|again|back|each|all|with|by)",
        f"{_LET} (?:make sure|be sure|test|see (?:if|whether) (?:that|this|it))",
        f"{_I} (?:make sure|test (?:this|that|it))",
        "just (?:to|want to) (?:make sure|be sure|be safe|be thorough|be certain|confirm|check)",
        f"(?:does|do|is|are|did) (?:{_IT}|these|those) (?:make sense|hold|work|check out|right|correct|match|true|"
        "consistent|reasonable|add up|satisfy)",
        r"(?:plug|substitut|putt?)(?:e|ing)? (?:\S+ ){1,6}back (?:in|into) the original equations?",
        "as a (?:sanity )?check",
        "(?:go|going|run|look|walk) (?:over|through|back over) (?:my|the|this|that|these|each) "
        "(?:steps?|calculations?|work|reasoning|logic|computations?)",
    ),
    # A step before is taken back, called wrong or put in doubt.
    "backtracking": (
        r"(?:wait|hmm+|oh|ah|but|so)[,.]* (?:actually,? )?no(?:[,.;!]+ \w+|pe)",
        "no[,.]+ (?:wait|actually|that|this|i|hold on)",
        "actually,? (?:no|wait|that|this|i (?:think i|was|made|need))",
        "(?:that|this|it)(?: is|['’]s| was| must be| has to be| seems| looks)(?: all| clearly| obviously| just)? "
        f"{_WRONG}",
        f"{_IT} {_ISNT} (?:quite |even )?(?:right|correct|possible|true|it|what (?:i|we) (?:want|need)|working|helpful|"
        "matching|consistent|the case)",
        f"{_IT}(?: can['’]?t| cannot| can not| could(?:n['’]t| not)) be(?: right| correct| true| possible)?",
        f"{_IT} (?:doesn['’]t|does not|didn['’]t|did not|don['’]t|do not) (?:quite |really |even )?"
        "(?:make (?:any )?sense|seem|work|look|add up|match|hold|help|fit|sound|align)",
        "(?:i|we) (?:made|must(?: have|['’]ve) made|think i made|have made|had made) (?:a|an|some|the same) "
        rf"(?:\w+ )?{_MISTAKE}",
        "(?:there(?:['’]s| is| must be| has to be)|i see|found|spot(?:ted)?|here['’]s) (?:a|an|the|my|some) "
        rf"(?:\w+ )?{_MISTAKE}",
        "my (?:mistake|bad|error)",
        "(?:i|we)(?: must(?: have|['’]ve)| have| had|['’]ve| just| (?:think|realized|realised|see|notice) i)* "
        "(?:misread|miscounted|miscalculated|misunderstood|misinterpreted|misapplied|misremembered|mixed up|messed up|"
        "overcounted|undercounted|overlooked|forgot|mistakenly|incorrectly|wrongly|was wrong|were wrong|went wrong)",
        "(?:i|we)(?: was| were| am| are|['’]m) (?:wrong|mistaken|overcounting|confusing|mixing up|missing|"
        "overcomplicating)",
        "scratch that",
        "(?:start|begin|starting) (?:over|afresh|from scratch)",
        f"(?:{_LET}|{_I}) (?:re-?think|re-?consider|re-?do|re-?calculate|re-?compute|re-?examine|re-?evaluate|"
        "back ?track|go back|step back|correct (?:that|this|myself|my|it)|fix (?:that|this|it|my)|discard|try again|"
        "revisit)",
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
