"""Signs of mathematics and their LaTeX names, for reading MathML."""

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ϵ": "epsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "ϑ": "vartheta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu", "ν": "nu", "ξ": "xi",
    "π": "pi", "ρ": "rho", "σ": "sigma", "ς": "varsigma", "τ": "tau", "υ": "upsilon", "φ": "varphi", "ϕ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "∆": "Delta", "Θ": "Theta", "Λ": "Lambda",
    "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega", "\u2126": "Omega",
}  # fmt: skip

LETTERLIKE = {
    "∞": "infty", "∂": "partial", "∇": "nabla", "ℏ": "hbar", "ħ": "hbar", "ℓ": "ell", "∅": "emptyset", "∠": "angle",
    "…": "ldots", "⋯": "cdots", "⋮": "vdots", "⋱": "ddots", "∀": "forall", "∃": "exists", "¬": "neg", "ℝ": "mathbb{R}",
    "ℤ": "mathbb{Z}", "ℕ": "mathbb{N}", "ℚ": "mathbb{Q}", "ℂ": "mathbb{C}", "∴": "therefore", "∵": "because",
    "†": "dagger", "△": "triangle", "□": "square", "☉": "odot", "⊙": "odot", "ℜ": "Re", "ℑ": "Im", "∝": "propto",
}  # fmt: skip

RELATIONS = {
    "=": "=", "<": "<", ">": ">", "≤": r"\le", "≥": r"\ge", "⩽": r"\le", "⩾": r"\ge", "≠": r"\ne", "≈": r"\approx",
    "≅": r"\cong", "≡": r"\equiv", "∼": r"\sim", "≃": r"\simeq", "∝": r"\propto", "→": r"\to", "⟶": r"\to",
    "←": r"\leftarrow", "↔": r"\leftrightarrow", "⇒": r"\Rightarrow", "⇔": r"\Leftrightarrow",
    "⇌": r"\rightleftharpoons", "↦": r"\mapsto", "∈": r"\in", "∉": r"\notin", "⊂": r"\subset",
    "⊆": r"\subseteq", "⊃": r"\supset", "≪": r"\ll",
    "≫": r"\gg", "∥": r"\parallel", "⊥": r"\perp", ":": ":", "≔": ":=", ":=": ":=", "≟": r"\overset{?}{=}",
    "<=": r"\le", ">=": r"\ge", "!=": r"\ne", "->": r"\to",
}  # fmt: skip

BINARIES = {
    "×": r"\times", "⋅": r"\cdot", "·": r"\cdot", "∙": r"\cdot", "•": r"\cdot", "∗": "*", "*": "*", "÷": r"\div",
    "±": r"\pm", "∓": r"\mp", "∘": r"\circ", "∪": r"\cup", "∩": r"\cap", "∧": r"\wedge", "∨": r"\vee", "⊕": r"\oplus",
    "⊗": r"\otimes", "∖": r"\setminus",
}  # fmt: skip

SIGNS = {"-": "-", "−": "-", "–": "-", "﹣": "-", "+": "+"}

DEGREES = {"°", "º", "˚"}
PRIMES = {"′": "'", "'": "'", "’": "'", "″": "''", "‴": "'''"}

OPENING = {"(": "(", "[": "[", "{": r"\{", "⟨": r"\langle ", "〈": r"\langle ", "⌊": r"\lfloor ", "⌈": r"\lceil "}
CLOSING = {")": ")", "]": "]", "}": r"\}", "⟩": r"\rangle", "〉": r"\rangle", "⌋": r"\rfloor", "⌉": r"\rceil"}
BARS = {"|": "|", "∣": "|", "‖": r"\|", "∥": r"\|"}

BIG = {
    "∑": r"\sum", "∏": r"\prod", "∫": r"\int", "∬": r"\iint", "∭": r"\iiint", "∮": r"\oint", "⋃": r"\bigcup",
    "⋂": r"\bigcap",
}  # fmt: skip

# "sec", "min" and the like are units as often as functions and stay words, unless something stands under them.
FUNCTIONS = {
    "sin", "cos", "tan", "cot", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "log", "ln", "exp", "lim",
}  # fmt: skip
LIMITS = {"lim", "max", "min", "sup", "inf", "gcd", "det", "limsup", "liminf"}

ACCENTS = {
    "¯": r"\overline", "‾": r"\overline", "_": r"\overline", "―": r"\overline", "–": r"\overline", "-": r"\overline",
    "−": r"\overline", "→": r"\vec", "⃗": r"\vec", "⇀": r"\vec", "^": r"\hat", "ˆ": r"\hat", "̂": r"\hat",
    "~": r"\tilde",
    "˜": r"\tilde", ".": r"\dot", "˙": r"\dot", "¨": r"\ddot", "⏞": r"\overbrace", "︷": r"\overbrace",
}  # fmt: skip
UNDER_ACCENTS = {"_": r"\underline", "¯": r"\underline", "‾": r"\underline", "⏟": r"\underbrace", "︸": r"\underbrace"}

ESCAPED = {"%": r"\%", "$": r"\$", "#": r"\#", "&": r"\&", "_": r"\_", "\\": r"\backslash", "{": r"\{", "}": r"\}"}
