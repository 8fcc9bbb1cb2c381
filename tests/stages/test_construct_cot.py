import asyncio
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

import teachers
from pipeline.config import load_config
from pipeline.context import Context
from pipeline.errors import ConfigError
from pipeline.runner import NodeResult
from pipeline.session import run
from pipeline.stage import Reject
from stages._actions_goals import Goal, GoalState, as_other_way, goal_key
from stages._actions_prompts import Action
from stages._actions_reply import Said, Unread, read
from stages._actions_trace import Asked, Script, Trace
from stages.construct_cot import ConstructCot
from stages.records import Attempt, FinishReason
from teachers import Price, PromptTooLongError, ScriptedReply, TeacherConfig, TeacherRequest
from tests.pipeline.workshop import rows
from tests.stages.recipes import run_nodes
from tests.stages.test_distil import problem

CONFIGS = Path(__file__).parents[2] / "configs"
CLARIFY, DECOMPOSE, STEP, REFLECT, ANSWER = Action
OPEN, LEFT, SOLVED, TIMED_OUT = GoalState
ROOT = "Find the value of the product."


def thought(said: str, **tags: str | list[str]) -> str:
    lines = [f"<thought>{said}</thought>"]
    for name, values in tags.items():
        lines += [f"<{name}>{value}</{name}>" for value in ([values] if isinstance(values, str) else values)]
    return "\n".join(lines)


def on(action: Action, said: str, *also: str, hand: str = "", after: str = "", **options: Any) -> ScriptedReply:
    """A reply to `action`, only while the goal in hand begins with `hand` and the protocol ends with `after`."""
    standing = f"{after}\n\n# Where the work stands\nGoal in hand: {hand}.*" if hand else ""
    return ScriptedReply(
        match=f"{standing}next thought: {action}\n",
        text=said,
        also=also,
        **options,
    )


BEGIN = on(CLARIFY, thought("A product of two numbers is wanted.", goal=ROOT, next="decompose"))
PLAN = on(
    DECOMPOSE,
    thought(
        "Both are near ten.",
        subgoal="Perhaps I should first split 13.",
        other=["Alternatively, I could add 12 again and again.", "Alternatively, I could use squares."],
    ),
)
MET = on(REFLECT, thought("156 = 12 * 13, as 156 / 12 = 13.", goal_met="yes", parent_met="yes"))
END = on(ANSWER, r"<answer>As 120 + 36 = 156, it is \boxed{156}.</answer>")


def step(hand: str, said: str, following: str = "reflection") -> ScriptedReply:
    return on(STEP, thought(said, next=following), hand=hand)


def writer(*replies: ScriptedReply, name: str = "writer") -> TeacherConfig:
    return TeacherConfig(name=name, backend="scripted", replies=(*replies, BEGIN, PLAN, MET, END))


def walked(*replies: ScriptedReply, traces: int = 1, **options: Any) -> tuple[Trace, Attempt]:
    """The last of `traces` traces of one problem by a scripted teacher."""
    stage = ConstructCot(teacher=writer(*replies), **options)
    script = Script(
        writes=Asked(stage.teacher),
        reflects=Asked(stage.teacher),
        style=stage.style,
        budget=stage.budget,
        seed=0,
        revision="r",
    )
    counts: dict[str, float] = {}
    trace = Trace(
        script,
        problem("p", "What is 12 * 13?", "156"),
        traces - 1,
        teachers.load(stage.teacher).respond,
        lambda name, amount: counts.update({name: counts.get(name, 0) + amount}),
    )
    attempt = asyncio.run(trace.attempt())
    assert attempt is not None
    assert counts["traces"] == 1
    assert counts["tokens"] >= attempt.num_tokens
    return trace, attempt


def tree(trace: Trace) -> list[tuple[int, str, GoalState]]:
    """Depth, last word and state of each goal."""
    assert trace.walk.goal is not None
    goals = trace.walk.goal.root.tree()
    return [(goal.depth, goal.text.split()[-1].strip("."), goal.state) for goal in goals]


