"""What a training file may say of rewards. Constants of the seed paper are named where they stand."""

from dataclasses import dataclass, field
from typing import Literal

from trainer.config import at_least_one, exactly_one
from trainer.errors import TrainConfigError


@dataclass(frozen=True, kw_only=True)
class ClassicConfig:
    """By outcome alone.

    correct, wrong -- what each is worth
    """

    correct: float = 1.0
    wrong: float = 0.0


@dataclass(frozen=True, kw_only=True)
class CosineConfig:
    """Rewards at length 0 and at the budget; half a cosine between them (the paper's defaults, its section 4.2).

    correct_at_0, correct_at_max -- of right answers
    wrong_at_0, wrong_at_max     -- of wrong ones
    """

    correct_at_0: float = 2.0
    correct_at_max: float = 1.0
    wrong_at_0: float = -10.0
    wrong_at_max: float = 0.0


@dataclass(frozen=True, kw_only=True)
class RepetitionConfig:
    """Every token of an n-gram that stood before gets `penalty`, once (the paper's algorithm 1).

    ngram -- in tokens
    """

    ngram: int = 40
    penalty: float = -0.05

    def __post_init__(self) -> None:
        at_least_one(self, "ngram")
        _no_bonus("reward.repetition.penalty", self.penalty)


@dataclass(frozen=True, kw_only=True)
class WordRepetitionConfig:
    """Of wrong answers: `max_penalty` times the share of word n-grams that stood before, added to the outcome.

    ngram -- in words
    """

    ngram: int = 20
    max_penalty: float = -0.5

    def __post_init__(self) -> None:
        at_least_one(self, "ngram")
        _no_bonus("reward.word_repetition.max_penalty", self.max_penalty)


@dataclass(frozen=True, kw_only=True)
class KlConfig:
    """The distance to the initial policy, `coef` times an estimate a token.

    where   -- "reward": -coef * estimate is added a token; "loss": coef * the estimate's mean joins the policy loss
    estimator -- of d, the log-probability of a token less that by the initial policy: k1 is d, k2 d^2 / 2,
                 k3 exp(-d) - 1 + d
    stream  -- in the reward: "own" has the discount `discount.kl`; "split" spreads it evenly over the other streams, as
               the paper's code does
    """

    coef: float = 0.0
    where: Literal["reward", "loss"] = "reward"
    estimator: Literal["k1", "k2", "k3"] = "k1"
    stream: Literal["own", "split"] = "own"

    def __post_init__(self) -> None:
        if self.coef < 0:
            raise TrainConfigError(f"reward.kl.coef is {self.coef}; it must not be below 0")
        if self.coef and (self.where, self.estimator) == ("loss", "k1"):
            raise TrainConfigError(
                "reward.kl: the gradient of k1 in the loss is 0 on average, so it holds nothing back; "
                "write estimator: k2 or k3, or where: reward"
            )

    @property
    def in_reward(self) -> bool:
        return self.coef != 0 and self.where == "reward"


@dataclass(frozen=True, kw_only=True)
class Discount:
    """How far back a reward counts.

    gamma -- of the reward of each later token
    lam   -- of generalised advantage estimation; 1 trusts no value
    """

    gamma: float = 1.0
    lam: float = 1.0

    def __post_init__(self) -> None:
        if not (0 <= self.gamma <= 1 and 0 <= self.lam <= 1):
            raise TrainConfigError(f"a discount has gamma and lam from 0 to 1, not {self.gamma} and {self.lam}")


@dataclass(frozen=True, kw_only=True)
class DiscountConfig:
    """A discount factor for each reward stream (the paper's section 4.6).

    outcome, repetition, kl -- the streams, in their order
    """

    outcome: Discount = field(default_factory=Discount)
    repetition: Discount = field(default_factory=Discount)
    kl: Discount = field(default_factory=Discount)


@dataclass(frozen=True, kw_only=True)
class RewardConfig:
    """Exactly one of `classic` and `cosine`; `{}` takes its defaults.

    exceed     -- given instead where a response did not end, or came within `margin` tokens of the budget, right or
                  not; None: it is graded as any other
    margin     -- in tokens; the paper has 16 at budgets of 2,048 and more. Only used with `exceed`
    no_answer  -- given where a response holds no answer; None: as a wrong one
    undecided  -- given where the verifier could not decide; None: the response is left out of the step and counted
    clip       -- bound on each stream's value a token, KL apart, 10 in the paper's code; None: none
    """

    classic: ClassicConfig | None = None
    cosine: CosineConfig | None = None
    exceed: float | None = None
    margin: int = 0
    no_answer: float | None = None
    undecided: float | None = None
    repetition: RepetitionConfig | None = None
    word_repetition: WordRepetitionConfig | None = None
    clip: float | None = None
    kl: KlConfig = field(default_factory=KlConfig)
    discount: DiscountConfig = field(default_factory=DiscountConfig)

    def __post_init__(self) -> None:
        exactly_one("reward.classic", self.classic, "reward.cosine", self.cosine)
        if self.margin < 0:
            raise TrainConfigError(f"reward.margin is {self.margin}; it counts tokens")

    @property
    def streams(self) -> dict[str, Discount]:
        """The discount of each reward stream there is, in their order: the outcome is the first."""
        has_kl = self.kl.in_reward and self.kl.stream == "own"
        used = {"outcome": True, "repetition": self.repetition is not None, "kl": has_kl}
        return {name: getattr(self.discount, name) for name, is_used in used.items() if is_used}


def _no_bonus(name: str, penalty: float) -> None:
    if penalty > 0:
        raise TrainConfigError(f"{name} is {penalty}, which would reward repetition; a penalty is negative")
