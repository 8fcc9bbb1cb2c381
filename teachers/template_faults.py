"""What can be wrong with a chat as a template renders it: the fact, its reason and the way out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from teachers.chat import num_shared
from teachers.think import CLOSE, OPEN, split

AROUND = 60
ROLES = frozenset({"system", "user", "human", "assistant", "User", "Human", "Assistant", "USER", "INST"})


class FaultKind(StrEnum):
    """`is_note`: nothing is trained on otherwise than the rows say, but a trainer may meet it."""

    REFUSED = "refused"
    REASONING_LOST = "reasoning_lost"
    ANSWER_LOST = "answer_lost"
    BENT = "bent"
    PROMPT_NOT_PREFIX = "prompt_not_prefix"
    NO_BEGIN = "no_begin"
    TWO_BEGINS = "two_begins"
    NO_END = "no_end"
    NO_STOP = "no_stop"
    NO_TEMPLATE = "no_template"
    BLANK_SPACE = "blank_space"
    REASONING_OPENED = "reasoning_opened"
    REASONING_CLOSED = "reasoning_closed"
    EARLIER_REASONING_LOST = "earlier_reasoning_lost"
    WORDS_ADDED = "words_added"
    NO_GENERATION_MARKS = "no_generation_marks"
    BEGIN_ADDED = "begin_added"
    MARKS_SPELT = "marks_spelt"
    PAD_IS_END = "pad_is_end"
    TOO_LONG = "too_long"

    @property
    def is_note(self) -> bool:
        return self in NOTES

    def shown(self, rendered: str) -> "Fault":
        why, way_out = TOLD[self]
        return Fault(self, why, way_out, rendered)


@dataclass(frozen=True, slots=True)
class Fault:
    """`rendered` is the place of the rendered text that shows it."""

    kind: FaultKind
    why: str
    way_out: str
    rendered: str


NOTES = frozenset(
    {FaultKind.BLANK_SPACE, FaultKind.REASONING_OPENED, FaultKind.REASONING_CLOSED, FaultKind.EARLIER_REASONING_LOST}
    | {
        FaultKind.WORDS_ADDED,
        FaultKind.NO_GENERATION_MARKS,
        FaultKind.BEGIN_ADDED,
        FaultKind.MARKS_SPELT,
        FaultKind.PAD_IS_END,
        FaultKind.TOO_LONG,
    }
)
OTHER_TEMPLATE = "set another chat_template in the tokenizer"
TOLD: dict[FaultKind, tuple[str, str]] = {
    FaultKind.REFUSED: (
        "the chat template refuses the chat or fails over it",
        f"{OTHER_TEMPLATE} that takes these roles",
    ),
    FaultKind.REASONING_LOST: (
        "the chat template does not keep the completion whole: the reasoning is deleted, as templates of reasoning "
        "models do with what stands before </think>",
        f"{OTHER_TEMPLATE} that keeps it, such as the training template that TRL has for the model",
    ),
    FaultKind.ANSWER_LOST: (
        "the chat template does not keep the completion whole: the answer is not rendered",
        OTHER_TEMPLATE,
    ),
    FaultKind.BENT: (
        "the chat template does not keep the completion whole: reasoning and answer are rendered, but not as they "
        "stand",
        OTHER_TEMPLATE,
    ),
    FaultKind.PROMPT_NOT_PREFIX: (
        "the prompt's tokens are not the beginning of prompt and completion, so the two cannot be told apart",
        "set a chat_template that renders a prompt the same way with and without an answer; where it opens <think> "
        "itself, the completion must begin with that tag",
    ),
    FaultKind.NO_BEGIN: (
        "the rendered chat does not begin with the tokenizer's first token, which it writes before other texts",
        "begin the chat_template with {{ bos_token }}",
    ),
    FaultKind.TWO_BEGINS: (
        "the tokenizer's first token stands in the rendered chat more than once",
        "write {{ bos_token }} once, at the beginning of the chat_template",
    ),
    FaultKind.NO_END: (
        "the rendered completion does not end with an end token, so the model would not learn to stop",
        "set eos_token to what ends a turn, or write eos_token there in the chat_template",
    ),
    FaultKind.NO_STOP: (
        "the rendered completion ends with a token that generation_config.json does not stop on, so a trained model "
        "goes on behind its answers",
        "add the token to eos_token_id in generation_config.json",
    ),
    FaultKind.NO_TEMPLATE: (
        "the tokenizer has no chat template, as those of base models have none",
        "--write-template FILE writes a minimal one; save it as chat_template.jinja beside the tokenizer",
    ),
    FaultKind.BLANK_SPACE: (
        "the chat template changes blank space in the completion",
        "nothing is lost by it",
    ),
    FaultKind.REASONING_OPENED: (
        "the template opens <think> in the prompt, so answers of the model begin inside the reasoning: a reward that "
        "wants an opening tag is always 0",
        "let the reward ask for </think> alone, as the exported reward files do",
    ),
    FaultKind.REASONING_CLOSED: (
        "the template writes a closed reasoning in the prompt, so the model is asked not to reason",
        "give the template the option that turns reasoning on",
    ),
    FaultKind.EARLIER_REASONING_LOST: (
        "of earlier turns the template deletes the reasoning",
        "train on prompt and completion, or on one turn a row",
    ),
    FaultKind.WORDS_ADDED: (
        "the template writes words of its own before the question, such as a system message or a date",
        "use the same template for training and for answering, or give a system message of your own",
    ),
    FaultKind.NO_GENERATION_MARKS: (
        "the template has no {% generation %} marks, which assistant_only_loss of TRL needs",
        "train on prompt and completion, or put the marks round the assistant's text",
    ),
    FaultKind.BEGIN_ADDED: (
        "the template writes the first token and the tokenizer adds it too: a trainer or server that tokenizes the "
        "rendered text as other texts trains on two",
        "tokenize rendered chats with add_special_tokens=False",
    ),
    FaultKind.MARKS_SPELT: (
        "the text spells special tokens, such as the end of a turn: this trainer and these teachers read them as "
        "letters, other trainers and servers as the tokens themselves",
        "leave such rows out, or train with `tracemill train`",
    ),
    FaultKind.PAD_IS_END: (
        "the token that fills batches up is the one that ends answers: trainers that leave it out of the loss never "
        "train the end",
        "set pad_token to another token",
    ),
    FaultKind.TOO_LONG: (
        "rows have more tokens than the model was made for",
        "leave them out by num_tokens, or raise the model's length; trainers cut them without a word",
    ),
}


def bent(content: str, answer: str) -> Iterator[Fault]:
    """What the rendered `answer` lacks of the `content` of a message."""
    if content.strip() in answer:
        return
    rendered = _squeezed(answer)
    if _squeezed(content) in rendered:
        yield FaultKind.BLANK_SPACE.shown(answer[:AROUND])
        return
    thought = split(content, style="tagged")
    kind = FaultKind.BENT
    if thought.reasoning and _squeezed(thought.reasoning) not in rendered:
        kind = FaultKind.REASONING_LOST
    elif _squeezed(thought.final) not in rendered:
        kind = FaultKind.ANSWER_LOST
    yield kind.shown(_ends(answer))


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _ends(text: str) -> str:
    return text if len(text) <= 2 * AROUND else f"{text[:AROUND]} ... {text[-AROUND:]}"


def middle(asked: str, told: str) -> str:
    """Where the two part."""
    place = num_shared(asked, told)
    start = max(0, place - AROUND // 2)
    return f"prompt: {asked[start : place + AROUND]!r}, with an answer: {told[start : place + AROUND]!r}"


def begins_twice(ids: Sequence[int], begin: int) -> bool:
    return len(ids) > 1 and ids[0] == ids[1] == begin


def is_turn_marker(text: str, begin: str) -> bool:
    """Whether each of them opens a turn, as in ChatML models whose first token is `<|im_start|>`."""
    return not re.search(rf"{re.escape(begin)}(?!(?:system|user|assistant|tool)\b)", text)


def opened_or_closed(prefill: str) -> Iterator[Fault]:
    if prefill.rstrip().endswith(OPEN):
        yield FaultKind.REASONING_OPENED.shown(prefill)
    elif CLOSE in prefill:
        yield FaultKind.REASONING_CLOSED.shown(prefill)


def words_added(told: str, question: str) -> Iterator[Fault]:
    """What stands before the `question` besides special tokens and the names of roles."""
    before = told.partition(question)[0]
    if set(re.findall(r"[^\W_]{2,}", re.sub(r"<[^<>]*>|\[/?\w+\]", " ", before))) - ROLES:
        yield FaultKind.WORDS_ADDED.shown(before)
