"""How the commands are told: in which groups and order, and what each looks like in use, below its `--help`."""

from collections.abc import Mapping

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Begin": ("init", "doctor"),
    "Run recipes": ("run", "plan", "status", "why", "report"),
    "Look at rows": ("show", "rejects", "quarantine", "trace", "extract"),
    "Tend results": ("retry", "bless", "gc"),
    "Data sets": ("versions", "diff", "check", "push", "export", "check-template"),
    "Verify answers": ("verify", "answer-type", "audit"),
    "Train and evaluate": ("evaluate",),
}
EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "run": (
        "tracemill run recipe.yaml",
        "tracemill run recipe.yaml --limit 100 --set attempts.samples=2",
        "tracemill run recipe.yaml --from problems --workers 8",
        "tracemill run recipe.yaml --executor dask --scheduler tcp://10.0.0.1:8786",
    ),
    "plan": ("tracemill plan recipe.yaml", "tracemill plan recipe.yaml --set attempts.samples=16"),
    "status": ("tracemill status recipe.yaml",),
    "why": ("tracemill why recipe.yaml attempts",),
    "show": ("tracemill show recipe.yaml problems -n 5", "tracemill show recipe.yaml problems --path"),
    "rejects": ("tracemill rejects recipe.yaml checkable", "tracemill rejects recipe.yaml checkable -n 100 --json"),
    "quarantine": ("tracemill quarantine recipe.yaml problems",),
    "retry": ("tracemill retry recipe.yaml verdicts",),
    "bless": ("tracemill bless recipe.yaml attempts",),
    "trace": (
        "tracemill trace recipe.yaml 55661aa1307f",
        "tracemill trace demo@v0001 55661aa1307f --config recipe.yaml",
    ),
    "gc": ("tracemill gc recipe.yaml", "tracemill gc recipe.yaml --yes"),
    "report": ("tracemill report recipe.yaml", "tracemill report recipe.yaml --out page.html"),
    "versions": ("tracemill versions demo",),
    "diff": ("tracemill diff demo --config recipe.yaml", "tracemill diff demo@v0001 demo@v0003"),
    "push": ("tracemill push demo --to s3://bucket/sets", "tracemill push demo --to hf://datasets/ORG/NAME --private"),
    "extract": (
        "tracemill extract page.html crawl.warc.gz pages/",
        "tracemill extract pages/ --stats --workers 4 > pairs.jsonl",
    ),
    "export": ("tracemill export demo --to trl", "tracemill export demo@v0001 --to verl --max-tokens 16000"),
    "check-template": ("tracemill check-template Qwen/Qwen2.5-7B-Instruct demo",),
    "check": ("tracemill check demo", "tracemill check demo@v0001 --verify 100"),
    "verify": (
        "tracemill verify answers.jsonl --out verdicts.jsonl",
        "tracemill verify answers.jsonl --labelled",
        "tracemill verify answers.jsonl --gold answer --response prediction",
    ),
    "answer-type": ("tracemill answer-type '2.5 km'",),
    "evaluate": ("tracemill evaluate eval.yaml", "tracemill evaluate eval.yaml --set samples=8 --against runs/before"),
    "audit": ("tracemill audit --split test", "tracemill audit --judge judge.yaml --weights weights/"),
    "doctor": ("tracemill doctor",),
    "init": (
        "tracemill init my-pages",
        "tracemill init my-teacher --task teacher --model deepseek-ai/DeepSeek-R1-Distill-Qwen-7B",
        "tracemill init web --task hub --dataset TIGER-Lab/WebInstructSub",
    ),
    "train sft": ("tracemill train sft sft.yaml --set steps=200", "tracemill train sft sft.yaml --resume"),
    "train rl": ("tracemill train rl rl.yaml", "torchrun --nproc-per-node 8 -m tracemill train rl rl.yaml"),
}


def below(path: str) -> str:
    """The examples of a command, as the end of its help."""
    return "\n".join(("Examples:", *(f"  {line}" for line in EXAMPLES[path])))
