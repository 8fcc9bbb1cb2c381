"""What a model is told at each action of a constructed trace. A changed word is a new style.

The problem and the thoughts so far stand first and only grow, so that an engine which keeps the prefixes of its prompts
reads each thought once; what changes from action to action stands at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.errors import ConfigError
from stages._actions_goals import Goal, GoalState


class Action(StrEnum):
    CLARIFY = "clarify"
    DECOMPOSE = "decompose"
    SOLUTION_STEP = "solution_step"
    REFLECTION = "reflection"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionStyle:
    """`goal` stands for the problem's goal where the model names none."""

    opening: str
    asks: dict[Action, str]
    goal: str


OPENING = """\
You are a mathematician who thinks aloud while working on a problem with pen and paper. The protocol of your thoughts is
read later by a student who wants to learn how to think, not only what the answer is. You continue it thought by
thought; each time you are told what kind of thought comes next. Write in the first person, as one steady voice that
goes on where the protocol stops: no headings, no lists of steps, no greeting, no talk about these directions, and
nothing that the protocol says already. Formulas are LaTeX. There is no computer and no calculator: all you have is
your head, paper and these thoughts.
"""

CLARIFY = """\
Begin the protocol. In two to four short sentences of your own say what is given, what is asked for, and where one could
misread the problem: a unit, a range and whether its ends belong to it, something that is assumed without being said.
Compute nothing and make no plan yet. Then put into one sentence what must be found, and in which form.

Answer in exactly this form:
<thought>your sentences</thought>
<goal>the one sentence</goal>
<next>decompose</next>

Write <next>solution_step</next> instead if one short calculation is certain to reach the goal."""

DECOMPOSE = """\
Decide what to find out next for the goal in hand. Think it over in one to three sentences: what do I have by now, and
what is the smallest thing that would bring me nearer? Then name that thing as a subgoal in one sentence, one that a few
lines on paper can settle. Put it as somebody who is not certain that this way leads anywhere ("Perhaps I should
first ..."). Name also two different ways to go on in its place; each of these two sentences begins with
"Alternatively,". None of the three may say again what is listed as reached or given up. A check of what you have is not
a subgoal: checks come by themselves. Do not start to work on the subgoal.

Answer in exactly this form:
<thought>your considerations</thought>
<subgoal>one sentence</subgoal>
<other>Alternatively, ...</other>
<other>Alternatively, ...</other>
<next>solution_step</next>

If the protocol already contains all that the goal in hand asks for, write only
<thought>one sentence that says so</thought>
<next>reflection</next>"""

SOLUTION_STEP = """\
Do the work for the goal in hand, and for nothing beyond it. Be pedantic: each sentence carries a formula or a number,
each line follows from the one before by a rule that you name, no sign, unit, case or condition is passed over, and
small calculations are written out. At most some 150 words. If you notice that something said before is wrong, say so
and go on with what is right. End with what you now have for the goal in hand.

Answer in exactly this form:
<thought>the work</thought>
<next>reflection</next>

Write <next>solution_step</next> instead if the goal in hand needs more work of the same kind, or
<next>decompose</next> if it turns out to be too large to be reached in one go."""

REFLECTION = """\
Check the last result with suspicion, in few lines and by another way than the one it was found: put it back into the
conditions of the problem, go backwards from it, try a special case, an estimate or a count of a different kind. Carry
the check out with numbers; that it "looks right" is no check. State the result again as it stands after the check. If
something does not agree, say where the mistake is, or why this way leads nowhere.

Then decide, strictly:
- goal_met: has the protocol reached the goal in hand, with a result that survived the check?
- parent_met: is the goal that it serves reached as well, in full?
- If the goal in hand is not met: what to try in its place, in one sentence that begins with "Alternatively,". It must
  differ from the goal in hand and from all that is listed as reached or given up; something that was only tried before
  may be taken up again.

Answer in exactly this form:
<thought>the check and the result</thought>
<goal_met>yes or no</goal_met>
<parent_met>yes or no</parent_met>
<new_goal>Alternatively, ... (only if goal_met is no)</new_goal>"""

ANSWER = """\
The work is done. Tell the result to the person who posed the problem: one or two sentences with the reason that decides
it, then the final answer once, inside \\boxed{}. The box holds exactly what the problem asks for and nothing else: the
value in the form that was asked for, a fraction in lowest terms, the letter where options were given, no sentence.

Answer in exactly this form:
<answer>your sentences, with \\boxed{...}</answer>"""

STYLES = {
    "actions-v1": ActionStyle(
        opening=OPENING,
        asks={
            Action.CLARIFY: CLARIFY,
            Action.DECOMPOSE: DECOMPOSE,
            Action.SOLUTION_STEP: SOLUTION_STEP,
            Action.REFLECTION: REFLECTION,
            Action.ANSWER: ANSWER,
        },
        goal="Find what the problem asks for.",
    )
}


def action_style(name: str) -> ActionStyle:
    if name not in STYLES:
        raise ConfigError(f"there is no style {name!r} of action prompts; styles: {', '.join(sorted(STYLES))}")
    return STYLES[name]


def action_prompt(
    style: ActionStyle, action: Action, *, question: str, thoughts: Sequence[str], goal: Goal | None
) -> str:
    """The whole turn; `goal` is the goal in hand, None before the problem was clarified."""
    protocol = "\n\n".join(thoughts) or "(It is still empty.)"
    parts = [style.opening, f"# The problem\n{question}", f"# The protocol so far\n{protocol}"]
    if goal is not None:
        parts.append(f"# Where the work stands\n{_standing(goal)}")
    return "\n\n".join([*parts, f"# The next thought: {action}\n{style.asks[action]}"])


def _standing(goal: Goal) -> str:
    """The goal in hand, the one it serves, and what became of the others."""
    told = [f"Goal in hand: {goal.text}"]
    if goal.parent is None:
        told.append("It is the goal of the whole problem and serves no other (parent_met: no).")
    else:
        told.append(f"It serves this goal: {goal.parent.text}")
        if goal.parent.parent is not None:
            told.append(f"All of it serves the problem's goal: {goal.root.text}")
    for said, state in (
        ("Reached", GoalState.SOLVED),
        ("Tried and left, may be taken up again", GoalState.LEFT),
        ("Given up for good", GoalState.TIMED_OUT),
    ):
        texts = [f"- {one.text}" for one in goal.root.tree() if one.state is state]
        told += [f"{said}:", *texts] if texts else []
    return "\n".join(told)
