r"""The texts of the hostile set, by family. Each family names a small answer of the type that its texts are read as.

They are built when asked for: some have ten million characters.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """`partner` equals none of the texts."""

    partner: str
    texts: Callable[[], list[str]]


def towers() -> list[str]:
    return [
        "9^{9^{9}}", "9^{9^{9^{9}}}", "9^9^9", "9**9**9", "9**(9**9)", "(9^9)^(9^9)", "5^{5^{5^{5^5}}-4}", "9⁹⁹⁹⁹⁹",
        "2^{2^{2^{2^{2^2}}}}", "2^{10^{10}}", "10^{10^9}", "3^{20^6}", "10^{-10^{10}}", "0.5^{10^{12}}",
        r"\left(9^{9}\right)^{9^{9}}", r"\left(\left(\left(10^{9}\right)^{9}\right)^{9}\right)^{9}",
        "1.0000001^{10^{15}}", r"e^{e^{e^{e^e}}}", r"e^{10^{100}}", r"\exp(\exp(\exp(10)))", r"\sin(10^{10^{10}})",
        r"\cos(9^{9^9})", r"\log(10^{10^{10}})", r"\sqrt[9^9]{9^{9^9}}", r"\sqrt{9^{9^9}}", "(1/3)^{-9^{9^9}}",
        "2^{2^{2^{2^{x}}}}", "7^{123456789}", "7^{-123456789}", r"\frac{7^{99999}}{3^{99999}}",
        "10^{4999}*10^{4999}*10^{4999}*10^{4999}", "((2^{999})^{999})^{999}", "i^{9^{9^9}}", "(1+i)^{10^{9}}",
        r"\pi^{\pi^{\pi^{\pi}}}", "0^{0^{0^{0}}}", "(((((((99^9)^9)^9)^9)^9)^9)^9)^9", r"{}^{9}9^{9^{9}}",
        "9^{(9^{(9^{(9)})})}", "999999^{999999^{1/2}}",
    ]  # fmt: skip


def factorials() -> list[str]:
    return [
        "1000000!", "(10^8)!", "(10^9)!", r"\frac{(10^8)!}{(10^8-1)!}+1", "10!!!!", "9!!!!!!!!", "((5!)!)!",
        "3!!!!!!!!", r"\Gamma(10^9)", r"\operatorname{Gamma}(10^9)", r"\binom{10^9}{5\cdot 10^8}",
        r"\binom{1000000}{500000}", r"\dbinom{9999}{4999}\dbinom{9999}{4999}\dbinom{9999}{4999}", "C(10^9, 5*10^8)",
        r"\prod_{k=1}^{10^7}k", r"\sum_{k=1}^{10^9}\frac{1}{k}", r"\sum_{k=1}^{999999999} k^{k}",
        r"\prod_{k=1}^{\infty}(1+k^{k})", r"\sum_{n=0}^{\infty}\frac{n!}{n^n+1}",
        r"\sum_{i=1}^{999}\sum_{j=1}^{999}\sum_{k=1}^{999}\frac{1}{i+j+k}", r"\gcd((10^7)!,6)", r"(10^7)! \bmod 11",
        "2999!" * 40, "(" + "*".join(["2999!"] * 60) + ")", "(2999!)^{2999}", r"\left(10^{8}\right)!", r"1/(10^9)!",
        "P(10^9, 10^8)", r"\lfloor 9^{9^9} \rfloor", r"\operatorname{lcm}(1,10^{9^9})",
    ]  # fmt: skip


def calculus() -> list[str]:
    return [
        r"\int_0^1 e^{-x^2}\sin x^3 dx", r"\int_0^\infty \frac{\sin(x^7+\ln x)}{x^x}\,dx",
        r"\int \sin(\sin(\sin(\sin x)))\,dx", r"\int_0^1\int_0^1\int_0^1 e^{xyz}\sin(x+y^z)\,dx\,dy\,dz",
        r"\int x^x (1+\ln^9 x)^{77} dx", r"\lim_{x\to\infty} x^{x^{x^{x}}}",
        r"\lim_{n\to\infty}\sum_{k=1}^{n}\frac{k!}{n^k}", r"\frac{d^{99}}{dx^{99}} \sin(x^{99}) e^{x^{99}}",
        r"\int_{-\infty}^{\infty} e^{-x^{100}}\cos(x^{100})\,dx", r"\int " * 200 + "x" + r"\,dx" * 200,
        r"\sqrt{x+" * 25 + "x" + "}" * 25, r"\int_0^{9^{9^9}} x\,dx",
    ]  # fmt: skip


def nesting() -> list[str]:
    many = 3_000
    return [
        "(" * many + "1" + ")" * many, "((" * 900 + "1" + "))" * 900, "{" * many + "1" + "}" * many,
        "[" * 1_500 + "]" * 1_500, r"\left(" * 60 + "x" + r"\right)" * 60, r"\left(" * 600, "|x|" * 60,
        "|" * 400 + "x", "|" * 60 + "1" + "|" * 60, r"\{" * 40 + "1" + r"\}" * 40, r"\{" * 1_500,
        r"\sqrt{" * 900 + "2" + "}" * 900, r"\sqrt" * 900 + "2", r"\frac{1}{" * 500 + "2" + "}" * 500,
        r"\frac" * 900 + "12", r"\text{" * 700 + "a" + "}" * 700, "x_{" * 80 + "1" + "}" * 80, "x_" * 1_900 + "1",
        "x" + "'" * 3_000, "-" * 3_900 + "1", "+" * 3_900 + "1", "+-" * 1_900 + "1", "2-(" * 900 + "1" + ")" * 900,
        r"\sin" * 900 + "x", r"\sin(" * 600 + "x" + ")" * 600, r"\boxed{" * 500 + "1" + "}" * 500,
        "x^{" * 900 + "2" + "}" * 900, "x^" * 1_900 + "2", "1/" * 1_900 + "2", "f(" * 900 + "x" + ")" * 900,
        r"\overline{" * 500 + "1" + "}" * 500, "$" * 3_999 + "1", "**" * 1_990 + "1", "`" * 3_990,
        r"\begin{pmatrix}" * 250, r"\log_" * 700 + "2", "e^{-" * 59 + "x" + "}" * 59,
    ]  # fmt: skip


def algebra() -> list[str]:
    names = "abcdefgh"
    rows = [" & ".join(f"{name}_{{{column}}}" for column in range(8)) for name in names]
    return [
        "(1+x)^{1000}", "(a+b+c+d+e+f+g+h)^{60}", "x^{100}+y^{100}=z^{100}", "x^{100}+y^{100}<1",
        "(x+1)^{999999}-(x-1)^{999999}", "+".join(f"x^{{{power}}}" for power in range(1_000)),
        "*".join(f"(x-{root})" for root in range(250)), r"\begin{vmatrix}" + r" \\ ".join(rows) + r"\end{vmatrix}",
        r"\det\begin{pmatrix}" + r" \\ ".join(rows) + r"\end{pmatrix}",
        "+".join(rf"\sqrt{{{each}}}" for each in range(2, 90)),
        r"\sqrt{2}^{\sqrt{2}^{\sqrt{2}^{\sqrt{2}^{\sqrt{3}}}}}", "x^5-x-1=0, y^7-xy-1=0, z^9-xyz=3",
        r"\sin x\cos y\tan z" * 60, "x" * 1_900, "ab" * 950, "x1" * 300,
        r"\frac{x^{500}-1}{x-1}-\frac{y^{501}-1}{y-1}", r"\prod_{k=1}^{60}(x-k)", "(x^{2}+" * 50 + "1" + ")^{2}" * 50,
        r"\tan(" + "+".join(f"{n}x" for n in range(1, 60)) + ")", r"\arcsin(\sin(x^{9^{9}}))", "x^{9^{9^{9}}}",
        "x^{10^{15}}", "(x!)!",
    ]  # fmt: skip


def digits() -> list[str]:
    run = "7" * 100_000
    return [
        run, "7" * 3_900, f"0.{run}", "0." + "7" * 3_800, f"{'7' * 1_900}/{'3' * 1_900}", f"1e{run}",
        "0." + "0" * 3_000 + "1", "1e999999999", "1e-999999999", "1.5e9999", "9.99E+9999", r"1 \times 10^{999999999}",
        r"7 \times 10^{-999999999}", r"3.2 \times 10^{10^{10}}", "10^{-10^{10}}", r"1.0 \cdot 10^{99999}",
        "0." + r"\overline{" + "123456789" * 400 + "}", r"0.\overline{" + "1" * 90_000 + "}", "1" + ",000" * 900,
        "1 " * 1_900, "1," * 1_900, "1, " * 1_300, "1:" * 1_900 + "2", ".".join("1" * 900), "-" + "1e" * 1_900,
        "one hundred " * 300, "million " * 480, "7 million billion trillion" * 100, "hundred" * 500,
        "9" * 390 + "^{9}", "९" * 3_000, "①" * 3_000, "½" * 1_900, "⁹" * 3_000, "9e9e9e9e9", "1_000" * 700,
        "nine hundred ninety-nine " * 150, "0x" + "f" * 3_900, "1/0", "0/0", r"\frac{1}{0}", r"\infty-\infty", "NaN",
        "-inf", "1e",
    ]  # fmt: skip


def quantities() -> list[str]:
    return [
        "5 m^{999999999}", "5 km^{10^9}", "5 km^{99999999}", "5 " + r"kg\cdot " * 700 + "m",
        "5 " + "km/" * 1_200 + "s", "5 " + "m s " * 900, "5 " + "Ym^9" * 12, "5 km^" + "9" * 50, "5 km^{1/999999999}",
        "5 km^{-" + "9" * 40 + "}", "5 m^{1/0}", "5 " + "kilo" * 900 + "meter", "5 " + "m" * 3_900,
        "5 \\text{" + "m" * 3_800 + "}", r"10^{10^{10}} \text{ km}", r"9^{9^9}\,\text{m/s}^2", "999999999! kg",
        "$" + "9" * 3_900, "$ 10^{10^{10}}", r"\$" * 1_900 + "5", "5 dollars" * 400,
        "5 trillion trillion trillion trillion dollars", "9" * 390 + " trillion dollars", r"10^{10^{10}} \%",
        "5" + "%" * 3_900, "5" + r"\%" * 1_900, "5 per cent " * 350, "1 h " * 950, "1h1min" * 600,
        "2 hours 30 minutes " * 200, "5^{\\circ}" * 700, "5 " + "a" * 60 + " " + "b" * 60, "5 " + "apples " * 550,
        "9" * 1_300 + r" \times 10^{9999} \text{ Ym}", "5 " + "°" * 3_000,
    ]  # fmt: skip


def structures() -> list[str]:
    members = [str(number) for number in range(100_000)]
    wide = r" \\ ".join([" & ".join(["1"] * 1_000)] * 1_000)
    some = r" \\ ".join([" & ".join(["x^2"] * 18)] * 18)
    return [
        r"\{" + ",".join(members) + r"\}", ", ".join(members[:1_000]), r"\{" + ", ".join(["9^{9^9}"] * 60) + r"\}",
        r"\{" + ", ".join(f"x+{n}" for n in range(60)) + r"\}", r"\pm 1" * 700, r"\{" + r"\pm x, " * 60 + r"1\}",
        "(" + ",".join(members) + ")", "(" + ",".join(["2999!"] * 100) + ")", "(1,2), " * 500,
        "[" + "[" * 300 + "1" + "]" * 300 + "]", r"\begin{pmatrix}" + wide + r"\end{pmatrix}",
        r"\begin{pmatrix}" + some + r"\end{pmatrix}", r"\begin{pmatrix}" + "&" * 3_900,
        r"\operatorname{zeros}(20000)", r"\operatorname{eye}(20000)", r"\operatorname{ones}(9999, 9999)",
        r"\operatorname{rref}(eye(99))", r"\operatorname{diag}(" + ",".join(["1"] * 500) + ")",
        r"\operatorname{zeros}{20000}", r"\text{zeros}(20000)", r"\hat{i}" * 500, r"\hat{i}+" * 500 + "j",
        "i+j+k" * 700, r"\langle" * 400, r"\langle " + "1," * 1_500 + r"\rangle",
        "[" + ",".join(["[1,2]"] * 600) + "]", "[[" + "1," * 1_800 + "1],[2]]", "x=1, " * 700, "x=" * 1_900 + "1",
        "a:b:" * 900, r"\left\{" + ",".join(["(1,2)"] * 600) + r"\right\}", "<" * 3_900, r"\emptyset" * 400,
        ";" * 3_900 + "1", " and ".join("12" * 800),
    ]  # fmt: skip


def intervals() -> list[str]:
    return [
        r"(0,1)" + r"\cup (2,3)" * 2_000, r"\cup ".join(f"({n},{n + 1})" for n in range(0, 700, 2)),
        "x<1 or " * 500 + "x>2", "1<x<" * 900 + "2", "x>1 and x<2 and " * 240 + "x>0", r"x\in " * 900 + "(0,1)",
        r"(-\infty, 9^{9^9})", "[9^{9^9}, 10^{10^{10}}]", r"\{x \mid " * 200 + "x>1" + r"\}" * 200,
        "(" * 1_900 + "0,1", r"x \le" * 700 + "1", "x!=" * 1_200 + "1", "]0,1[" * 700, r"x^{100}+y^{100}\le 1",
        "|x|<" * 900 + "1", r"\{x : x > " + "1" * 3_000 + r"\}", "a_{" * 500 + "<1", "x > (10^9)!", r"\neq" * 900,
    ]  # fmt: skip


def phrases() -> list[str]:
    return [
        "a" * 1_000_000, "word " * 200_000, "the " * 950 + "cat", "it is " * 600 + "x", "is " * 1_300, "aeaeae" * 600,
        "lled " * 700, "(" * 1_900 + "a" + ")" * 1_900, "a (b) " * 600, "a-" * 1_900, "colour " * 500,
        "e\u0301" * 1_900, "a" + "\u0301" * 3_900, "\u200b" * 3_900, "\u202e" + "cat" * 1_000, "\ufeff" * 3_900 + "x",
        "\x00" * 3_900, "a\x00b" * 1_200, "\ud800" * 900, "a\udfffb", "\U0001f600" * 1_900, "\U0001d7d9" * 1_900,
        "ﷺ" * 1_200, "ﷺ" * 200, "ß" * 3_900, "İ" * 3_900, "\u0344" * 1_900, "\x1b[31m" * 600, "\r\n" * 1_900 + "x",
        "\t" * 3_900 + "x", " " * 3_900 + "x", " " * 100_000 + "x", "x" + "\n" * 3_900 + "y", "\\" * 3_900,
        "\\ " * 1_900, r"\, " * 1_200, "\\a" * 1_900, "\\text" * 700, "~" * 3_900 + "x", "{} " * 1_200,
        "{}" * 1_900 + "x", "^" * 3_900, "_" * 3_900, "&" * 3_900, "#" * 3_900 + "1", "%" * 3_900, "!" * 3_900,
        "'" * 3_900, '"' * 3_900, "=" * 3_900, "=1" * 1_900, "a=b" * 1_200, ", " * 1_900,
    ]  # fmt: skip


def options() -> list[str]:
    return [
        "A" * 3_900, "A" * 3_900 + "!", "A, " * 1_200, "A and " * 600, "(A)" * 1_200, "A. x " * 700,
        "(A) x " * 600 + "not", "a) " * 1_200, "A " * 1_900 + "!", "A or " * 700 + "K", "option " * 500 + "A",
        "answer is " * 380, "choice: " * 450, "A\n" * 1_900, "A." * 1_900 + "?",
    ]  # fmt: skip


def truths() -> list[str]:
    return [
        "no " * 1_200, "maybe yes " * 400, "not true " * 400, "no " + "a" * 3_800, "no, " + "because " * 450 + "yes",
        "isn't true " * 300, "true" * 900, "false\n" * 600, "it is not the case that " * 150, "y" * 3_900,
        "either " * 500,
    ]  # fmt: skip


def formulas() -> list[str]:
    return [
        "C" * 3_900, "CH2" * 1_200, "H" * 1_900 + "!", "(CH2)" * 700, "(H" * 900, "((H2)" * 600,
        "(" * 600 + "H" + ")2" * 600, "HHe" * 1_200 + "x", "H2O + " * 600 + "H2", "H2 -> " * 600,
        "H2" + "-" * 3_000 + ">O", "H+" * 1_900, "Na+ + Cl- " * 300, "[Fe(CN)6]4-" * 300, "H^" * 1_900,
        "C999999999999H" * 250, r"\ce{" * 600 + "H2", "H_{2}" * 700 + "z", "(s)" * 1_200, "2" * 3_000 + "H2O",
        "<=>" * 1_200 + "H2O",
    ]  # fmt: skip


def dates() -> list[str]:
    return [
        "99999999999-01-01", "1 January 99999999999", "January " * 480, "1st " * 900, "0000-00-00", "2020-99-99",
        "February 30, 2021", "9" * 3_000 + " May 2020", "12:" * 1_200 + "30", "99:99:99", "1" * 300 + ":00",
        "12:30 pm " * 400, "²⁰²⁰-01-01", "٢٠٢٠-٠١-٠١", "noon" * 900,
    ]  # fmt: skip


def code() -> list[str]:
    return [
        "__import__('os').system('sleep 9')", "().__class__.__bases__[0].__subclasses__()", "lambda x: x",
        "(lambda f: f(f))(lambda f: f(f))", "eval('9**9**9')", "exec('while 1: pass')", "Symbol('x')",
        "Integer(9)**Integer(9)**Integer(9)", "[0]*10**10", "'a'*10**10", "open('/etc/passwd').read()",
        "__builtins__", "factorial(10**9)", "range(10**12)", "list(range(10**12))", "S('9**9**9')", "sympify('x')",
        "import os; os.abort()", "x.__class__", "f'{9**9**9}'", "{{7*7}}", "${7*7}", "$(sleep 9)", "`sleep 9`",
        "; sleep 9", "%n%n%s%s" * 200, "f" * 3_900 + "_{16}", "1" * 3_900 + "_{2}", "1_{" + "9" * 3_000 + "}",
        "zz_{99999999999}", "1_{0}", "1_{1}", "O(" * 900 + "n", "O(n)" * 700, "A AND " * 600 + "B",
        "NOT " * 900 + "A", "'" + "a" * 3_000, r"\land" * 700, "&&" * 1_900, "O(log(" * 500 + "n", "a && " * 700,
        "\\a" * 900 + "'",
    ]  # fmt: skip


TEXTS: Mapping[str, Family] = {
    "tower": Family("7", towers),
    "factorial": Family("13", factorials),
    "calculus": Family("0.1234", calculus),
    "nesting": Family("7", nesting),
    "algebra": Family("x^2+1", algebra),
    "digits": Family("12.5", digits),
    "quantity": Family("5 kg", quantities),
    "structure": Family(r"\{1, 2\}", structures),
    "interval": Family("[0, 1)", intervals),
    "phrase": Family("photosynthesis", phrases),
    "option": Family("B", options),
    "truth": Family("yes", truths),
    "formula": Family("H2SO4", formulas),
    "date": Family("12 May 2020", dates),
    "code": Family("1011_2", code),
}
