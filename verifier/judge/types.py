"""What a judge says, and why it was not asked or not believed."""

from enum import StrEnum


class Ruling(StrEnum):
    """What a reply states."""

    CORRECT = "correct"
    INCORRECT = "incorrect"
    NOT_FOUND = "not_found"


class JudgeReason(StrEnum):
    """Down to `wordless` and `too_long` the judge was not asked and the rules' verdict stands; below it was asked."""

    RULE_CORRECT = "rule_correct"
    RULE_CERTAIN = "rule_certain"
    NO_ANSWER = "no_answer"
    CANDIDATES = "candidates"
    NUMBERS_DIFFER = "numbers_differ"
    NEGATED = "negated"
    FOREIGN_LETTERS = "foreign_letters"
    ADDRESSES_JUDGE = "addresses_judge"
    WORDLESS = "wordless"
    TOO_LONG = "too_long"

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_FOUND = "not_found"
    UNREADABLE = "unreadable"
    NO_REPLY = "no_reply"
    ACCEPTS_ANYTHING = "accepts_anything"
    CONTROL_UNREADABLE = "control_unreadable"
