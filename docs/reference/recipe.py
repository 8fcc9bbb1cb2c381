"""docs/recipe.md: every key of a recipe and of the files that it names."""

from collections.abc import Iterator, Mapping
from typing import Any

from reference import fields

from pipeline.config import NODE_KEYS, TOP_KEYS
from pipeline.context import RunOptions
from pipeline.discovery import discover
from teachers import TeacherConfig

PAGE = "recipe.md"

TOP = {
    "name": "of the recipe and of its runs; by default the file's",
    "store": "where results lie: a folder, counted from the working directory, or a URL such as `s3://bucket/store`. "
    "By default `data/store`",
    "exports": "where finished versions go, as `EXPORTS/NAME/vNNNN`: a folder or a URL. By default `exports`",
    "inputs": "the folder, or the URL, that paths of options count from; by default that of the recipe",
    "packages": "Python packages that hold stages; by default `[stages]`. Add your own: `[stages, my_stages]`",
    "keep": "`all` rows, the default, or `results`: rows that all who need them have taken are dropped where they can "
    "be made again at no cost, see [how caching works](how-caching-works.md#keeping-results-only)",
    "nodes": "node names to nodes; required",
}
NODE = {
    "enabled": "`false` leaves the node out, and its name wherever other nodes mention it; it is checked all the same",
    "uses": "the stage, see [stages](stages.md); required",
    "needs": "the node, or list of nodes of the same rows, that its rows come from; a source has none",
    "side": "side inputs by role, each a node or a list of nodes: `{benchmarks: [math500, gsm8k]}`",
    "with": "the stage's options, or `{file: PATH}`",
    "run": "how it is run; nothing here changes a result",
}

HEAD = """\
# Recipes, key by key

A recipe is a YAML file of nodes. An unknown key or a value of a wrong type is an error that names the node, the key and
what would do. No key may stand twice, and nothing in the file is executed.

```yaml
name: mine
store: data/mine
nodes:
  crawl: {uses: read_warc, with: {paths: [crawl/*.warc.gz], source: my-crawl}}
  pages: {uses: html_to_text, needs: crawl, run: {workers: 4}}
  pairs: {uses: extract_qa, needs: pages}
```

**Files.** Wherever options stand, `{file: PATH}` takes them from another YAML file, whose folder its own paths count
from: teachers (`configs/teachers/`), what may be learned from (`configs/filters/verifiability.yaml`, the options of
[`keep_verifiable`](stages.md#keep_verifiable)), phrases (`configs/filters/long_cot_phrases.yaml`, those of
[`find_phrases`](stages.md#find_phrases)). What the file holds is hashed, not its name. In a list of paths a pattern
such as `crawl/*.warc.gz` becomes the files it names, in order. A path may be an address such as
`s3://bucket/crawl/*.warc.gz` or `https://host.example/pages.warc.gz`.

**From the command line.** `--set NODE.OPTION=VALUE` overrides an option, `--set NODE.run.OPTION=VALUE` how the node is
run, `--set NODE.enabled=true` switches it on, `--set inputs=FOLDER` (or `name`, `store`, `exports`) a key of the file;
options inside options are reached by dots: `--set traces.teacher.revision=COMMIT`. Values are YAML.
`--limit N` sets `limit` of every source.
"""


def groups() -> dict[type, list[str]]:
    """All dataclasses that may stand in a recipe, beside the stages themselves, with where they stand."""
    found: dict[type, list[str]] = {RunOptions: ["`run`"], TeacherConfig: []}
    for name, kind in sorted(discover(["stages"]).items()):
        for field, inner in fields.nested(kind):
            found.setdefault(inner, []).append(f"`{field}` of [{name}](stages.md#{name})")
    return below(found, {})


def below(found: dict[type, list[str]], links: Mapping[type, str]) -> dict[type, list[str]]:
    """The same with everything that stands inside of them; `links` lead to those that have no section of their name."""
    waiting = list(found)
    while waiting:
        outer = waiting.pop(0)
        for field, inner in fields.nested(outer):
            if inner not in found:
                waiting.append(inner)
            link = links.get(outer, f"[{outer.__name__}](#{outer.__name__.lower()})")
            found.setdefault(inner, []).append(f"`{field}` of {link}")
    return found


def page(homes: Mapping[type, str]) -> str:
    own = groups()
    teachers = [kind for kind in own if kind.__module__.startswith("teachers")]
    rest = [kind for kind in own if kind not in teachers and kind is not RunOptions]
    lines = [HEAD, "## The file\n", *keys(TOP, TOP_KEYS), "\n## A node\n", *keys(NODE, NODE_KEYS), ""]
    lines += section(RunOptions, own, homes, title="## run")
    lines += [
        "## Teacher files\n",
        "As in `configs/teachers/`; [teachers](teachers.md) tells what each backend wants.\n",
    ]
    lines += [line for kind in teachers for line in section(kind, own, homes)]
    lines += ["## Groups of options of stages\n"]
    lines += [line for kind in rest for line in section(kind, own, homes)]
    return "\n".join(lines)


def keys(texts: Mapping[str, str], known: tuple[str, ...]) -> Iterator[str]:
    """The lines of a table; raises `ValueError` where the code knows other keys than the texts tell of."""
    if set(texts) != set(known):
        raise ValueError(f"the keys are {sorted(known)}, and texts stand for {sorted(texts)}")
    yield from ("| key | meaning |", "|---|---|")
    yield from (f"| `{name}` | {texts[name]} |" for name in known)


def section(
    kind: Any, own: Mapping[type, list[str]], homes: Mapping[type, str], *, title: str | None = None
) -> list[str]:
    """A dataclass with its text, where it stands, and its options."""
    where = "" if title or not own.get(kind) else f"Stands in {_several(own[kind])}.\n"
    head = title or f"### {kind.__name__}"
    told = [part for part in (f"{head}\n", where, f"{fields.summary(kind)}\n") if part.strip()]
    return [*told, *fields.table(fields.options(kind, homes)), ""]


def _several(places: list[str]) -> str:
    shown = list(dict.fromkeys(places))
    return ", ".join(shown[:4]) + (f" and {len(shown) - 4} more" if len(shown) > 4 else "")
