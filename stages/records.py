"""Every row type that crosses a stage boundary. Declarations only: their effect is the schema in the key."""

from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.schema import Record, Shown
from verifier.judge.types import JudgeReason
from verifier.types import AnswerType, Outcome, Reason


class Origin(StrEnum):
    """Who wrote the answer."""

    HUMAN = "human"
    LLM_FROM_SOURCE = "llm_from_source"
    LLM_INVENTED = "llm_invented"


class FinishReason(StrEnum):
    """How a text ended: by its writer, at the budget, or broken off because it repeated itself."""

    STOP = "stop"
    LENGTH = "length"
    LOOP = "loop"


class Extended(StrEnum):
    """What was done with a text that its teacher did not end: gone on with, or its reasoning ended in our words."""

    NONE = "none"
    CONTINUED = "continued"
    FORCED = "forced"


class StopReason(StrEnum):
    """Why no more attempts at a problem were drawn. `unrecorded`: a recording held not all."""

    FIXED = "fixed"
    CORRECT = "correct"
    INTERVAL = "interval"
    GAVE_UP = "gave_up"
    BUDGET = "budget"
    UNRECORDED = "unrecorded"


class Rescue(StrEnum):
    """How a question was made checkable."""

    OPTIONS_DROPPED = "options_dropped"
    PART = "part"
    INTEGER_ANSWER = "integer_answer"


class GoldStatus(StrEnum):
    """`suspect_gold` and `hard` are both never solved; of the former the attempts agree on another answer."""

    UNSAMPLED = "unsampled"
    SOLVED = "solved"
    HARD = "hard"
    SUSPECT_GOLD = "suspect_gold"
    UNDECIDED = "undecided"


class Likeness(StrEnum):
    """What a model says a question has in common with a benchmark's."""

    SAME = "same"
    RENAMED = "renamed"
    NUMBERS_CHANGED = "numbers_changed"
    DIFFERENT = "different"


