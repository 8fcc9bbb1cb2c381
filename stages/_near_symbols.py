"""Which words of a question decide what is asked: change one of them and it is another problem.

Numbers, operators and single letters do; so do names of letters and functions, numbers in words, and the words that
come in opposites. What is left, names and phrasing, may differ between two copies of one problem. The article "a" is
no symbol: next to none of the questions that differ by it alone are different.
"""

_WORDS = """
alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi omicron pi rho sigma
tau upsilon phi varphi chi psi omega
sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln lg exp sine cosine tangent cotangent sqrt frac
binom int sum prod lim det gcd lcm max min sup inf mod cup cap subset infty pm mp perp parallel
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion half third
quarter twice double triple thrice first second fourth fifth sixth seventh eighth ninth tenth last next previous
not no never none without non all every any each some only both neither either
least most largest smallest greatest biggest maximum minimum maximal minimal maximize minimize more less fewer
greater smaller larger bigger higher lower longer shorter older younger faster slower earlier later above below
increase increases increased increasing decrease decreases decreased decreasing
positive negative nonnegative even odd prime composite rational irrational real complex integer integers
difference product quotient ratio average mean median mode range variance deviation remainder
area perimeter volume length width height depth radius diameter circumference surface hypotenuse slope intercept
distance speed velocity acceleration time mass weight force energy work power pressure temperature
left right up down north south east west inside outside before after
inner outer upper numerator denominator local global row column horizontal vertical clockwise counterclockwise
open closed finite infinite convergent divergent linear quadratic cubic true false possible impossible
hour hours minute minutes seconds day days week weeks month months year years
percent mm cm km meter meters metre metres inch inches foot feet yard yards mile miles gram grams kg
monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
october november december
"""
_DECIDING = frozenset(_WORDS.split())


def is_symbol(token: str) -> bool:
    """Whether a token of `stages._text.words` decides what is asked."""
    if token in _DECIDING:
        return True
    return not (token.isalpha() and len(token) > 1) and token != "a"