def test_a_trace_without_trouble_is_its_thoughts_in_order_and_the_text_of_the_answer():
    trace, attempt = walked(step("Perhaps", "12 * 13 = 12 * 10 + 12 * 3 = 156."))
    assert trace.walk.path == [CLARIFY, DECOMPOSE, STEP, REFLECT, ANSWER]
    assert tree(trace) == [(0, "product", SOLVED), (1, "13", SOLVED)]
    assert attempt.reasoning == (
        "A product of two numbers is wanted.\n\n"
        "Both are near ten. Perhaps I should first split 13.\n\n"
        "12 * 13 = 12 * 10 + 12 * 3 = 156.\n\n"
        "156 = 12 * 13, as 156 / 12 = 13."
    )
    assert attempt.final == r"As 120 + 36 = 156, it is \boxed{156}."
    assert (attempt.finish_reason, attempt.prompt_style) == (FinishReason.STOP, "actions-v1")
    assert 25 < attempt.num_tokens < 60


def not_met(hand: str, said: str, other: str = "none", after: str = "") -> ScriptedReply:
    return on(REFLECT, thought(said, goal_met="no", parent_met="no", new_goal=other), hand=hand, after=after)


def test_a_goal_that_is_not_reached_gives_way_and_may_be_taken_up_again():
    trace, attempt = walked(
        on(STEP, thought("Once more: 13 = 10 + 3, so 156.", next="reflection"), hand="Perhaps.*Tried.*squares"),
        step("Perhaps", "13 = 10 + 4, so 168."),
        step("Alternatively, I could use squares", "12.5^2 - 0.25 = 156.25?"),
        on(REFLECT, thought("156 / 12 = 13.", goal_met="yes", parent_met="yes"), hand="Perhaps.*Tried.*squares"),
        not_met("Perhaps", "168 / 12 = 14, not 13.", "Alternatively, I could use squares."),
        not_met("Alternatively, I could use", "Not whole.", "Alternatively, perhaps I should first split 13."),
    )
    assert trace.walk.path == [CLARIFY, DECOMPOSE, STEP, REFLECT, STEP, REFLECT, STEP, REFLECT, ANSWER]
    assert tree(trace) == [(0, "product", SOLVED), (1, "13", SOLVED), (1, "squares", LEFT)]
    assert "168 / 12 = 14, not 13.\n\nAlternatively, I could use squares.\n\n12.5^2" in attempt.reasoning
    assert attempt.finish_reason is FinishReason.STOP


def test_a_goal_visited_too_often_is_given_up_for_another_that_was_named_beside_it():
    trace, attempt = walked(
        on(STEP, thought("Again: 13 = 10 + 4.", next="reflection"), hand="Perhaps", after="That is 15."),
        step("Perhaps", "13 = 10 + 5."),
        step("Alternatively, I could add", "12 + 12 + ... = 156."),
        not_met("Perhaps", "That is 14.", after="10 [+] 4."),
        not_met("Perhaps", "That is 15."),
        max_visits=2,
    )
    assert trace.walk.path == [CLARIFY, DECOMPOSE, STEP, REFLECT, STEP, REFLECT, STEP, REFLECT, ANSWER]
    assert tree(trace) == [(0, "product", SOLVED), (1, "13", TIMED_OUT), (1, "again", SOLVED)]
    assert "That is 14.\n\nAlternatively, I could add 12 again and again.\n\n12 + 12" in attempt.reasoning


def test_what_is_given_up_or_reached_is_not_taken_up_again():
    root = Goal(ROOT)
    first, second = root.subgoal("Split 13"), root.subgoal("Use squares")
    first.state, second.state = SOLVED, TIMED_OUT
    third = root.subgoal("Add up")
    named = ["Alternatively, split 13.", "Use squares!", "Alternatively, add up", ROOT]
    assert third.usable(named) is None
    assert third.usable([*named, "Look again"]) == "Look again"
    assert root.usable(named) == "Alternatively, add up"


def test_a_goal_under_which_nothing_comes_off_is_given_up_too():
    trace, attempt = walked(
        on(DECOMPOSE, thought("Deeper.", subgoal="Write 13 as sum"), hand="Perhaps"),
        step("Perhaps", "It takes two sums.", "decompose"),
        step("Write 13", "13 = 7 + 7."),
        step("Alternatively, write 13 as difference", "13 = 20 - 8."),
        step("Alternatively, I could add", "12 + 12 + ... = 156."),
        not_met("Write", "That is 14.", "Write 13 as difference"),
        not_met("Alternatively, write", "That is 12.", "Write 13 as quotient"),
        max_visits=3,
    )
    assert tree(trace) == [
        (0, "product", SOLVED),
        (1, "13", TIMED_OUT),
        (2, "sum", LEFT),
        (2, "difference", LEFT),
        (1, "again", SOLVED),
    ]
    assert attempt.finish_reason is FinishReason.STOP


