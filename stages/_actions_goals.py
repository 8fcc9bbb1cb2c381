"""The goals of a constructed trace: a tree that grows as the model names subgoals, leaves some and returns to them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

OTHER_WAY = "Alternatively,"


class GoalState(StrEnum):
    """`left` is a goal another one was taken up for; the model may come back to it. The last two are for good."""

    OPEN = "open"
    LEFT = "left"
    SOLVED = "solved"
    TIMED_OUT = "timed_out"


CLOSED = frozenset({GoalState.SOLVED, GoalState.TIMED_OUT})


@dataclass(eq=False, slots=True)
class Goal:
    """What is to be found out.

    visits -- steps made for it, and subgoals of it that came to nothing since the last one that was reached
    spare  -- other ways to it that the model named and has not taken
    """

    text: str
    parent: "Goal | None" = None
    state: GoalState = GoalState.OPEN
    visits: int = 0
    spare: list[str] = field(default_factory=list)
    subgoals: list["Goal"] = field(default_factory=list)

    @property
    def depth(self) -> int:
        """0 for the goal of the problem."""
        return 0 if self.parent is None else self.parent.depth + 1

    @property
    def key(self) -> str:
        return goal_key(self.text)

    def tree(self) -> Iterator["Goal"]:
        """This goal and all below it, in the order in which they were named within each branch."""
        yield self
        for subgoal in self.subgoals:
            yield from subgoal.tree()

    def line(self) -> Iterator["Goal"]:
        """This goal and those it serves, up to that of the problem."""
        yield self
        if self.parent is not None:
            yield from self.parent.line()

    @property
    def root(self) -> "Goal":
        return self if self.parent is None else self.parent.root

    def usable(self, goals: Sequence[str]) -> str | None:
        """The first that may be taken up from here: closed nowhere in the tree, and none of those being served."""
        barred = {goal.key for goal in self.root.tree() if goal.state in CLOSED} | {goal.key for goal in self.line()}
        return next((goal for goal in goals if goal_key(goal) not in barred), None)

    def give_up(self, *, is_spent: bool, max_visits: int) -> "Goal | None":
        """Leaves it, for good where it is spent; the goal to be served in another way, None where all are spent."""
        if self.parent is None:
            return None if is_spent else self
        self.state = GoalState.TIMED_OUT if is_spent else GoalState.LEFT
        self.parent.visits += 1
        if self.parent.visits < max_visits:
            return self.parent
        return self.parent.give_up(is_spent=True, max_visits=max_visits)

    def subgoal(self, text: str) -> "Goal":
        """The subgoal of this text: one that was left is taken up again, else it is new."""
        key = goal_key(text)
        for known in self.subgoals:
            if known.key == key:
                known.state = GoalState.OPEN
                return known
        made = Goal(text, parent=self)
        self.subgoals.append(made)
        return made


def goal_key(text: str) -> str:
    """What makes two goals the same: their words and signs, without case, ending and the word for another way."""
    words = " ".join(text.casefold().split()).removeprefix(OTHER_WAY.casefold())
    return words.strip(" .!?,;:…")


def as_other_way(text: str) -> str:
    """The sentence as one that turns to another way."""
    text = text.strip()
    if text.casefold().startswith(OTHER_WAY.casefold()[:-1]):
        return text
    is_word = text[:2].isalpha() and text[1:2].islower()
    return f"{OTHER_WAY} {text[0].lower() + text[1:] if is_word else text}"
