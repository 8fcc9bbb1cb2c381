"""Numbers in every spelling: integers, decimals, fractions, powers of ten. `gold | answer`, as in `test_policy`."""

import pytest

from tests.verifier.pairs import outcome_of, pairs
from verifier import infer_type

AGREE = {
    "integers": r"""
        42 | 42
        42 | 42.0
        42 | +42
        42 | \text{42}
        42 | x = 42
        42 | 42 = x
        42 | The total is 42
        1000 | 1,000
        1000 | 1{,}000
        1000 | 1\,000
        1000 | 1 000
        7 | seven
        21 | twenty-one
        -3 | −3
        8 | ８
        1024 | 2^{10}
        120 | 5!
        10 | \binom{5}{2}
        3 | \log_2 8
        4 | \sqrt{16}
        2 | \frac{4}{2}
        0 | \sin \pi
    """,
    "decimals": r"""
        0.5 | .5
        0.5 | \frac12
        3.14 | \pi
        0.0821 | 0.08206
        6.50 | 6.499
        0.333 | 1/3
        1234.5 | 1,234.5
        12.3456 | 12.35
        -0.25 | -\frac{1}{4}
    """,
    "exact values": r"""
        \frac{2}{3} | 0.6667
        \frac{2}{3} | 0.6666
        \frac{2}{3} | \frac{4}{6}
        \frac14 | 0.25
        1\frac12 | 3/2
        6 1/2 | 6.5
        ½ | 0.5
        \sqrt{2} | 1.4142
        \sqrt 2 | 1.414
        2\pi | 6.2832
        \frac{\sqrt3}{3} | \frac{1}{\sqrt{3}}
        2\sqrt{3} | \sqrt{12}
        0.\overline{3} | 1/3
        3:4 | 3/4
        3:4 | 6:8
    """,
    "scientific notation": r"""
        1.6\times10^{-19} | 1.602e-19
        2.5 × 10⁻³ | 0.0025
        5.67\cdot10^{-8} | 5.67E-8
        6.02 \times 10^{23} | 6.02x10^23
        1.5e3 | 1500
        3 \times 10^8 | 300000000
        3.0 \times 10^8 | 299792458
        4.5 \times 10^{3} | 4.5*10^3
    """,
    "thousands": r"""
        1234567 | 1,234,567
        1234567 | 1{,}234{,}567
        1234567 | 1\,234\,567
        1234567 | 1 234 567
        1234567 | 1 234 567
        1234567 | 1'234'567
        1234567 | 1_234_567
        1234567 | 12,34,567
        1234567 | 12{,}34{,}567
        1234567 | 1.234.567
        1234.56 | 1.234,56
        1,234,567 | 1234567.0
        10,000 | 10^4
        12345.678 | 12 345.678
    """,
    "decimal comma of TeX": r"""
        3.14 | 3{,}14
        0.125 | 0{,}125
        1/8 | 0{,}125
    """,
    "digits and signs": r"""
        -7 | −7
        -7 | – 7
        -7 | minus 7
        -7 | negative seven
        -7 | \text{minus } 7
        7 | +7
        7 | ＋７
        35 | ３５
        35 | ٣٥
        2.5 | \text{positive } 2.5
        -3/4 | \frac{-3}{4}
        -3/4 | \frac{3}{-4}
        -3/4 | −¾
    """,
    "words": r"""
        25 | twenty-five
        25 | Twenty five
        105 | one hundred and five
        105 | one hundred five
        123456 | one hundred twenty-three thousand four hundred fifty-six
        1200000 | one million two hundred thousand
        3000000000000 | three trillion
        2500 | twenty-five hundred
        12 | a dozen
        24 | two dozen
        0 | zero
        40 | \text{forty}
        twelve | 12
        forty-two | 42
        three | 3.0
        -5 | minus five
        3.14 | three point one four
        1000 | a thousand
        100 | one hundred
        17 | Seventeen.
    """,
    "parts in words": r"""
        3/4 | three quarters
        3/4 | three-fourths
        2/3 | two thirds
        \frac{2}{3} | two-thirds
        1/2 | half
        1/2 | one half
        1/2 | a half
        1/4 | a quarter
        0.05 | five hundredths
        2.5 | two and a half
        5/2 | 2 and a half
        11/3 | three and two thirds
        three-fifths | \frac{3}{5}
        one half | 0.5
        two thirds | 0.6667
        21/100 | twenty-one hundredths
        3/4 | three over four
        0.3 | 3 tenths
    """,
    "ordinals": r"""
        3rd | third
        3rd | 3
        21st | twenty-first
        4^{\text{th}} | 4th
        12th | the twelfth
        third | 3rd
    """,
    "scale words": r"""
        1200000 | 1.2 million
        1.2 million | 1,200,000
        93,000,000 | 93 million
        8 billion | 8{,}000{,}000{,}000
        2.5 million | two and a half million
        500000 | half a million
        500000 | 5 lakh
        30000000 | 3 crore
        500,000 | 500 thousand
        1.5 million | 1.48 million
        4.5 \text{ billion} | 4500 million
    """,
    "mixed numbers": r"""
        2\frac34 | 11/4
        2\frac{3}{4} | 2 3/4
        2\frac{3}{4} | 2.75
        2\tfrac{3}{4} | 2 and 3/4
        2 3/4 | 2\text{ and }\frac{3}{4}
        2¾ | 11/4
        11/4 | 2 ³⁄₄
        -5/2 | -2\frac{1}{2}
        1⅑ | 10/9
        3 1/2 | three and a half
        7/2 | {7 \over 2}
        7/2 | 7 \div 2
        7/2 | \nicefrac{7}{2}
        2 125/1000 | 2.125
    """,
    "repeating": r"""
        1/3 | 0.\overline{3}
        1/3 | 0.\bar{3}
        1/3 | 0.(3)
        1/3 | 0.333...
        1/3 | 0.3333…
        1/3 | 0.\dot{3}
        1/3 | 0.3 repeating
        1/6 | 0.1\overline{6}
        1/6 | 0.1666...
        1/7 | 0.\overline{142857}
        1/7 | 0.\dot{1}4285\dot{7}
        0.\overline{27} | 3/11
        0.\overline{3} | 0.3333
        0.(3) | 0.333333
        -5/3 | -1.\overline{6}
        0.333... | \frac{1}{3}
        1 | 0.\overline{9}
        \sqrt{2} | 1.41421356...
        \pi | 3.1415...
    """,
    "gold decimals": r"""
        3.14 | 3.1449
        3.14 | 3.135
        0.13 | 0.125
        0.12 | 0.125
        2.50 | 2.5
        0.0821 | .0820574
        101.325 | 101.3
        8.314462 | 8.314
        58208.67 | 58,210
        58208.67 | 58209
        12345.6 | 12350
        0.667 | 2/3
        -0.667 | -\frac{2}{3}
        1.96 | about 1.96
        1.96 | \approx 1.96
        1.96 | 1.959964
        1.41 | \sqrt{2}
        0.50 | 50 \cdot 10^{-2}
        0.6931 | \ln 2
        9.81 | 9.81 (approx.)
        9.81 | 9.81 (2 d.p.)
        0.0000001234 | 1.2341e-7
    """,
    "exact golds": r"""
        2/3 | 0.6667
        2/3 | 0.6666
        2/3 | .66667
        5/8 | 0.625
        \frac{13}{32} | 0.4063
        \frac{13}{32} | 0.4062
        \frac{1}{1024} | 0.0009765625
        \frac{1}{1024} | 9.766 \times 10^{-4}
        1/7 | 0.1428
        1/7 | 0.1429
        100\pi | 314.2
        100\pi | 314.1
        1000\pi | 3142
        1000\pi | 3141
        \frac{100000}{3} | 33333
        \sqrt{3} | 1.732
        \frac{\pi}{4} | 0.7854
        e^2 | 7.389
        \frac{1}{3} | 33.33\%
        10! | 3628800
    """,
    "powers of ten": r"""
        1500 | 1.5e3
        1500 | 1.5E+3
        1.5\times10^3 | 1.5 x 10^3
        6.02\times10^{23} | 6.02e23
        6.02\times10^{23} | 6.022 \cdot 10^{23}
        6.02\times10^{23} | 6.02 × 10²³
        6.02\times10^{23} | 6.02*10**23
        6.02\times10^{23} | 6.02\mathrm{E}23
        6.02\times10^{23} | 60.2 \times 10^{22}
        6.02\times10^{23} | 6.02\times{10}^{23}
        6.02\times10^{23} | 6.02 times 10 to the 23rd power
        2.5\times10^{-3} | 2.5 × 10⁻³
        2.5\times10^{-3} | 2.5×10^-3
        2.5\times10^{-3} | 2.5 \times 10^{- 3}
        2.5\times10^{-3} | 2.5 \times 10^(-3)
        2.5\times10^{-3} | 0.0025
        2.5\times10^{-3} | \frac{1}{400}
        2.5\times10^{-3} | 2.5e-03
        2.5\times10^{-3} | 2.5 times 10 to the power of -3
        10^{-14} | 1e-14
        10^{-14} | 1.0 \times 10^{-14}
        1.0\times10^{-14} | 10^{-14}
        1.602176634\times10^{-19} | 1.602\times10^{-19}
        4.5e-7 | 4.5 × 10^{-7}
        3\times10^8 | 2.998\times10^8
        9.109×10⁻³¹ | 9.1094e-31
        1.23e5 | 123,456
        -2.18\times10^{-18} | −2.18 × 10^{−18}
        10<sup>-3</sup> | 0.001
    """,
    "shares and ratios": r"""
        \frac{5}{36} | 5 out of 36
        1/4 | 1 in 4
        5 out of 36 | 5/36
        1 in 4 | 0.25
        3:4 | 3 to 4
        3:4 | 6 : 8
        3:4 | 0.75
        3:4 | \frac{3}{4}
        3 : 4 | 3\colon 4
        3:4 | 1.5:2
        1:\sqrt{3} | 0.5774
        \frac{1}{\sqrt{3}} | 1:\sqrt{3}
        3/4 | 3:4
        0.75 | 3 : 4
        1:2:5 | 2:4:10
        1:\sqrt{3} | \sqrt{3}:3
        2:1 | 2
        The ratio is 3:4 | 3:4
    """,
    "statements": r"""
        5 | x = 5
        5 | x=5.
        3/8 | The probability is 3/8
        3/8 | The probability is $\frac{3}{8}$.
        3/8 | P(A) = \frac{3}{8}
        3/8 | P(A|B) = \frac{3}{8} = 0.375
        3/8 | The probability of two heads is 3/8
        14 | Half of 28 is 14
        12 | There are 12 ways
        12 | there are twelve ways
        5 | We get x = 5
        5 | so the answer is 5
        5 | Therefore, x = 5
        42 | \therefore n = 42
        2\sqrt{3} | x = 2\sqrt{3} \approx 3.46
        2\sqrt{3} \approx 3.46 | 3.46
        2\sqrt{3} \approx 3.46 | 2\sqrt{3}
        1/3 | \frac{1}{3} = 0.33
        1/3 | 1/3 ≈ 0.33
        0.33 | 1/3
        14 | 2 \cdot 7 = 14
        2 | \dim(\ker T) = 2
        -1 | \det(A) = -1
        0.95 | R^2 = 0.95
        9.8 | g \approx 9.8
        4 | \log_2 16 = 4
        0.5 | \sin\theta = 0.5
        3 | \text{rank}(A) = 3
        3 | |z| = 3
        46 | 46 chromosomes
        46 | forty-six chromosomes
        25 | 25\text{ ways}
        25 | 25 ways to choose
        7 | Answer: 7
        7 | It's 7
        7 | 7 is the answer
        7 | *7*
        3 | \overline{AB} = 3
        7 | 42/6 = 7
        7 | The answer: 7
        30 | a total of 30
        4 | a factor of 4
        12 | 12 (exactly)
        6 | It takes 6 hours
        20 | about 20
        1.5 | \text{approximately } 1.5
    """,
    "said twice": r"""
        12 | twelve (12)
        0.75 | 0.75 (75%)
        3/4 | \frac{3}{4} (0.75)
        3/4 | three quarters (75%)
        3/4 | 3/4, i.e. 0.75
        12 | "12"
        12 | 3 (4)
    """,
    "expressions": r"""
        120 | 5!
        1024 | 2^{10}
        0.42 | 2(0.7)(0.3)
        \frac{1}{221} | \frac{4}{52}\cdot\frac{3}{51}
        4 | (4)
        4 | {4}
        -4 | (-4)
        -4 | \left(-4\right)
        3 | \frac{6}{2}
        2 | \sqrt[3]{8}
        \frac{\sqrt{2}}{2} | \frac{1}{\sqrt{2}}
        \frac{\sqrt{2}}{2} | \sqrt{0.5}
    """,
}

