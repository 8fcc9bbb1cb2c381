"""One constructed trace under way: which action comes next, and what each reply does to the goals.

    clarify -> decompose -> solution_step -> reflection -> answer

The model steers. Its replies name the next action, say whether a goal is reached and name goals; this machine only
keeps the books. Where a reply cannot be used it falls back:

    clarify        the goal is a general one, and the problem is decomposed
    decompose      the goal in hand is worked on as it is
    solution_step  the goal in hand is left for another one
    reflection     the goal in hand counts as not reached and is tried again
    answer         the trace ends without one
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from stages._actions_goals import Goal, GoalState, as_other_way, goal_key
from stages._actions_prompts import Action, ActionStyle, action_prompt
from stages._actions_reply import Objection, Said, Unread
from stages.records import FinishReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Of one trace; the answer is outside of it. See `ConstructCot`."""

    max_steps: int
    max_depth: int
    max_visits: int
    max_tokens: int


@dataclass
class Walk:
    """`action` is what is to be asked next, None when the trace has `ended`; `path` are the actions taken."""

    question: str
    style: ActionStyle
    budget: Budget
    action: Action | None = Action.CLARIFY
    goal: Goal | None = None
    thoughts: list[str] = field(default_factory=list)
    path: list[Action] = field(default_factory=list)
    written: set[tuple[Action, str]] = field(default_factory=set)
    tokens: int = 0
    final: str = ""
    ended: FinishReason | None = None

    def prompt(self, action: Action) -> str:
        return action_prompt(self.style, action, question=self.question, thoughts=self.thoughts, goal=self.goal)

    def objection(self, action: Action, said: Said | Unread) -> Objection | Unread | None:
        """Why a reply should be asked for once more; None where it can be used as it is."""
        if isinstance(said, Unread):
            return said
        if self._is_repeated(action, said):
            return Objection.REPEATED
        if action is Action.ANSWER and "\\boxed{" not in said.thought:
            return Objection.UNBOXED
        names_goals = (action is Action.DECOMPOSE and said.goals) or (action is Action.REFLECTION and not said.is_met)
        if names_goals and not said.is_parent_met and self._in_hand.usable(said.goals) is None:
            return Objection.NO_NEW_GOAL
        return None

    def take(self, said: Said | Unread, *, density: float) -> None:
        """One reply, whose text has `density` tokens a character: by it is counted what of it enters the trace."""
        assert self.action is not None, "the trace has not ended"
        action, before = self.action, self._num_chars()
        self.path.append(action)
        if said is Unread.LOOPING or (isinstance(said, Said) and self._is_repeated(action, said)):
            self._end(FinishReason.LOOP)
        elif isinstance(said, Unread):
            self._fall_back(action)
        else:
            self.written.add((action, _flat(said.thought)))
            self._follow(action, said)
        self.tokens += round(density * (self._num_chars() - before))
        self._keep_within_budget()

    def break_off(self) -> None:
        """The next prompt would be longer than what the teacher reads."""
        self._end(FinishReason.LENGTH)

    def _follow(self, action: Action, said: Said) -> None:
        match action:
            case Action.CLARIFY:
                self.thoughts.append(said.thought)
                self.goal, self.action = Goal(said.goals[0]), said.next
            case Action.DECOMPOSE:
                self._decomposed(said)
            case Action.SOLUTION_STEP:
                self.thoughts.append(said.thought)
                self._worked(said.next)
            case Action.REFLECTION:
                self.thoughts.append(said.thought)
                self._checked(said)
            case Action.ANSWER:
                self.final = said.thought
                self._end(FinishReason.STOP)

    def _fall_back(self, action: Action) -> None:
        match action:
            case Action.CLARIFY:
                self.goal, self.action = Goal(self.style.goal), Action.DECOMPOSE
            case Action.DECOMPOSE:
                self.action = Action.SOLUTION_STEP
            case Action.SOLUTION_STEP:
                self._in_hand.visits += 1
                self._turn_away((), may_stay=False)
            case Action.REFLECTION:
                self._turn_away((), may_stay=True)
            case Action.ANSWER:
                self._end(FinishReason.LENGTH)

    @property
    def _in_hand(self) -> Goal:
        assert self.goal is not None, "the problem was clarified first"
        return self.goal

    def _decomposed(self, said: Said) -> None:
        usable = self._in_hand.usable(said.goals)
        if usable is None:
            self.thoughts.append(said.thought)
            self.action = said.next if not said.goals else Action.SOLUTION_STEP
            return
        self._in_hand.spare = [goal for goal in said.goals if goal != usable]
        self.thoughts.append(f"{said.thought} {usable}")
        self._take_up(usable)

    def _worked(self, following: Action | None) -> None:
        goal = self._in_hand
        goal.visits += 1
        is_bound = (following is Action.DECOMPOSE and goal.depth >= self.budget.max_depth) or (
            following is Action.SOLUTION_STEP and goal.visits >= self.budget.max_visits
        )
        self.action = Action.REFLECTION if is_bound else following

    def _checked(self, said: Said) -> None:
        goal = self._in_hand
        if said.is_parent_met and goal.parent is not None:
            goal.state = GoalState.SOLVED if said.is_met else GoalState.LEFT
            self._reached(goal.parent)
        elif said.is_met:
            self._reached(goal)
        else:
            self._turn_away(said.goals, may_stay=True)

    def _reached(self, goal: Goal) -> None:
        """On to the goal it serves, or to the answer."""
        goal.state = GoalState.SOLVED
        if goal.parent is None:
            self.goal, self.action = goal, Action.ANSWER
            return
        goal.parent.visits = 0
        self.goal, self.action = goal.parent, Action.DECOMPOSE

    def _turn_away(self, named: Sequence[str], *, may_stay: bool) -> None:
        """The goal in hand was not reached: another takes its place, or it is tried again while it may be.

        What the model names comes first, then what it once named beside the goal, then a new decomposition.
        """
        goal = self._in_hand
        other = goal.usable(named)
        is_spent = goal.visits >= self.budget.max_visits
        if other is None and may_stay and not is_spent:
            self.action = Action.SOLUTION_STEP
            return
        served = goal.give_up(is_spent=is_spent, max_visits=self.budget.max_visits)
        if served is None:
            self._end(FinishReason.LENGTH)
            return
        if goal.parent not in (None, served):
            other = None  # it would serve a goal that is given up as well
        self.goal, self.action = served, Action.DECOMPOSE
        other = other or served.usable(served.spare)
        if other is not None:
            self.thoughts.append(as_other_way(other))
            self._take_up(as_other_way(other))

    def _take_up(self, text: str) -> None:
        served = self._in_hand
        served.spare = [goal for goal in served.spare if goal_key(goal) != goal_key(text)]
        self.goal, self.action = served.subgoal(text), Action.SOLUTION_STEP

    def _is_repeated(self, action: Action, said: Said) -> bool:
        """Whether this was written before. Plans may sound alike; the goals they name must be new anyway."""
        return action is not Action.DECOMPOSE and (action, _flat(said.thought)) in self.written

    def _num_chars(self) -> int:
        return sum(map(len, self.thoughts)) + len(self.final)

    def _end(self, reason: FinishReason) -> None:
        self.action, self.ended = None, reason

    def _keep_within_budget(self) -> None:
        if self.action in (None, Action.ANSWER):
            return
        if len(self.path) >= self.budget.max_steps or self.tokens >= self.budget.max_tokens:
            self._end(FinishReason.LENGTH)


def _flat(text: str) -> str:
    return " ".join(text.casefold().split())
