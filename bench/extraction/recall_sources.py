"""The texts that `recall_corpus.py` cuts into documents: pages as the pipeline reads them, and sets of questions.

Sets of questions are written down without any words of our own around question and answer, since a classifier would
learn those.
"""

import ast
import gzip
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from resiliparse.parse.encoding import bytes_to_str, detect_encoding

from stages._quads import quad_lines, unescaped
from stages._recall_text import document_text
from stages.html_to_text import HtmlToText
from stages.records import Document

PAGE_SETS = {
    "webkit_bench": "other pages", "webkit_assets": "other pages", "magic_html_forum": "forums",
    "magic_html_article": "articles", "article_extraction_benchmark": "news", "trafilatura": "many languages",
    "debian_faq": "FAQ",
}  # fmt: skip
STEM_SUBJECTS = {"math", "physics", "chemistry", "engineering", "biology", "computer science"}
ITEMS_PER_SHEET = 20
# Threads and pages in which somebody puts a problem in STEM and it is worked on, by the name of the page.
STEM_PAGES = {
    "math_mathhelpforum_1", "math_mathjax_latex_4", "math_mathjax_latex_5", "math_mathjax_latex_6",
    "math_mathjax_latex_7", "math_physicsforums_1", "math.stackoverflow", "text3", "text8", "lack_item_2",
    "nest_list", "ccmath_libretexts_1_p_latex_mathjax",
    "539e02538322863397072cdcde81556a05cf5aae1864d41e4dca9fc119df6241",
}  # fmt: skip
# About science, mathematics or programming, with no problem that is put and solved; or too mixed to call.
ARGUABLE_PAGES = {
    "math_img_3", "math_katex_latex_2", "math_katex_latex_3", "math_mathjax_latex_1", "math_mathjax_latex_2",
    "math_none_latex_1", "math_none_mathml_1", "Lack_content1", "math_miss_namespace", "math_zhihu_custom_tag",
    "math_table_title_htmlmath_sub_sup", "math_test_ascii_delimiter", "sub_sup_exception", "table_include_table_math",
    "test_maigc_html", "text10", "text_normalize_space3", "cccode_mathorg", "ccmath_asciimath",
    "ccmath_geoenergymath_img", "ccmath_img_mimetex_cgi",
    "ccmath_stackexchange_1_span-math-container_latex_mathjax", "ccmath_wikipedia_1_math_annotation",
    "ccmath_wikipedia_1_math_annotation_inline_1", "recognizer_list_sub_sup", "recognizer_nested_table1", "lack_item",
    "code_18_csdn", "cccode_geeksforgeeks",
}  # fmt: skip
FORUM_PAGES = {
    "code_1", "code_11", "code_9", "cccode_telerik", "cccode_cprograming", "text11", "ccimage_inline_image",
}  # fmt: skip
# Stack Exchange under one roof, and a forum that moved.
SAME_SITE = {
    "stackoverflow.com": "stackexchange.com", "mathoverflow.net": "stackexchange.com",
    "physicshelpforum.com": "mathhelpforum.com",
}  # fmt: skip
_SECOND_LEVEL = {"co", "com", "org", "net", "edu", "gov", "ac"}
_CANONICAL = re.compile(r"""<link[^>]+rel=["']canonical["'][^>]+href=["'](https?://[^"']+)""", re.IGNORECASE)
_SAID = frozenset({"http://schema.org/name", "http://schema.org/text"})


@dataclass(frozen=True, slots=True)
class Text:
    """A page, or a sheet of questions, before it is cut. `key` names it within its domain."""

    key: str
    text: str
    domain: str
    group: str
    label: bool | None


def texts(data: Path) -> Iterator[Text]:
    yield from _pages(data / "html")
    yield from _common_crawl(data / "warc")
    yield from _faq(data / "webfaq")
    yield from _programming(data / "webfaq")
    yield from _question_sets(data / "benchmarks")
    yield from _textbook(data / "openstax_college_physics")


