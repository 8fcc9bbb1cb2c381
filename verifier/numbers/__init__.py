"""Numbers, shares, money and what is counted: reading them, and when two agree."""