class DomainLabel(StrEnum):
    """What is to become of a site's pages. `unlabelled`: nobody could say, so nothing is learnt from it."""

    SELECTED = "selected"
    REJECTED = "rejected"
    UNLABELLED = "unlabelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Half-open range of characters in the text of the document the row came from."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Record):
    """A page as fetched. `content_key` digests the content alone, so that a mirror of a page is recognised.

    `text` is the whole page with its formulas as LaTeX, one block a line, and `main` the places in it of what is not
    menu, advert or footer; both stand once `html_to_text` has run. `num_formulas` counts those of the page and
    `num_formulas_lost` those of them that have no LaTeX in `text`. `attribution` names whom the licence wants named;
    `removal_key` is what an owner's request for removal names, see `stages/_removal.py`.
    """

    shown = Shown(facets=("source", "language"), numbers=("num_formulas",), bulky=("html", "main"))

    url: str
    source: str
    licence: str | None
    attribution: str | None
    html: str | None
    text: str | None
    language: str | None
    content_key: str
    removal_key: str
    main: list[Span] = field(default_factory=list)
    num_formulas: int | None = None
    num_formulas_lost: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QAPair(Record):
    """A question with the answer that stood beside it; spans index the page text the extractor produced.

    `content_key` digests the normalised question. `score` is the extractor's confidence, 0 to 1. `author` wrote the
    answer; `votes` and `is_accepted` are the site's own, None where it has no such thing. `signals` names what was
    noticed and let pass, such as `pii_email`.

    `cluster` is shared by rows that are near copies of one another, None where there are none; `copies` are the ids of
    rows that were dropped in favour of this one and `kept_because` is why it was preferred. `rescued` says how a
    question was made checkable that was not.
    """

    shown = Shown(texts=("question", "answer_text"), facets=("source", "extractor", "origin"), numbers=("score",))

    question: str
    answer_text: str
    question_span: Span | None
    answer_span: Span | None
    origin: Origin
    extractor: str
    score: float
    url: str
    source: str
    licence: str | None
    attribution: str | None
    content_key: str
    removal_key: str
    author: str | None = None
    votes: int | None = None
    is_accepted: bool | None = None
    signals: list[str] = field(default_factory=list)
    cluster: str | None = None
    copies: list[str] = field(default_factory=list)
    kept_because: str | None = None
    rescued: Rescue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a pair may not be checkable: the `signal`, such as `figure_missing`, and the words that show it."""

    signal: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOpinion:
    """What a model says of the verifiability of a pair; `style` is the prompt's name.

    `reply` is its whole text; of one without a final text, or with the marks around the pair in it, what was wrong.
    """

    is_verifiable: bool | None
    reasons: list[str]
    reply: str
    model: str
    revision: str
    style: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Record):
    """A pair with everything known about whether its answer can be checked. Nothing is decided here.

    `answer` is the short answer found in `answer_text`, None where there is none; `found_by` says where it stood
    (`boxed`, `hashes`, `phrase`, `bare`, ...). `evidence` is what speaks against the pair, by rules; `opinion` what a
    model said, None where none was asked. `signals` go on from the pair.
    """

    shown = Shown(texts=("question", "answer", "answer_text", "solution"), facets=("source", "answer_type", "found_by"))

    question: str
    answer_text: str
    answer: str | None
    answer_type: AnswerType | None
    found_by: str | None
    solution: str | None
    evidence: list[Evidence]
    opinion: ModelOpinion | None = None
    signals: list[str]
    origin: Origin
    url: str
    source: str
    licence: str | None
    attribution: str | None
    content_key: str
    removal_key: str
    author: str | None
    cluster: str | None
    rescued: Rescue | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakOpinion:
    """What a model says of a match. `likeness` is None where it did not decide; `trouble` then says why.

    `reply` is its whole text, None where none came.
    """

    likeness: Likeness | None
    trouble: str | None
    reply: str | None
    model: str
    revision: str
    style: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkMatch:
    """A benchmark item near a question: `cosine` of their embeddings, `shared_numbers` how far both state the same
    numbers, 0 to 1, where rare numbers count more. `shared_answer` says how rare their answer is, 0 to 1; it is 0
    where they have two, or either has no short one. `crowd` is the mean cosine of the question to the 10 items, or
    fewer where there are no more, that are nearest to it beside this one; 0 where there is no other.
    """

    benchmark: str
    item: str
    item_question: str
    cosine: float
    shared_numbers: float
    shared_answer: float
    crowd: float
    opinion: LeakOpinion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedPair(Record):
    """The question of the pair of the same id with the benchmark items nearest to it, nearest first, if any."""

    shown = Shown(texts=("question",))

    question: str
    matches: list[BenchmarkMatch]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldAudit:
    """What the attempts at a problem say of its gold.

    Of `num_attempts` decided ones `num_correct` agree with the gold; `num_undecided` were left open. `consensus` is the
    answer that most of those attempts give that do not agree with it, `num_consensus` of them; `consensus_teachers` are
    those of whose own attempts more than half give it. `given_answer` is the gold as it came, where it was replaced.
    """

    status: GoldStatus
    num_attempts: int
    num_correct: int
    num_undecided: int
    consensus: str | None = None
    num_consensus: int = 0
    consensus_teachers: list[str] = field(default_factory=list)
    given_answer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem(Record):
    """A question whose answer is short, typed and checkable. `signals` names what the filter noticed and let pass.

    `subject`, `difficulty` and `language` are None unless a stage found them; `audit` unless attempts were compared.
    """

    shown = Shown(
        texts=("question", "answer", "reference_solution"),
        facets=("source", "answer_type", "subject", "difficulty", "audit.status"),
    )

    question: str
    reference_solution: str | None
    answer: str
    answer_type: AnswerType
    unit: str | None
    signals: list[str]
    subject: str | None
    origin: Origin
    url: str
    source: str
    licence: str | None
    attribution: str | None
    content_key: str
    removal_key: str
    author: str | None = None
    cluster: str | None = None
    rescued: Rescue | None = None
    difficulty: str | None = None
    language: str | None = None
    audit: GoldAudit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """From `attempts` decided attempts on: no more where fewer than `correct` of them are right."""

    attempts: int
    correct: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRule:
    """When no more attempts at a problem are drawn; what is None stops nothing, and the first that applies does.

    correct  -- so many right ones
    interval -- the 95 % Wilson interval of the pass rate is narrower
    """

    correct: int | None = None
    interval: float | None = None
    give_up: GiveUp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """How the attempts of one teacher at a problem were drawn: at most `budget` of them, fewer where `rule` said so.

    The rule counted `num_correct` right ones of `num_decided` decided ones, this one as `counted`, `because` of that;
    all four are None of a fixed number (`rule` None), where nothing is verified in between.
    """

    budget: int
    rule: StopRule | None
    stopped: StopReason
    num_decided: int | None = None
    num_correct: int | None = None
    counted: Outcome | None = None
    because: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt(Record):
    """One sampled response, id `problem/teacher-NN`. `reasoning` is None where the teacher shows none apart.

    `revision` is the digest of the teacher's weights (or of the recording); token counts are the teacher's own. Of a
    text that was `extended`, `num_tokens` is the sum over its parts and `finish_reason` that of the last. `top_p` 1,
    `top_k` 0, `min_p` 0 and `repetition_penalty` 1 are off.
    """

    shown = Shown(
        texts=("reasoning", "final"), facets=("teacher", "finish_reason", "extended"), numbers=("num_tokens",)
    )

    problem_id: str
    teacher: str
    revision: str
    prompt_style: str
    temperature: float
    top_p: float
    max_tokens: int
    top_k: int = 0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    seed: int
    sample: int
    reasoning: str | None
    final: str
    finish_reason: FinishReason
    num_prompt_tokens: int
    num_tokens: int
    extended: Extended = Extended.NONE
    draw: Draw | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow(Record):
    """The verdict on the attempt of the same id, with what of it a pass rate needs: its teacher and its `draw`."""

    shown = Shown(texts=("extracted",), facets=("outcome", "reason", "answer_type", "teacher"))

    problem_id: str
    outcome: Outcome
    reason: Reason
    extracted: str | None
    answer_type: AnswerType
    verifier: str
    version: str
    policy: str
    teacher: str | None = None
    draw: Draw | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedVerdict(Record):
    """The verdict of the rules on the attempt of the same id, the judge's beside it, and the one that follows.

    `model_outcome` is None where the judge was not asked; `judge_reason` says why not, or how it decided. The replies
    are the judge's whole texts; `control_reply` answers the question with a decoy in place of the gold.
    """

    shown = Shown(
        texts=("extracted", "reply"),
        facets=("outcome", "rule_outcome", "model_outcome", "judge_reason", "answer_type", "teacher"),
    )

    problem_id: str
    outcome: Outcome
    extracted: str | None
    answer_type: AnswerType
    rule_outcome: Outcome
    rule_reason: Reason
    rule_version: str
    model_outcome: Outcome | None
    judge_reason: JudgeReason
    reply: str | None
    control_reply: str | None
    judge: str
    judge_revision: str
    judge_style: str
    judge_version: str
    policy: str
    teacher: str | None = None
    draw: Draw | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One turn of a chat."""

    role: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a training row came from; `problem_id` leads to the whole story through `tracemill trace`.

    `cluster` is shared by near copies and by problems cut from one, which belong into one split.
    """

    problem_id: str
    cluster: str
    url: str
    source: str
    licence: str | None
    attribution: str | None
    author: str | None
    removal_key: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """What an attempt's reasoning and final answer look like together; nothing is decided here.

    The keywords are counted as whole words in any case (`stages/_reasoning.py` has the patterns). `branching`,
    `verification` and `backtracking` count phrases that begin another way, check, or take something back.
    `repetition` is the share of word 4-grams that stood before, 0 to 1, and `longest_repeat` the words of the longest
    passage that repeats what stood before. `foreign` is the share of letters in a script that the question does not
    use. `num_boxes` counts the boxes of the final answer; `has_code` is the paper's coding rate, a fenced Python block.
    `leak` holds words that betray an answer known beforehand, None where there are none.
    """

    num_words: int
    wait: int
    recheck: int
    alternatively: int
    retry: int
    however: int
    branching: int
    verification: int
    backtracking: int
    repetition: float
    longest_repeat: int
    foreign: float
    num_boxes: int
    has_code: bool
    leak: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrajectoryRow(Record):
    """The marks of the attempt of the same id."""

    shown = Shown(
        numbers=(
            "trajectory.num_words",
            "trajectory.repetition",
            "trajectory.foreign",
            "trajectory.branching",
            "trajectory.verification",
            "trajectory.backtracking",
        )
    )

    problem_id: str
    trajectory: Trajectory


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectedAttempt(Record):
    """An attempt taken for training, by its id. Its texts join it where a data set is written, and not before.

    So selections, mixes and nested subsets of one pool cost a few bytes a row. The pass rate is the problem's by the
    same teacher, all None where no attempt was decided; `difficulty` names the band it falls into, where bands are set.
    """

    shown = Shown(facets=("source", "outcome", "teacher", "difficulty"), numbers=("num_tokens", "pass_rate"))

    problem_id: str
    teacher: str
    sample: int
    outcome: Outcome
    num_tokens: int
    source: str
    cluster: str
    pass_rate: float | None
    pass_rate_low: float | None
    pass_rate_high: float | None
    difficulty: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SftRow(Record):
    """A training example of an export. `completion` holds `<think>` reasoning and final answer as trainers expect them.

    `messages` is prompt and completion as a chat. Pass rate and difficulty are those of the `SelectedAttempt`;
    `trajectory` is None where the export was given no marks.
    """

    messages: list[Message]
    prompt: list[Message]
    completion: list[Message]
    reasoning: str | None
    final: str
    answer: str
    answer_type: AnswerType
    outcome: Outcome
    num_tokens: int
    finish_reason: FinishReason
    teacher: str
    pass_rate: float | None
    pass_rate_low: float | None
    pass_rate_high: float | None
    difficulty: str | None
    trajectory: Trajectory | None
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class RlRow(Record):
    """A prompt with its gold. The pass rate comes with its 95 % interval, all None where nothing was sampled.

    `question` is the prompt without the instruction, as the verifier wants it; `difficulty` as in `SelectedAttempt`.
    """

    shown = Shown(
        texts=("question", "answer"),
        facets=("provenance.source", "answer_type", "difficulty", "split"),
        numbers=("pass_rate",),
        bulky=("prompt",),
    )

    prompt: list[Message]
    question: str
    answer: str
    answer_type: AnswerType
    data_source: str
    num_attempts: int
    pass_rate: float | None
    pass_rate_low: float | None
    pass_rate_high: float | None
    difficulty: str | None
    split: str
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class StackPost(Record):
    """A question or an answer of a StackExchange site; `question_id` is a question's own `post_id`.

    A question's id is the digest of its address, an answer's extends that of its question by its own number: a thread
    is one prefix. `url` is the address of the thread. `title` and `accepted_answer_id` belong to questions. `author` is
    the name the row itself gives, which is that of a user since removed; others have an `author_id`.
    """

    shown = Shown(facets=("site",), numbers=("score",))

    site: str
    post_id: int
    question_id: int
    is_question: bool
    accepted_answer_id: int | None
    is_closed: bool
    score: int
    title: str | None
    text: str
    tags: list[str]
    author: str | None
    author_id: int | None
    licence: str
    url: str
    content_key: str
    removal_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseHit:
    """A sentence of a document that is near a phrase or holds it; `place` is where it stands in the document's text.

    Both are compared as sets of runs of three words: `jaccard` is what they share of what either has, `containment`
    what the sentence has of the phrase.
    """

    phrase: str
    group: str
    sentence: str
    place: Span
    jaccard: float
    containment: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseMatches(Record):
    """What was found in the document of the same id, in the order of its text; of most documents nothing."""

    url: str
    source: str
    num_words: int
    hits: list[PhraseHit]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredDocument(Record):
    """What the classifier said of the document of the same id. `score` is its probability, 0 to 1.

    `is_recalled`: the score reached the threshold. `snippet` is the beginning of the text on one line.
    """

    shown = Shown(facets=("source",), numbers=("score",))

    url: str
    domain: str
    source: str
    title: str | None
    snippet: str
    num_chars: int
    score: float
    is_recalled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainSample:
    """A page of a domain as whoever labels the domain sees it."""

    url: str
    title: str | None
    snippet: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain(Record):
    """The pages of one site together. The id is that of one of its documents, which stands for all of them.

    `share_recalled` is `num_recalled / num_documents`. `labelled_by` is "rules" or the name of a model, `reason` one
    snake_case word, `reply` the model's whole text; None where nobody has labelled or replied.
    """

    shown = Shown(
        texts=("domain", "reply"), facets=("label", "labelled_by", "reason"), numbers=("share_recalled", "mean_score")
    )

    domain: str
    num_documents: int
    num_recalled: int
    share_recalled: float
    mean_score: float
    num_chars: int
    samples: list[DomainSample] = field(default_factory=list)
    label: DomainLabel = DomainLabel.UNLABELLED
    reason: str | None = None
    labelled_by: str | None = None
    reply: str | None = None