# Pages.


def _pages(folder: Path) -> Iterator[Text]:
    addresses = {Path(row["file"]).name: row["url"] or "" for row in _rows(folder / "MANIFEST.jsonl")}
    named = {
        **_json(folder / "magic_html_forum_base.json.gz"),
        **_json(folder / "article_extraction_ground-truth.json.gz"),
    }
    for name, group in PAGE_SETS.items():
        for path in sorted((folder / name).glob("*.html.gz")):
            stem = path.name.removesuffix(".html.gz")
            body = gzip.decompress(path.read_bytes())
            html = str(bytes_to_str(body, detect_encoding(body, from_html_meta=True) or "utf-8"))
            canonical = _CANONICAL.search(html)
            url = addresses.get(path.name) or named.get(stem, {}).get("url") or (canonical[1] if canonical else "")
            domain = "debian.org" if name == "debian_faq" else _domain(url) or f"{name}-{stem}"
            yield Text(stem, _main_text(html), domain, *_kind(stem, group))


def _main_text(html: str) -> str:
    page = Document(
        id="p", url="", source="", licence=None, attribution=None, html=html, text=None, language=None,
        content_key="", removal_key="",
    )  # fmt: skip
    read = HtmlToText().process(page)
    return document_text(read) if isinstance(read, Document) else ""


def _kind(stem: str, group: str) -> tuple[str, bool | None]:
    if stem in STEM_PAGES:
        return "STEM threads", True
    if stem in ARGUABLE_PAGES:
        return "writing about science", None
    return ("forums" if stem in FORUM_PAGES else group), False


def _domain(url: str) -> str:
    """The registered name: two labels, three under the likes of `co.uk`."""
    labels = (urlsplit(url).hostname or "").split(".")
    keep = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 2
    registered = ".".join(labels[-keep:])
    return SAME_SITE.get(registered, registered)


def _common_crawl(folder: Path) -> Iterator[Text]:
    for path in sorted(folder.glob("dolma_cc_en_head-*.jsonl.gz")):
        for number, row in enumerate(_rows(path)):
            yield Text(
                f"{path.name[17:21]}-{number}", row["text"], _domain(row["metadata"]["url"]), "common crawl", False
            )


def _faq(folder: Path) -> Iterator[Text]:
    """Questions and answers of schema.org FAQ pages, those of a page together."""
    pages: dict[str, list[str]] = defaultdict(list)
    for line in quad_lines(folder / "FAQPage_sample.nq.gz"):
        if (quad := line.quad) and quad.text is not None and quad.predicate in _SAID:
            pages[quad.page].append(re.sub(r"<[^>]+>", " ", unescaped(quad.text)))
    for url, parts in pages.items():
        yield Text(urlsplit(url).path, "\n".join(parts), _domain(url), "FAQ", False)


def _programming(folder: Path) -> Iterator[Text]:
    """Threads of the Spanish Stack Overflow, without the letters before question and answer."""
    for number, row in enumerate(_rows(folder / "stack_exchange_redpajama_70.jsonl")):
        plain = re.sub(r"^[QA]: ", "", row["text"], flags=re.MULTILINE)
        yield Text(f"es-{number}", plain, "stackexchange.com", "programming Q&A", False)


# Sets of questions: items in a seeded order, on sheets of twenty.


def _sheets(domain: str, group: str, label: bool | None, items: Iterable[str]) -> Iterator[Text]:
    order = sorted(items, key=lambda item: hashlib.sha256(f"{domain}/{item}".encode()).digest())
    for number, at in enumerate(range(0, len(order), ITEMS_PER_SHEET)):
        text = "\n\n".join(order[at : at + ITEMS_PER_SHEET])
        yield Text(f"{group.replace(' ', '-')}-{number:04d}", text, domain, group, label)