def test_a_trace_ends_where_even_the_goal_of_the_problem_is_given_up():
    trace, attempt = walked(
        step("Perhaps", "13 = 10 + 5."),
        step("Alternatively, I could use", "12.5^2 = 156."),
        not_met("Perhaps", "That is 15.", "Alternatively, I could use squares."),
        not_met("Alternatively", "It is not.", "Alternatively, I could guess."),
        max_visits=2,
    )
    assert [state for _, _, state in tree(trace)] == [OPEN, LEFT, LEFT]
    assert (attempt.finish_reason, attempt.final) == (FinishReason.LENGTH, "")


def test_subgoals_nest_to_the_depth_allowed_and_reached_ones_lead_back():
    replies = (
        on(DECOMPOSE, thought("All there.", next="reflection"), hand="Perhaps.*Reached:"),
        on(DECOMPOSE, thought("Deeper.", subgoal="Write 13 as sum"), hand="Perhaps"),
        on(DECOMPOSE, thought("All is there now.", next="reflection"), hand="Find.*Reached:"),
        step("Perhaps", "It takes two sums.", "decompose"),
        step("Write 13", "13 = 10 + 3, in two parts.", "decompose"),
        on(REFLECT, thought("10 + 3 = 13.", goal_met="yes", parent_met="no"), hand="Write"),
        on(REFLECT, thought("120 + 36 = 156.", goal_met="yes", parent_met="no"), hand="Perhaps"),
        on(REFLECT, thought("156 it is.", goal_met="yes", parent_met="yes"), hand="Find"),
    )
    deep, _ = walked(*replies, max_depth=2)
    work = [DECOMPOSE, STEP, DECOMPOSE, STEP, REFLECT]
    assert deep.walk.path == [CLARIFY, *work, DECOMPOSE, REFLECT, DECOMPOSE, REFLECT, ANSWER]
    assert tree(deep) == [(0, "product", SOLVED), (1, "13", SOLVED), (2, "sum", SOLVED)]
    flat, _ = walked(*replies, max_depth=1)
    assert flat.walk.path == [CLARIFY, DECOMPOSE, STEP, REFLECT, DECOMPOSE, REFLECT, ANSWER]


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"max_steps": 3}, [CLARIFY, DECOMPOSE, STEP]),
        ({"max_tokens": 9}, [CLARIFY, DECOMPOSE]),
        ({"max_steps": 4}, [CLARIFY, DECOMPOSE, STEP, REFLECT, ANSWER]),
    ],
)
def test_a_budget_ends_a_trace_without_an_answer_but_an_answer_is_outside_of_it(options, path):
    trace, attempt = walked(step("Perhaps", "12 * 13 = 156."), **options)
    assert trace.walk.path == path
    ended = FinishReason.STOP if ANSWER in path else FinishReason.LENGTH
    assert (attempt.finish_reason, bool(attempt.final)) == (ended, ended is FinishReason.STOP)


def test_a_model_that_goes_round_in_circles_ends_as_a_loop():
    trace, attempt = walked(step("Perhaps", "12 * 13 = 156, or is it?", "solution_step"))
    assert trace.walk.path == [CLARIFY, DECOMPOSE, STEP, STEP]
    assert (attempt.finish_reason, attempt.final) == (FinishReason.LOOP, "")
    assert attempt.reasoning.count("or is it?") == 1
    _, cut = walked(on(STEP, "<thought>12 12 12 12", finish_reason="loop"))
    assert cut.finish_reason is FinishReason.LOOP


def test_a_reply_out_of_form_is_asked_for_again_as_another_sample():
    bad = "Sure! First we split 13."
    good = thought("12 * 13 = 156.", next="reflection")
    trace, attempt = walked(on(STEP, bad, good))
    assert attempt.reasoning.count("12 * 13 = 156.") == 1
    assert "Sure" not in attempt.reasoning
    assert tree(trace)[-1] == (1, "13", SOLVED)
    seventh, _ = walked(on(STEP, *["" for _ in range(13)], good), traces=7)
    assert seventh.walk.path == trace.walk.path


