"""The model judge behind the rules."""
