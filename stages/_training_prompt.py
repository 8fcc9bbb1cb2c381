"""The prompt that every training row carries, so that SFT, RL and evaluation ask in the same words."""

import polars as pl

# v1. A change of these words is a change of every training row: bump `version` of select_sft and select_rl.
BOXED_INSTRUCTION = "Think it through step by step and give the final answer inside \\boxed{}."


def user_message(question: pl.Expr) -> pl.Expr:
    """A chat of one user turn: the question, a blank line, the instruction."""
    content = pl.concat_str([question.str.strip_chars(), pl.lit(BOXED_INSTRUCTION)], separator="\n\n")
    return pl.concat_list(message("user", content))


def message(role: str, content: pl.Expr) -> pl.Expr:
    return pl.struct(pl.lit(role).alias("role"), content.alias("content"))