@pytest.mark.parametrize("broken", ["", "no tags here", "<thought>", "</goal><next>fly</next>"])
def test_a_model_that_never_keeps_the_form_gets_an_end_and_no_exception(broken):
    every = [on(action, broken) for action in Action]
    trace, attempt = walked(*every)
    assert attempt.finish_reason is FinishReason.LENGTH
    assert attempt.reasoning == ""
    assert trace.walk.path[:3] == [CLARIFY, DECOMPOSE, STEP]


@pytest.mark.parametrize(
    ("broken", "path"),
    [
        (CLARIFY, [CLARIFY, DECOMPOSE, STEP, REFLECT, ANSWER]),
        (DECOMPOSE, [CLARIFY, DECOMPOSE, STEP, REFLECT, ANSWER]),
        (STEP, [CLARIFY, DECOMPOSE, STEP, STEP, STEP, DECOMPOSE, STEP]),
        (REFLECT, [CLARIFY, DECOMPOSE, STEP, REFLECT, STEP]),
        (ANSWER, [CLARIFY, DECOMPOSE, STEP, REFLECT, ANSWER]),
    ],
)
def test_each_action_falls_back_where_its_form_is_broken_twice(broken, path):
    trace, attempt = walked(on(broken, ""), step("", "12 * 13 = 156."))
    assert trace.walk.path[: len(path)] == path
    assert attempt.finish_reason is {
        REFLECT: FinishReason.LOOP,  # the same work was done once more
        ANSWER: FinishReason.LENGTH,
        STEP: FinishReason.LENGTH,
    }.get(broken, FinishReason.STOP)


def test_an_answer_without_a_box_is_asked_for_again_and_then_taken_as_it_is():
    work = step("Perhaps", "12 * 13 = 156.")
    _, boxed = walked(work, on(ANSWER, "<answer>156</answer>", r"It is \boxed{156}."))
    _, bare = walked(work, on(ANSWER, "<answer>156</answer>"))
    assert (boxed.final, bare.final) == (r"It is \boxed{156}.", "156")
    assert bare.finish_reason is FinishReason.STOP


def test_a_prompt_that_outgrows_the_teacher_ends_the_trace_and_a_problem_that_does_is_rejected(tmp_path):
    stage = ConstructCot(teacher=writer(step("Perhaps", "12 * 13 = 156.")), traces=2)
    teacher = teachers.load(stage.teacher)

    sizes = []

    async def short(request: TeacherRequest, limit: int) -> Any:
        sizes.append(len(request.messages[0].content))
        if len(request.messages[0].content) > limit:
            raise PromptTooLongError("too long")
        return await teacher.respond(request)

    def result(limit: int) -> Any:
        with stage.open(Context(node="n", scratch=tmp_path)) as fn:
            return asyncio.run(fn(problem(), lambda request: short(request, limit)))

    assert [attempt.finish_reason for attempt in result(1_000_000)] == [FinishReason.STOP] * 2
    assert [attempt.finish_reason for attempt in result(max(sizes) - 1)] == [FinishReason.LENGTH] * 2
    assert isinstance(result(100), Reject)
    assert result(100).reason == "prompt_too_long"


def test_prompts_grow_at_the_end_so_that_what_was_read_is_not_read_again():
    trace, _ = walked(step("Perhaps", "12 * 13 = 156."))
    walk = trace.walk
    walk.thoughts.pop()
    earlier = walk.prompt(REFLECT)
    walk.thoughts.append("One more.")
    kept, standing, _ = earlier.partition("\n\n# Where the work stands")
    assert standing
    assert kept.endswith("12 * 13 = 156.")
    assert walk.prompt(STEP).startswith(f"{kept}\n\nOne more.\n\n# Where the work stands")