DIFFER = {
    "integers": r"""
        8 | 8.002
        1234 | 1,2,3,4
        32349 | 32, 349
        7 | 7!
        7 | 7 or 8
        7 | \pm 7
        42 | 420
        42 | x
        42 | O42
        5 | I cannot solve this problem.
        5 | 4 < x < 6
        5 | \boxed{}
        5 | {
        5 | __import__('os').getpid()
        120 | 5! + 1
    """,
    "decimals": r"""
        3.33 | 3.3
        3.14 | 3.41
        0.231 | \frac{3}{14}
        0.00000012 | 0.00000021
        2.97 | 3
        12.3456 | 12.3
    """,
    "exact values": r"""
        \frac23 | 0.667
        \frac23 | 0.6668
        7/4 | 1.57
        1/3^{80} | 1/3^{81}
        \sqrt2 | 1.41
        2\pi | 2
        3:4 | 4:3
        1:\sqrt{3} | 0.58
    """,
    "scientific notation": r"""
        2.4\times10^{-17} | 7.2\times10^{-17}
        6.022\times10^{23} | 6.022\times10^{22}
        6.626 \times 10^{-34} | 1.0 \times 10^{-30}
    """,
    "thousands": r"""
        58206 | 58, 206
        1234 | 1,2,3,4
        123456 | 1,23,456,7
        1000 | 1,00
        1234.567 | 1,234,567
        1234567 | 1,234.567
        1234567 | 1.234
        125 | 0,125
        3.14 | 3, 14
        1000 | 10,00
    """,
    "digits and signs": r"""
        7 | -7
        7 | −7
        -7 | 7
        -7 | minus minus 7
        10 | 1O
        15 | l5
        3 | 3i
        3 | 3x
        5 | five x
    """,
    "words": r"""
        25 | twenty-six
        25 | fifty-two
        105 | one hundred and fifty
        105 | one hundred
        20 | twenty or thirty
        5 | five less than x
        5 | five squared
        5 | 5 squared
        5 | 5 cubed
        5 | 5 less than 7
        5 | 5 dozen
        5 | at least 5
        5 | at most five
        5 | more than 5
        5 | not 5
        5 | less than five
        5 | between 4 and 6
        5 | up to 5
        1000000 | one thousand
        12 | two dozen
        2 | twenty
        3 | three quarters
        3/4 | three
        3/4 | thirty-four
        2/3 | three halves
        1/2 | two
        5 | 5 thousandths
        5 | 5 hundredths
        5 | minus five
        100 | one hundredth
        2.5 | two and a quarter
        1 | none of them
    """,
    "ordinals": r"""
        3rd | 4th
        3rd | 3th
        21st | twenty-second
        3 | one third
    """,
    "scale words": r"""
        1200000 | 1.2
        1.2 million | 1.2
        1.2 million | 1.2 billion
        93,000,000 | 9.3 million
        5 | 5 million
        500000 | 5 crore
        1.5 million | 1.4 million
    """,
    "mixed numbers": r"""
        2\frac34 | \frac{23}{4}
        2\frac34 | 2.34
        2\frac34 | 3/2
        2\frac34 | 2\cdot\frac34
        2\frac34 | 2 and 4/3
        2\frac34 | 2, 3/4
        -5/2 | 2\frac12
        2 3/4 | 2 or 3/4
    """,
    "repeating": r"""
        1/3 | 0.3
        1/3 | 0.33
        1/3 | 0.\overline{36}
        0.\overline{3} | 0.333
        0.9 | 0.\overline{9}
        1/6 | 0.\overline{16}
        0.\overline{12} | 0.12
        0.\overline{12} | 0.1\overline{2}
    """,
    "gold decimals": r"""
        3.14 | 3.1
        3.14 | 3
        3.14 | 3.146
        3.14 | 3.1451
        0.13 | 0.1349999999999999999999999999 + 0.01
        0.0821 | 0.08216
        2.97 | 3.0
        101.325 | 101
        101.325 | 101.4
        8.314462 | 8.315
        58208.67 | 58208
        58208.67 | 58,200
        12345.6 | 12300
        0.00012 | 0.00021
        0.00012 | 0.0012
        0.0000003 | 0.0000004
        1.96 | \approx 2
        0.35 | 35
        35 | 35...
        0.5 | -0.5
        0.25 | 0.25i
    """,
    "exact golds": r"""
        2/3 | 0.667
        2/3 | 0.66
        2/3 | 0.6668
        2/3 | 0.6665
        2/3 | 2:4
        5/8 | 0.63
        5/8 | 0.62
        \frac{13}{32} | 0.406
        100\pi | 314
        100\pi | 314.3
        \frac{2047}{2} | 1024
        \frac{2047}{2} | 1023
        1000\pi | 3143
        \sqrt{3} | 1.73
        \frac{\pi}{4} | 0.785
        \frac{1}{3} | 33\%
        \frac{1}{3} | \frac{33}{100}
        20 | 19.97
        20 | 20.0001
        20 | \approx 19.97
        1000000 | 999999.9
        -2/3 | 0.6667
        1/3^{40} | 1/3^{41}
    """,
    "powers of ten": r"""
        1500 | 1.5e2
        1500 | 1.5e-3
        6.02\times10^{23} | 6.02\times10^{22}
        6.02\times10^{23} | 6.02\times10^{-23}
        6.02\times10^{23} | 6.0\times10^{23}
        6.02\times10^{23} | 6.03\times10^{23}
        6.02\times10^{23} | 6.02
        6.02\times10^{23} | 6.2\times10^{23}
        1.6\times10^{-19} | 2\times10^{-19}
        1.6\times10^{-19} | 1.66\times10^{-19}
        1.602176634\times10^{-19} | 1.603\times10^{-19}
        2.5\times10^{-3} | 2.5
        2.5\times10^{-3} | 0.025
        2.5\times10^{-3} | 2.5\times10^{3}
        2.5\times10^{-3} | 2.5 - 10^3
        10^{-14} | 10^{-13}
        1024 | 10^{24}
        1.5\times10^3 | 1.5\times3^{10}
        3.00\times10^8 | 2.98\times10^8
        -2.18\times10^{-18} | 2.18\times10^{-18}
    """,
    "shares and ratios": r"""
        \frac{5}{36} | 36 out of 5
        \frac{5}{36} | 5 out of 30
        1/4 | 4 in 1
        3:4 | 4:3
        3:4 | 3:5
        3:4 | 3 to 4 to 5
        3:4 | 34
        1:2:5 | 5:2:1
        1:2:5 | 1:2
        3:4 | 3, 4
        3/4 | 4:3
        1/3 | 10:30
        3:4 | 3
    """,
    "said twice": r"""
        12 | twelve (13)
        3/4 | 3/4 or 0.7
        3/4 | 3/4 or 4/3
        3/4 | 1/2 (0.75)
        12 | 12 (6)
    """,
    "statements": r"""
        5 | y + 2 = 5
        9 | x^2 = 9
        10 | 2x = 10
        5 | x \neq 5
        5 | x \ge 5
        5 | x > 5
        5 | x = 5 or x = 7
        5 | x = 5, y = 7
        3 | x = 3 and y = 4
        7 | The length is 5 and the width is 7
        5 | The answer is not 5
        5 | The answer is less than 5
        5 | The answer is at least 5
        3/8 | The probability is 5/8
        3/8 | The probability of 3/8 is 1/2
        1/3 | 0.33 = 1/4
        2\sqrt{3} | x \approx 3.46
        2\sqrt{3} \approx 3.46 | 3.4
        5 | 5 = 7
        14 | 28 is 14 times 2
        5 | I cannot solve this problem.
        30 | 30 or so, maybe 40
        46 | 46.5 chromosomes
        5 | \frac{5}{x}
        5 | 5!
        5 | 5\pm1
    """,
    "whole golds": r"""
        123432 | 1.234 \times 10^5
    """,
}


