"""The words of every training row, so that SFT, RL and evaluation ask and answer in the same ones."""

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

# A change of these words is a change of every training row.
BOXED_INSTRUCTION = "Think it through step by step and give the final answer inside \\boxed{}."
# What stands before and behind the reasoning, where there is any; the final answer follows.
THINK = ("<think>\n", "\n</think>\n\n")


def user_message(question: pl.Expr) -> pl.Expr:
    """A chat of one user turn: the question, a blank line, the instruction."""
    content = pl.concat_str([question.str.strip_chars(), pl.lit(BOXED_INSTRUCTION)], separator="\n\n")
    return pl.concat_list(message("user", content))


def message(role: str, content: pl.Expr) -> pl.Expr:
    return pl.struct(pl.lit(role).alias("role"), content.alias("content"))


def completion_text(reasoning: pa.Array, final: pa.Array) -> pa.Array:
    """The reply that a trainer learns, of texts as a teacher gave them; an answer without reasoning has no tags."""
    thought = pc.utf8_trim_whitespace(pc.fill_null(reasoning, ""))
    is_shown = pc.greater(pc.binary_length(thought), 0)
    before, behind = (pc.if_else(is_shown, words, "") for words in THINK)
    return pc.binary_join_element_wise(before, thought, behind, pc.utf8_trim_whitespace(final), "")
