"""Amounts of money, prices and rates. `gold | answer`, as in `test_policy`."""

import pytest

from tests.verifier.pairs import outcome_of, pairs
from verifier import infer_type

AGREE = {
    "currency": r"""
        $5 | 5
        \$5.00 | 5 dollars
        $0.75 | 75 cents
        $2.5 billion | 2500 million dollars
        5 | \$5
        £20 | 20 pounds
        5 pounds | 5 lb
        €3 | 3 euros
    """,
    "symbols and names": r"""
        $5 | 5
        $5 | \$5
        $5 | \text{\$}5
        $5 | $5.00
        $5 | 5 dollars
        $5 | five dollars
        $5 | USD 5
        $5 | 5 USD
        $5 | US$5
        $5 | $5 USD
        $1 | one dollar
        $0.05 | five cents
        5 | \$5
        €3 | 3 euros
        €3 | 3 €
        €3 | EUR 3
        €3 | 3\text{ euro}
        £20 | 20 pounds
        £20 | GBP 20
        ¥15000 | 15,000 yen
        ¥100 | 100 yuan
        ₹500 | Rs. 500
        ₹500 | 500 rupees
        Rs. 500 | INR 500
        Rs 1,25,000 | 125000
        $7.50 | 7\frac{1}{2}\text{ dollars}
        C$12 | CAD 12
        C$12 | 12 Canadian dollars
        US$100 | $100
        €5,50 | €5.50
        €0.99 | 0,99 €
        $25.00 | 25 bucks
        $1,000 | one thousand dollars
        $12,500 | The total cost is \$12{,}500.00
        $12 | It costs $12
        $36 | $\$36$
        $36 | \$ 36
        -$450 | \$-450
        -$450 | −$450
        -$450 | - 450 dollars
        $58,208.67 | \$58{,}209
        $58,208.67 | 58208.67
        $1,610.51 | 1610.51\text{ dollars}
    """,
    "scale": r"""
        $2.5 billion | $2,500 million
        $2.5 billion | 2.5 bn dollars
        $1.5 million | \$1.5M
        $1.5 million | 1{,}500{,}000\text{ dollars}
        $120k | 120,000
        $120k | \$120 thousand
        €2.4 bn | €2.4B
        €2.4 m | 2.4 million euros
        $14.3 million | \$14{,}300{,}000
        $1 trillion | one trillion dollars
        £3.2m | £3,200,000
        ₹2 crore | Rs. 20,000,000
    """,
    "cents": r"""
        $0.75 | 75 cents
        $0.75 | 75¢
        75 cents | $0.75
        75 cents | 75
        75¢ | seventy-five cents
        $0.08 | 8 cents
        £0.50 | 50 pence
        £0.50 | 50p
        $12.40 | 12 dollars and 40 cents
        $12.40 | 12 dollars, 40 cents
        $12.05 | $12 and 5 cents
        $12.40 | twelve dollars and forty cents
        £3.50 | 3 pounds 50 pence
        €1.20 | 1 euro and 20 cents
        €0.20 | 20 cents
    """,
    "brackets": r"""
        ($450) | -$450
        ($450) | -450
        -$450 | ($450)
        -$1,200.50 | $(1,200.50)
        ($1,200) | (1,200 dollars)
    """,
    "profit and loss": r"""
        $200 profit | $200
        $200 profit | a profit of $200
        a loss of $200 | -$200
        a loss of $200 | $200
        a loss of $200 | $200 loss
        -$200 | a loss of $200
    """,
    "rates": r"""
        $4.50 per hour | \$4.50/\text{hr}
        $4.50 per hour | 4.50 dollars per hour
        $4.50 per hour | 4.5 dollars an hour
        $4.50 per hour | $4.50
        $4.50 per hour | 4.50
        $4.50/hour | $4.50 per hour
        $0.12 per kWh | 12 cents per kWh
        $0.12 per kWh | 12¢/kWh
        $3 per kg | \$3/\text{kg}
        $0.50 per apple | 50 cents per apple
        $0.50 per apple | $0.50 each
        $2 each | 2 dollars each
        $2 per pound | $2/lb
    """,
}

DIFFER = {
    "currency": r"""
        $5 | €5
        $30 | 30 cents
        $1.5 million | 1.5
        $3 trillion | $3 billion
        $5 | 5 kg
    """,
    "symbols and names": r"""
        $5 | €5
        $5 | 5 euros
        $5 | £5
        $5 | C$5
        $50 | 50 Canadian dollars
        $3.50 | 3,50
        €5.50 | 5,5 €
        $5 | 5 kg
        $5 | 5 m
        €3 | 3 dollars
        ¥100 | 100 won
        $5 | -$5
        $5 | $50
        $5 | $5 or $6
        $5 | $5, $6
        $5 | 5%
        $1,000 | \$999.99
        $3.49 | \$3.5
        $3.49 | $3.94
        $12,500 | \$12{,}050
        $1,234.50 | 1,234.05
        $1,234,567 | \$1{,}234.567
        £3.50 | 350 pounds
    """,
    "scale": r"""
        $1.5 million | 1.5
        $1.5 million | \$1.5
        $1.5 million | \$1.5 billion
        $120k | \$120
        $120k | \$120M
        €2.4 bn | €2.4 m
        ₹2 crore | ₹2 lakh
    """,
    "cents": r"""
        $30 | 30 cents
        $0.08 | 8 dollars
        75 cents | $75
        75 cents | 75 dollars
        75 cents | 75 pence
        $12.40 | 12 dollars and 4 cents
        $12.40 | 40 dollars and 12 cents
        $12.40 | $12 or 40 cents
        £3.50 | 3 pounds 5 pence
    """,
    "brackets": r"""
        ($450) | $450
        $450 | ($450)
        ($450) | -$540
    """,
    "profit and loss": r"""
        a loss of $200 | a profit of $200
        a loss of $200 | a loss of $300
        $200 profit | $200 loss
        -$200 | a profit of $200
        a profit of $200 | -$200
    """,
    "rates": r"""
        $4.50 per hour | \$4.50\text{ per day}
        $4.50 per hour | \$4.50\text{ per kg}
        $4.50 per hour | 4.50 cents per hour
        $4.50 per hour | €4.50 per hour
        $4.50 per hour | 4.50 hours
        $0.0325 per kWh | 0.0325\text{ cents per kWh}
        $0.12 per kWh | 12 dollars per kWh
        $0.50 per apple | $0.50 per orange
        $3 per kg | 3 kg
    """,
}


@pytest.mark.parametrize(("gold", "answer"), pairs(AGREE))
def test_agrees(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "correct"


@pytest.mark.parametrize(("gold", "answer"), pairs(DIFFER))
def test_differs(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "incorrect"


@pytest.mark.parametrize(
    "gold", ["$5", r"\$5.00", "5 dollars", "€3", "75 cents", "$1.5M", "($450)", "-$450", "$4.50 per hour", "Rs. 500"]
)
def test_money_is_currency(gold: str) -> None:
    assert infer_type(gold) == "currency"


@pytest.mark.parametrize("gold", ["5 pounds", "5 p", "5 cars", "5 won games", "(450)", "5 m", "centroid", "cents"])
def test_other_golds_are_not(gold: str) -> None:
    assert infer_type(gold) != "currency"
