"""Phrases in real pages and traces: this project's index against the paper's way of looking, MinHash by rensa.

The paper's code makes a signature of 128 permutations of each sentence and keeps those whose estimated Jaccard
similarity to a phrase is 0.5 or more. Both read the same texts, sentences, word runs and phrases in the same run.
"""

import gzip
import json
import os
import time
from pathlib import Path

import numpy as np
import yaml
from resiliparse.extract.html2text import extract_plain_text

from bench.parts import run_alone
from bench.rows import document
from pipeline.context import Context
from stages._phrase_index import sentences, word_runs
from stages.find_phrases import FindPhrases

PHRASES = Path(__file__).parents[2] / "configs" / "filters" / "long_cot_phrases.yaml"
NUM_PERM = 128
JACCARD = 0.5
Hit = tuple[int, str, str]


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    listed = yaml.safe_load(PHRASES.read_text(encoding="utf-8"))["phrases"]
    figures: dict[str, float] = {}
    lines = [
        f"{'texts':<8}{'':>7}{'near':>7}{'by MinHash':>12}{'both':>6}{'held inside':>13}{'texts/s':>9}{'MinHash':>9}"
    ]
    for name, texts in (("pages", _pages(100 if quick else 600)), ("threads", _threads()), ("traces", _traces())):
        started = time.perf_counter()
        hits = _ours(texts, listed)
        ours_s = time.perf_counter() - started
        started = time.perf_counter()
        estimated = _minhash(texts, [phrase for group in listed.values() for phrase in group])
        theirs_s = time.perf_counter() - started
        near = {hit for hit, jaccard in hits.items() if jaccard >= JACCARD}
        figures[f"{name}_times_as_fast"] = theirs_s / ours_s
        figures[f"{name}_found_only_inside"] = len(hits) - len(near)
        if near and estimated:
            figures[f"{name}_minhash_recall"] = len(near & estimated) / len(near)
            figures[f"{name}_minhash_precision"] = len(near & estimated) / len(estimated)
        lines.append(
            f"{name:<8}{len(texts):>7}{len(near):>7}{len(estimated):>12}{len(near & estimated):>6}"
            f"{len(hits) - len(near):>13}{len(texts) / ours_s:>9.0f}{len(texts) / theirs_s:>9.0f}"
        )
    return figures, lines


def _ours(texts: list[str], listed: dict[str, list[str]]) -> dict[Hit, float]:
    stage = FindPhrases(phrases=listed, jaccard=JACCARD)
    documents = [document(str(number), text=text) for number, text in enumerate(texts)]
    with stage.open(Context(node="phrases", scratch=Path())) as find:
        rows = [row for at in range(0, len(documents), 256) for row in find(documents[at : at + 256])]
    return {(int(row.id), hit.sentence, hit.phrase): hit.jaccard for row in rows for hit in row.hits}


def _minhash(texts: list[str], phrases: list[str]) -> set[Hit]:
    known = np.array([_signature(phrase) for phrase in phrases])
    found = set()
    for number, text in enumerate(texts):
        for start, end in sentences(text):
            near = (known == _signature(text[start:end])).mean(axis=1) >= JACCARD
            found |= {(number, text[start:end], phrases[place]) for place in np.flatnonzero(near)}
    return found


def _signature(text: str) -> list[int]:
    from rensa import RMinHash

    made = RMinHash(num_perm=NUM_PERM, seed=1)
    made.update(sorted(word_runs(text)))
    return list(made.digest())


def _pages(limit: int) -> list[str]:
    """Forums, blogs and articles, in the order of their names' folders so that the first are of each kind."""
    files = sorted(_data().glob("html/*/*.html.gz"), key=lambda path: (path.name, path.parent.name))
    return [extract_plain_text(gzip.decompress(path.read_bytes()).decode("utf-8", "replace")) for path in files[:limit]]


def _threads() -> list[str]:
    path = _data() / "webfaq" / "stack_exchange_redpajama_70.jsonl"
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").split("\n") if line]


def _traces() -> list[str]:
    path = _data() / "traces" / "thought_anchors_r1distill_math_40.jsonl.gz"
    lines = gzip.decompress(path.read_bytes()).decode("utf-8").split("\n")
    return [json.loads(line)["trace"] for line in lines if line]


def _data() -> Path:
    return Path(os.environ["TRACEMILL_DATA"])


if __name__ == "__main__":
    run_alone(__doc__ or "", measure)