def _question_sets(folder: Path) -> Iterator[Text]:
    read = {path.name.partition(".")[0]: list(_rows(path)) for path in sorted(folder.iterdir())}
    competition = [*read["math_test"], *read["aime_1983_2023_deepscaler"]]
    exams, stem = read["mmlu_pro_test"], STEM_SUBJECTS
    sets = {
        ("math", "competition mathematics"): [_joined(r["problem"], r["solution"]) for r in competition],
        ("olympiadbench", "competition mathematics"): [
            _joined(r["question"], *_members(r["solution"])) for r in read["olympiadbench"]
        ],
        ("gsm8k", "word problems"): [_joined(r["question"], _gsm8k(r["answer"])) for r in read["gsm8k_train"]],
        ("asdiv-svamp", "word problems"): [
            *(_joined(f"{r['body']} {r['question']}", r["answer"]) for r in read["asdiv"]),
            *(_joined(f"{r['Body']} {r['Question']}", _number(r["Answer"])) for r in read["svamp"]),
        ],
        ("aqua", "word problems"): [
            _joined(r["question"], *_members(r["options"]), r["rationale"]) for r in read["aqua"]
        ],
        ("minerva", "university problems"): [_joined(r["problem"], r["solution"]) for r in read["minerva_math"]],
        ("college-math", "university problems"): [_joined(r["question"], r["answer"]) for r in read["college_math"]],
        ("mmlu-pro", "university problems"): [
            *(_with_options(r) for r in exams if r["category"] in stem),
            *(_joined(r["problem_text"], f"{r['answer_number']} {r['unit']}") for r in read["scibench"]),
            *(_joined(r["Question"], r["Answer"]) for r in read["theoremqa"]),
        ],
        ("gaokao", "school exams"): [_joined(r["question"], r["answer"]) for r in read["gaokao2023en"]],
    }
    for (domain, group), items in sets.items():
        yield from _sheets(f"{domain}.set", group, True, items)
    others = [_with_options(row) for row in exams if row["category"] not in stem]
    yield from _sheets("mmlu-pro-others.set", "exams not in STEM", None, others)


def _textbook(folder: Path) -> Iterator[Text]:
    """Exercises with solutions; and, without a label, those without one and the prose of the book."""
    exercises = list(_rows(folder / "exercises.jsonl.gz"))
    solved = [_joined(row["problem"], row["solution"]) for row in exercises if row["solution"]]
    yield from _sheets("openstax.org", "textbook exercises", True, solved)
    unsolved = [row["problem"] for row in exercises if not row["solution"]]
    yield from _sheets("openstax.org", "exercises without answers", None, unsolved)
    for path in sorted((folder / "cnxml").glob("*.cnxml.gz")):
        root = etree.fromstring(gzip.decompress(path.read_bytes()))
        paragraphs = [
            " ".join("".join(para.itertext()).split())
            for para in root.iter("{*}para")
            if next(para.iterancestors("{*}exercise"), None) is None
        ]
        yield Text(path.name.partition(".")[0], "\n".join(paragraphs), "openstax.org", "textbook prose", None)


def _joined(*parts: Any) -> str:
    return "\n".join(str(part).strip() for part in parts)


def _members(value: Any) -> list[str]:
    return [str(item) for item in (ast.literal_eval(value) if isinstance(value, str) else value)]


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _gsm8k(answer: str) -> str:
    """Without the calculator marks `<<48/2=24>>` and the sign before the result."""
    return re.sub(r"<<[^<>]*>>", "", answer).replace("#### ", "")


def _with_options(row: dict[str, Any]) -> str:
    options = [f"{letter}. {text}" for letter, text in zip("ABCDEFGHIJ", _members(row["options"]), strict=False)]
    return _joined(row["question"], *options, row["answer"])


def _json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    return found


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a JSON Lines file or of a JSON array, gzipped or not."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if ".json" in path.suffixes:
        yield from json.loads(raw)
    else:
        yield from (json.loads(line) for line in raw.split(b"\n") if line.strip())