@pytest.mark.parametrize(
    ("action", "text", "said"),
    [
        (CLARIFY, "<thought>a b</thought><goal>Find x</goal>", Said(thought="a b", next=DECOMPOSE, goals=("Find x",))),
        (CLARIFY, "<thought>a b</thought>", Unread.UNREADABLE),
        (DECOMPOSE, "<thought>a</thought>", Unread.UNREADABLE),
        (
            DECOMPOSE,
            "Well.\n<Thought>a\n<subgoal>Find the x\n<other>n/a</other>",
            Said(thought="a", next=STEP, goals=("Find the x",)),
        ),
        (STEP, "<thought>a</thought> <next> Decompose </next>", Said(thought="a", next=DECOMPOSE)),
        (STEP, "<thought>a</thought><next>answer</next>", Said(thought="a", next=REFLECT)),
        (STEP, "<thought>if a < b and b <c> d, a < d", Said(thought="if a < b and b <c> d, a < d", next=REFLECT)),
        (REFLECT, "<thought>a</thought>", Unread.UNREADABLE),
        (
            REFLECT,
            "<thought>a</thought><goal_met>**No**, since</goal_met><new_goal>None</new_goal>",
            Said(thought="a"),
        ),
        (ANSWER, "It is 4.", Said(thought="It is 4.")),
    ],
)
def test_replies_are_read_as_models_write_them(action, text, said):
    assert read(action, text, finish_reason="stop") == said


def test_a_reply_that_was_cut_off_is_read_only_where_it_is_whole():
    assert read(STEP, "<thought>a, and so", finish_reason="length") is Unread.UNREADABLE
    assert read(STEP, "<thought>a</thought>\n<next>ref", finish_reason="length") == Said(thought="a", next=REFLECT)
    assert read(ANSWER, "It is", finish_reason="length") is Unread.UNREADABLE


def test_goals_are_the_same_by_their_words():
    assert goal_key("Alternatively,  Use squares.") == goal_key("use squares")
    assert [as_other_way(text) for text in ("Use x", "I could", "alternatively use x", "X = 3")] == [
        "Alternatively, use x",
        "Alternatively, I could",
        "alternatively use x",
        "Alternatively, X = 3",
    ]


# In a recipe


SCRIPT = writer(
    on(
        STEP,
        thought("13 = 10 + 4, so 168.", next="reflection"),
        "",
        thought("12 * 13 = 156.", next="reflection"),
        "",
        hand="Perhaps",
    ),
    step("Alternatively", "12 + 12 + ... = 156."),
    not_met("Perhaps", "168 / 12 = 14.", "Alternatively, I could add 12 again and again.", after="168."),
)


def given(config: TeacherConfig) -> dict[str, Any]:
    replies = [{**asdict(reply), "also": list(reply.also)} for reply in config.replies]
    return {"name": config.name, "backend": "scripted", "replies": replies}


def recipe(folder: Path, **options: Any) -> dict[str, Any]:
    questions = folder / "questions.jsonl"
    lines = [f'{{"question": "What is 12 * 13, page {n}?", "answer": "156"}}' for n in range(3)]
    questions.write_text("\n".join(lines) + "\n")
    return {
        "pages": {"uses": "read_jsonl", "with": {"paths": [str(questions)], "source": "test"}},
        "candidates": {"uses": "mark_verifiability", "needs": "pages"},
        "checkable": {
            "uses": "keep_verifiable",
            "needs": "candidates",
            "with": {"file": str(CONFIGS / "filters" / "verifiability.yaml")},
        },
        "problems": {"uses": "gate_golds", "needs": "checkable"},
        "built": {"uses": "construct_cot", "needs": "problems", "with": options},
    }


def made(nodes: dict[str, NodeResult]) -> list[dict[str, Any]]:
    return rows(nodes["built"].artifact)


def counted(nodes: dict[str, NodeResult], name: str) -> float:
    return nodes["built"].manifest.totals.counters.get(name, 0)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, NodeResult]]:
    folder = tmp_path_factory.mktemp("built")
    nodes = recipe(folder, teacher=given(SCRIPT), traces=2)
    nodes["verdicts"] = {"uses": "verify", "needs": "built", "side": {"problems": "problems"}}
    return folder, run_nodes(folder / "run", nodes)


def test_traces_differ_by_their_samples_and_go_on_to_the_verifier(built):
    _, nodes = built
    attempts = made(nodes)
    assert [row["sample"] for row in attempts] == [0, 1] * 3
    assert len({row["seed"] for row in attempts}) == 6
    assert ["Alternatively, I could add" in row["reasoning"] for row in attempts] == [True, False] * 3
    assert {row["outcome"] for row in rows(nodes["verdicts"].artifact)} == {"correct"}
    assert (counted(nodes, "traces"), counted(nodes, "goals_left")) == (6, 3)