KINDS = {
    "integer": "42; -7; 1,000; 2^{10}; 5!; 10^5; twelve; forty-two; 3rd; fifth; 0; 2000/4; 1969; 1 000; about 5; (5)",
    "decimal": r"3.14; -.5; 1234.5; 1.5 million; approximately 1.96; 2\sqrt{3} \approx 3.46",
    "fraction": r"1/3; \frac13; ½; 2½; 2 3/4; 3:4; 1:2:5; 0.(3); 0.333...; 10^{-3}; half; two-thirds; 1 in 4",
    "scientific": r"6.02\times10^{23}; 1.5e-3; 2.5×10⁻³; 2 \times 10^3",
    "units": "three apples; 5 apples; half an hour; two and a half hours",
    "word": "second; zero gravity; third quadrant; first-order; one-way; One Hundred Years of Solitude",
}


@pytest.mark.parametrize(("kind", "golds"), KINDS.items())
def test_type_of_gold(kind: str, golds: str) -> None:
    for gold in golds.split("; "):
        assert infer_type(gold) == kind, gold


@pytest.mark.parametrize(("gold", "answer"), pairs(AGREE))
def test_agrees(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "correct"


@pytest.mark.parametrize(("gold", "answer"), pairs(DIFFER))
def test_differs(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "incorrect"
