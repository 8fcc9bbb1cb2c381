"""Reads a model's reply to an action: tags in our own form, and what models make of them."""

import re
from dataclasses import dataclass
from enum import StrEnum

from stages._actions_prompts import Action

TAGS = ("thought", "goal", "subgoal", "other", "goal_met", "parent_met", "new_goal", "answer", "next")
_TAG = re.compile(rf"</?(?:{'|'.join(TAGS)})>", re.IGNORECASE)
_NEXT = {
    Action.CLARIFY: (Action.DECOMPOSE, Action.SOLUTION_STEP),
    Action.DECOMPOSE: (Action.SOLUTION_STEP, Action.REFLECTION),
    Action.SOLUTION_STEP: (Action.REFLECTION, Action.SOLUTION_STEP, Action.DECOMPOSE),
}


class Unread(StrEnum):
    """Why a reply says nothing: its form is broken, or it began to repeat itself."""

    UNREADABLE = "unreadable"
    LOOPING = "looping"


class Objection(StrEnum):
    """What is wrong with a reply that can be read."""

    REPEATED = "repeated"
    NO_NEW_GOAL = "no_new_goal"
    UNBOXED = "unboxed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a reply says. `goals` are those it names, the preferred first; `next` is where it steers."""

    thought: str
    next: Action | None = None
    goals: tuple[str, ...] = ()
    is_met: bool = False
    is_parent_met: bool = False


def read(action: Action, text: str, *, finish_reason: str) -> Said | Unread:
    """A tag that was never closed ends at the next one, or with a text that the model itself ended."""
    if finish_reason == "loop":
        return Unread.LOOPING
    parts = _parts(text, is_whole=finish_reason == "stop")
    thought = _only(parts, "answer" if action is Action.ANSWER else "thought")
    if action is Action.ANSWER and not thought and finish_reason == "stop":
        thought = _TAG.sub("", text).strip()  # an answer is plain to see without its tag
    said = _said(action, thought, parts)
    return said if thought and said else Unread.UNREADABLE


def _said(action: Action, thought: str, parts: dict[str, list[str]]) -> Said | None:
    """None where something is missing that the action cannot do without."""
    following = _next(action, _only(parts, "next"))
    if action is Action.CLARIFY:
        goal = _only(parts, "goal")
        return Said(thought=thought, next=following, goals=(goal,)) if goal else None
    if action is Action.DECOMPOSE:
        goals = tuple(filter(_is_sentence, [*parts.get("subgoal", []), *parts.get("other", [])]))
        if not goals and following is not Action.REFLECTION:
            return None
        return Said(thought=thought, next=following if not goals else Action.SOLUTION_STEP, goals=goals)
    if action is Action.REFLECTION:
        met = _yes(_only(parts, "goal_met"))
        if met is None:
            return None
        goals = tuple(filter(_is_sentence, parts.get("new_goal", [])))
        return Said(thought=thought, is_met=met, is_parent_met=_yes(_only(parts, "parent_met")) is True, goals=goals)
    return Said(thought=thought, next=following)


def _parts(text: str, *, is_whole: bool) -> dict[str, list[str]]:
    """What stands in each tag, by its name; empty ones are left out."""
    found: dict[str, list[str]] = {}
    marks = list(_TAG.finditer(text))
    for index, mark in enumerate(marks):
        name = mark[0].strip("</>").lower()
        is_last = index + 1 == len(marks)
        inner = text[mark.end() : len(text) if is_last else marks[index + 1].start()].strip()
        if mark[0].startswith("</") or not inner or (is_last and not is_whole):
            continue
        found.setdefault(name, []).append(inner)
    return found


def _only(parts: dict[str, list[str]], name: str) -> str:
    return parts.get(name, [""])[0]


def _next(action: Action, said: str) -> Action | None:
    """The action a reply asks for where that is one of those it may, else the usual one."""
    allowed = _NEXT.get(action)
    if allowed is None:
        return None
    return next((one for one in allowed if one == said.strip().lower()), allowed[0])


def _is_sentence(goal: str) -> bool:
    """Not "none" or "n/a"."""
    return len(goal.split()) > 2


def _yes(said: str) -> bool | None:
    word = re.match(r"\W*(yes|true|no|false)\b", said.casefold())
    return None if word is None else word[1] in ("yes", "true")
