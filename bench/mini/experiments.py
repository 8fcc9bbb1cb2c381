"""Which runs the paper in miniature consists of, what each is to show, and from which figure on it has shown it.

The thresholds were written down before the runs that the page reports, and hold for every seed by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.mini.facts import Facts

SEEDS = (0, 1, 2)

Of = Callable[[str], Facts]


@dataclass(frozen=True, kw_only=True)
class Check:
    """A figure that one seed's runs give, and the least that it must be."""

    what: str
    figure: Callable[[Of], float]
    at_least: float
    unit: str = "points"


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A picture: one metric of the arms over the steps."""

    metric: str
    unit: str
    percent: bool = True


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """What the paper found and how it is asked here; `told` says why it may come out so, and holds either way.

    arms -- the runs compared, by the words that the page has for them
    """

    name: str
    title: str
    paper: str
    here: str
    told: str
    arms: Mapping[str, str]
    checks: Sequence[Check]
    curves: Sequence[Curve]


ACCURACY = Curve(metric="accuracy", unit="percent of responses that are right")
LENGTH = Curve(metric="len/mean", unit="tokens of a response", percent=False)
TRUNCATED = Curve(metric="truncated", unit="percent of responses cut off")
REPEATED = Curve(metric="repeated_tokens", unit="percent of tokens in a 4-gram seen before")


def gap(better: str, worse: str, key: str = "accuracy") -> Callable[[Of], float]:
    """How far the held-out figure of one run lies above that of another; shares in points."""
    scale = 1 if key == "len" else 100
    return lambda of: scale * (of(better).after(key) - of(worse).after(key))


EXPERIMENTS = (
    Experiment(
        name="long-cot",
        title="Long chains of thought before reinforcement learning",
        paper="Fine-tuning on long chains of thought raises what reinforcement learning comes to; short ones saturate.",
        here="The same training of two models: one has seen three long responses in ten, the other guesses alone.",
        told="Both begin at an accuracy of about the guess; what reinforcement learning can choose from "
        "decides what it comes to.",
        arms={"long and short": "classic", "short alone": "short"},
        checks=(
            Check(
                what="accuracy after RL, long and short over short alone", figure=gap("classic", "short"), at_least=15
            ),
            Check(
                what="responses that think after RL, long and short",
                figure=lambda of: 100 * of("classic").after("think"),
                at_least=95,
                unit="percent",
            ),
        ),
        curves=(ACCURACY, LENGTH),
    ),
    Experiment(
        name="classic",
        title="The classic reward runs to the window",
        paper="With 1 for right and 0 for wrong, length grows until the window cuts responses off, and accuracy falls; "
        "the share that is cut off levels off below 1.",
        here="Chains that stop anywhere; longer ones are right more often, and one prompt in three needs more than the "
        "budget of 20 tokens.",
        told="A truncated answer earns what a wrong one earns, so the classic reward has no reason to stop "
        "where a prompt needs more than the budget.",
        arms={"classic": "window-classic"},
        checks=(
            Check(
                what="length after RL as a share of the budget",
                figure=lambda of: 100 * of("window-classic").after("len") / 20,
                at_least=85,
                unit="percent",
            ),
            Check(
                what="responses cut off, highest in training over before",
                figure=lambda of: (
                    100 * (of("window-classic").peak("truncated") - of("window-classic").before("truncated"))
                ),
                at_least=5,
            ),
            Check(
                what="fall of the accuracy in training from its highest to its last",
                figure=lambda of: 100 * (of("window-classic").peak("accuracy") - of("window-classic").last("accuracy")),
                at_least=10,  # the highest of fifty means lies some points above the rest by chance
            ),
        ),
        curves=(LENGTH, TRUNCATED, ACCURACY),
    ),
    Experiment(
        name="cosine",
        title="The cosine reward holds length",
        paper="A reward that depends on length, with a penalty for what does not end, keeps length within the window.",
        here="The same model, prompts and budget under both rewards.",
        told="What does not end costs 10, so the policy stops short of the window, and stops early where it "
        "cannot be right.",
        arms={"classic": "window-classic", "cosine": "window-cosine"},
        checks=(
            Check(
                what="responses cut off after RL, classic over cosine",
                figure=gap("window-classic", "window-cosine", "truncated"),
                at_least=5,
            ),
            Check(
                what="responses that end after RL, cosine",
                figure=lambda of: 100 - 100 * of("window-cosine").after("truncated"),
                at_least=95,
                unit="percent",
            ),
            Check(
                what="length after RL, classic over cosine",
                figure=gap("window-classic", "window-cosine", "len"),
                at_least=1,
                unit="tokens",
            ),
        ),
        curves=(LENGTH, TRUNCATED, ACCURACY),
    ),
    Experiment(
        name="repetition",
        title="A reward for length is hacked by repetition",
        paper="Where length is rewarded, the model repeats itself; a dense penalty on repeated n-grams stops it.",
        here="Right answers earn 0 to 10 with their length (the paper's reward A). The teacher hesitated now and then "
        "with a token that means nothing.",
        told="Waiting costs nothing and earns; the penalty leaves the few tokens that repeat no 4-gram.",
        arms={"reward A": "hack", "reward A and penalty": "hack-penalty"},
        checks=(
            Check(
                what="repeated tokens at the end, without the penalty",
                figure=lambda of: 100 * of("hack").last("repeated_tokens"),
                at_least=30,
                unit="percent",
            ),
            Check(
                what="tokens not repeated at the end, with the penalty",
                figure=lambda of: 100 - 100 * of("hack-penalty").last("repeated_tokens"),
                at_least=90,
                unit="percent",
            ),
            Check(
                what="length after RL, without the penalty over with it",
                figure=gap("hack", "hack-penalty", "len"),
                at_least=8,
                unit="tokens",
            ),
        ),
        curves=(REPEATED, LENGTH, ACCURACY),
    ),
    Experiment(
        name="discount",
        title="A smaller discount factor shortens sight",
        paper="With a smaller factor for correctness the model becomes short-sighted and does worse.",
        here="The classic run again, with a reward that fades with the tokens before it.",
        told="A long answer ends ten tokens after a guess; at 0.9 that leaves a third of its reward, which "
        "then is worth less than a guess.",
        arms={"gamma 1": "classic", "gamma 0.95": "gamma-0.95", "gamma 0.9": "gamma-0.9"},
        checks=(
            Check(what="accuracy after RL, gamma 1 over 0.9", figure=gap("classic", "gamma-0.9"), at_least=10),
            Check(
                what="length after RL, gamma 1 over 0.9",
                figure=gap("classic", "gamma-0.9", "len"),
                at_least=3,
                unit="tokens",
            ),
        ),
        curves=(ACCURACY, LENGTH),
    ),
    Experiment(
        name="ratio",
        title="The less a right answer earns against a wrong one, the longer the chains",
        paper="A lower ratio of the rewards for right and wrong answers lengthens chains.",
        here="Right answers earn 2 to 1 (default), 6 to 5 (B) or 10 to 9 (C) where wrong ones earn -10 to 0. Waiting "
        "brings nothing, and of ten prompts six have golds that are random or cannot be checked.",
        told="A wrong answer costs less the longer it is, a right one earns hardly less; the more weight the "
        "first has, the longer the answers.",
        arms={"default": "ratio", "B": "ratio-b", "C": "ratio-c"},
        checks=(
            Check(
                what="length after RL, default over C",
                figure=gap("ratio", "ratio-c", "len"),
                at_least=5,
                unit="tokens",
            ),
        ),
        curves=(LENGTH, ACCURACY),
    ),
    Experiment(
        name="noise",
        title="Filtered noisy prompts with a rule verifier",
        paper="With a rule verifier, prompts of the web that were filtered beat those that were not.",
        here="Of four prompts one has a right gold, one a random digit, and two one that no rule can check. Kept are "
        "those with whose gold one of two samples of a noisy teacher agrees; as many prompts and steps for both.",
        told="Random golds reward chance and golds that cannot be checked reward nothing; either costs gradient.",
        arms={"right golds": "classic", "filtered": "filtered", "unfiltered": "noisy"},
        checks=(
            Check(what="accuracy after RL, filtered over unfiltered", figure=gap("filtered", "noisy"), at_least=3),
        ),
        curves=(ACCURACY,),
    ),
)