def test_the_same_run_gives_the_same_rows_and_more_traces_leave_the_first_as_they_were(built):
    folder, nodes = built
    more = run_nodes(folder / "more", recipe(folder, teacher=given(SCRIPT), traces=4))
    assert [row for row in made(more) if row["sample"] < 2] == made(nodes)


def test_the_journal_of_a_run_can_be_its_teacher(built):
    folder, nodes = built
    teacher = {"name": "writer", "backend": "replay"}
    journal = str(folder / "run" / "store" / "journal")
    # The third trace of each problem is not in it.
    replayed = run_nodes(folder / "replayed", recipe(folder, teacher=teacher, recording=journal, traces=3))
    told = [{**row, "revision": ""} for row in made(replayed)]
    assert told == [{**row, "revision": ""} for row in made(nodes)]


def test_a_reflector_of_its_own_is_asked_for_reflections_and_for_nothing_else(built):
    folder, nodes = built
    strict = TeacherConfig(
        name="strict",
        backend="scripted",
        replies=(
            replace(SCRIPT.replies[2], text=thought("14, says the judge.", goal_met="no", new_goal="Count in dozens")),
            on(REFLECT, thought("I am content.", goal_met="yes", parent_met="yes")),
        ),
    )
    options = {"teacher": given(SCRIPT), "reflector": given(strict), "traces": 2}
    nodes_ = recipe(folder, **options)
    nodes_["plain"] = {**nodes_["built"], "with": {"teacher": given(SCRIPT), "traces": 2}}
    both = run_nodes(folder / "reflected", nodes_)
    assert all("content." in row["reasoning"] and "156 / 12" not in row["reasoning"] for row in made(both))
    assert "Alternatively, count in dozens" in made(both)[0]["reasoning"]
    assert 0 < counted(both, "reflector_tokens") < counted(both, "tokens")
    assert {row["revision"] for row in made(both)}.isdisjoint(row["revision"] for row in made(nodes))
    # The writer's answers are its own: what both nodes ask of it is paid for once.
    assert rows(both["plain"].artifact) == made(nodes)
    assert both["plain"].manifest.totals.counters.get("reused", 0) + counted(both, "reused") >= 12


def test_what_it_costs_is_told_by_the_prices_of_both_teachers():
    cheap, dear = (replace(SCRIPT, price=Price(per_million_tokens=price)) for price in (1.0, 10.0))
    counters = {"tokens": 3e6, "reflector_tokens": 1e6, "asked": 5.0}
    assert ConstructCot(teacher=cheap).cost(counters, 0) == (3.0, "USD")
    assert ConstructCot(teacher=cheap, reflector=dear).cost(counters, 0) == (12.0, "USD")
    assert ConstructCot(teacher=SCRIPT, reflector=dear).cost(counters, 0) == (10.0, "USD")
    assert ConstructCot(teacher=SCRIPT).cost(counters, 0) is None
    euros = replace(SCRIPT, price=Price(per_million_tokens=1.0, currency="EUR"))
    assert ConstructCot(teacher=euros, reflector=dear).cost(counters, 0) is None


def test_wrong_options_say_what_would_be_right():
    with pytest.raises(ValueError, match="max_depth is 0; it must be at least 1"):
        ConstructCot(teacher=SCRIPT, max_depth=0)
    with pytest.raises(ConfigError, match="no style 'x' of action prompts; styles: actions-v1"):
        ConstructCot(teacher=SCRIPT, style="x")
    with pytest.raises(ValueError, match="name one"):
        ConstructCot(teacher=SCRIPT, reflector_weights=Path("w"))


def test_the_recipe_runs_and_its_second_traces_turn_to_another_way(tmp_path):
    overrides = [f"exports={tmp_path / 'exports'}", "words.limit=4"]
    path = CONFIGS / "paper" / "action-prompting.yaml"
    recipe = load_config(path, overrides=overrides, store=str(tmp_path / "store"))
    nodes = {node.node: node for node in run(recipe).nodes}
    attempts = rows(nodes["constructed"].artifact)
    assert ["Alternatively" in row["reasoning"] for row in attempts] == [False, True] * 4
    assert nodes["sft"].manifest.totals.rows_out > 0
