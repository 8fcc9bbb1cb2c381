"""Two texts with formulas made comparable sign by sign: CNXML as its authors wrote it, and text with LaTeX.

White space goes, and so do dollars, which mark formulas; every other sign stays, in order. A fraction is `(a)/(b)`, a
root `√(a)`, a script `^(a)` or `_(a)`; an accent is a sign after what it covers, `¯` a line over or under it; columns
and rows of a table follow each other. Signs that look alike are one: dashes and minus, dots of multiplication, degrees,
primes and quotes, both epsilons. Nothing here is shared with the extractor, whose MathML reader is among the judged.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("–—−﹣‐‑", "-"),
        **dict.fromkeys("·∙•", "⋅"),
        **dict.fromkeys("º˚∘", "°"),
        **dict.fromkeys("’‘′`", "'"),
        **dict.fromkeys("“”″", '"'),
        **dict.fromkeys("∣", "|"),
        **dict.fromkeys("‾―", "¯"),
        "ϵ": "ε",
        "∑": "Σ",
        "∆": "Δ",
        "\u2126": "Ω",
        "ϕ": "φ",
    }
)
# Letters, relations and operators by their LaTeX names; other commands stand for themselves and compare as such.
_NAMES: Mapping[str, str] = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Xi": "Ξ", "Lambda": "Λ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    "sum": "Σ", "ell": "ℓ",
    "times": "×", "cdot": "⋅", "pm": "±", "mp": "∓", "div": "÷", "to": "→", "rightarrow": "→", "Rightarrow": "⇒",
    "approx": "≈", "equiv": "≡", "propto": "∝", "perp": "⊥", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠",
    "neq": "≠", "ll": "≪", "gg": "≫", "sim": "∼", "therefore": "∴", "infty": "∞", "hbar": "ℏ", "circ": "°", "mid": "|",
    "ldots": "...", "cdots": "...", "parallel": "∥", "angle": "∠", "prime": "'", "langle": "⟨", "rangle": "⟩",
}  # fmt: skip
_ACCENTS = {
    "overline": "¯", "underline": "¯", "bar": "¯", "vec": "→", "hat": "^", "tilde": "~", "dot": ".", "underbrace": "︸",
}  # fmt: skip
_LINES = dict.fromkeys("-–−_¯‾―", "¯")
_WRAPPERS = {"text", "mathrm", "operatorname", "mathbf", "mathit", "textbf", "textit"}
_SILENT = {"left", "right", "limits", "quad", "qquad", "displaystyle", "big", "Big"}
# A row of underscores is a blank to fill in. `\left.` is a bracket that does not show.
_TOKEN = re.compile(
    r"(?P<hidden>\\(?:left|right)\.)|(?P<blank>__+)|\\(?P<name>[A-Za-z]+)|\\(?P<escaped>.)|(?P<open>\{)|(?P<close>\})|(?P<sign>.)",
    re.DOTALL,
)
_MATHML = "{http://www.w3.org/1998/Math/MathML}"


def signs_of_text(text: str) -> str:
    """The signs of a text with its formulas between dollars, read as LaTeX from end to end.

    Prices have dollars too, so dollars tell nothing of where a formula begins; the words between formulas read alike.
    """
    return _folded(_Latex(text).read())


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFC", text).translate(_ALIKE).replace("µ", "μ").replace("…", "...")
    text = re.sub(r"[\s\u200b\u2060\ufeff\u00ad$&~]+", "", text)
    # Authors write `10^9` in plain words too.
    text = re.sub(r"\^(\w)", r"^(\1)", text)
    # Degrees and primes are superscripts in LaTeX, and signs of their own in most sources.
    return re.sub(r"\^\((['°]+)\)", r"\1", re.sub(r"[_^]\(\)", "", text))


class _Latex:
    def __init__(self, tex: str) -> None:
        self.tokens = [(match.lastgroup or "", match[match.lastgroup or 0]) for match in _TOKEN.finditer(tex)]
        self.at = 0

    def read(self) -> str:
        """Signs up to the brace that closes the group, or to the end."""
        signs = ""
        while self.at < len(self.tokens) and self.tokens[self.at][0] != "close":
            signs += self._one()
        self.at += 1
        return signs

    def _one(self) -> str:
        kind, token = self.tokens[self.at]
        self.at += 1
        if kind == "open":
            return self.read()
        if kind == "name":
            return self._command(token)
        if kind == "hidden":
            return ""
        if kind == "escaped":
            return "" if token in ",;:! \\" else token
        if token in "^_":
            return f"{token}({self._argument()})"
        return "" if token.isspace() else token

    def _argument(self) -> str:
        while self.at < len(self.tokens) and self.tokens[self.at][1].isspace():
            self.at += 1
        return self._one() if self.at < len(self.tokens) else ""

    def _command(self, name: str) -> str:
        if name in ("begin", "end"):
            self._argument()
            return ""
        if name == "frac":
            return f"({self._argument()})/({self._argument()})"
        if name in ("underset", "overset"):
            script = self._argument()
            return f"{self._argument()}{'_' if name == 'underset' else '^'}({script})"
        if name == "sqrt":
            return f"√({self._argument()})"
        if name in _ACCENTS:
            return self._argument() + _ACCENTS[name]
        if name in _WRAPPERS:
            return self._argument()
        return "" if name in _SILENT else _NAMES.get(name, name)


def signs_of_cnxml(element: Any, labels: Mapping[str, str]) -> str:
    """The signs of a CNXML element as a browser shows it; `labels` says what a reference to an id reads."""
    return _folded("".join(_cnxml(element, labels)))


def _cnxml(element: Any, labels: Mapping[str, str]) -> Iterator[str]:
    if not isinstance(element.tag, str):
        return
    if element.tag.startswith(_MATHML):
        yield _mathml(element)
        return
    name = element.tag.rpartition("}")[2]
    if name in ("media", "label", "metadata"):
        return
    shown = element.text or ""
    if name == "link" and not "".join(element.itertext()).strip():
        shown = labels.get(element.get("target-id", ""), "this section")
    elif name == "caption" and element.getparent().tag.endswith("}figure"):
        shown = labels.get(element.getparent().get("id", ""), "") + shown
    elif name == "item":
        shown = _marker(element) + shown
    inner = shown + "".join("".join(_cnxml(child, labels)) + (child.tail or "") for child in element)
    yield f"^({inner})" if name == "sup" else f"_({inner})" if name == "sub" else inner


def _marker(item: Any) -> str:
    """What stands before an item of an enumerated list."""
    above = item.getparent()
    if above.get("list-type") != "enumerated":
        return ""
    place = len(list(item.itersiblings(item.tag, preceding=True)))
    style = above.get("number-style", "arabic")
    if style.endswith("alpha"):
        letter = "abcdefghijklmnopqrstuvwxyz"[place]
        return f"{letter.upper() if style.startswith('upper') else letter}."
    if style.endswith("roman"):
        roman = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")[place]
        return f"{roman.upper() if style.startswith('upper') else roman}."
    return f"{place + 1}."


def _mathml(element: Any) -> str:
    name = element.tag.rpartition("}")[2]
    parts = [_mathml(child) for child in element if isinstance(child.tag, str)]
    if not parts:
        return (element.text or "").strip() if name not in ("none", "mprescripts") else ""
    if name == "mfrac":
        return f"({parts[0]})/({parts[1]})"
    if name in ("msqrt", "mroot"):
        return f"√({''.join(parts[:1] if name == 'mroot' else parts)})"
    if name in ("msub", "munder") and len(parts) > 1:
        return parts[0] + (_accent(name, parts[1]) or f"_({parts[1]})")
    if name in ("msup", "mover") and len(parts) > 1:
        return parts[0] + (_accent(name, parts[1]) or f"^({parts[1]})")
    if name in ("msubsup", "munderover") and len(parts) > 2:
        return f"{parts[0]}_({parts[1]})^({parts[2]})"
    if name == "mmultiscripts":
        return _multiscripts(element, parts)
    if name == "mfenced":
        return element.get("open", "(") + ",".join(parts) + element.get("close", ")")
    return "".join(parts)


def _accent(name: str, sign: str) -> str | None:
    if name not in ("mover", "munder"):
        return None
    return _LINES.get(sign) or (sign if sign in ("→", "^", "~", ".", "︸") else None)


def _multiscripts(element: Any, parts: list[str]) -> str:
    """Scripts in pairs, below and above; those after `mprescripts` stand before the base."""
    names = [child.tag.rpartition("}")[2] for child in element]
    split = names.index("mprescripts") if "mprescripts" in names else len(names)
    before, after = parts[split + 1 :], parts[1:split]
    return _pairs(before) + parts[0] + _pairs(after)


def _pairs(scripts: list[str]) -> str:
    pairs = zip(scripts[::2], scripts[1::2], strict=False)
    return "".join((f"_({low})" if low else "") + (f"^({high})" if high else "") for low, high in pairs)
