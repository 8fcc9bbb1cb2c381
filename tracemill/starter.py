"""The starter recipe that `tracemill init` writes."""

from pathlib import Path

from pipeline.errors import ConfigError

RECIPE = """\
# A starter recipe. Run it with `tracemill run {name}`; `tracemill plan {name}` says first what would happen.
name: starter
store: data/store        # results by key, safe to keep between runs
exports: exports         # finished data set versions

nodes:
  # Your pages: WARC files, paths relative to this file.
  pages:
    uses: read_warc
    with: {{paths: [pages.warc.gz], source: my-pages, licence: null}}

  # What must not leak into training: one JSON object a line.
  benchmarks:
    uses: read_jsonl
    with: {{paths: [benchmark.jsonl], source: my-benchmark}}

  # The text of each page, formulas as LaTeX: what the places of questions and answers count in.
  texts:    {{uses: html_to_text, needs: pages}}
  qa:       {{uses: extract_qa, needs: texts}}
  unique:   {{uses: dedup_exact, needs: qa}}
  clean:    {{uses: decontaminate, needs: unique, side: {{benchmarks: benchmarks}}}}

  # What speaks against an answer that can be checked, noted; then one stage decides. `cases` are pairs whose fate is
  # known: they are tried each time this file is read.
  candidates: {{uses: mark_verifiability, needs: clean}}
  problems:
    uses: keep_verifiable
    needs: candidates
    with:
      cases:
        - {{question: "How far is it?", answer: 5 km, keep: true}}
        - {{question: "Prove that it is 5 km.", answer: 5 km, reject: proof}}

  # Attempts of a teacher: a hub model at a commit, since data must say which weights made it. For weights in a folder
  # write `weights: path/to/folder` beside `samples` and leave `model` and `revision` out.
  attempts:
    uses: distil
    needs: problems
    with:
      samples: 4
      teacher:
        name: my-teacher
        backend: auto        # vLLM where it is installed, else transformers
        model: Qwen/QwQ-32B
        revision: ""         # the commit of the model's repository, 40 digits
        think: prefilled     # this model's template opens <think> itself
        sampling: {{temperature: 1.0, top_p: 0.95, max_tokens: 8192}}

  verdicts: {{uses: verify, needs: attempts, side: {{problems: problems}}}}

  # What is trained on, and each once more with everything in it, for ablations.
  sft:      {{uses: select_sft, needs: verdicts, side: {{attempts: attempts, problems: problems}}}}
  sft_all:  {{uses: select_sft, needs: verdicts, side: {{attempts: attempts, problems: problems}}, with: {{keep: all}}}}
  rl:       {{uses: select_rl, needs: problems, side: {{verdicts: verdicts}}}}
  dataset:
    uses: export_dataset
    needs: sft
    side: {{all: sft_all, rl: rl, rl_all: rl, attempts: attempts, problems: problems, verdicts: verdicts}}
    with: {{name: starter}}
"""


def write_starter(folder: Path) -> Path:
    """Writes `recipe.yaml` into a folder; raises `ConfigError` rather than replace one."""
    path = folder / "recipe.yaml"
    if path.exists():
        raise ConfigError(f"{path} exists already; choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(RECIPE.format(name=path.name), encoding="utf-8")
    return path
