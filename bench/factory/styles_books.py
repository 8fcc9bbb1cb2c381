# ruff: noqa: E501 - markup keeps the lines in which sites write it
"""Books and sheets: exercises with solutions at the end, answer keys, worked examples, LibreTexts."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from bench.factory import words
from bench.factory.chrome import crumbs, slug
from bench.factory.compose import RAW, Draft
from bench.factory.page import Page
from bench.factory.pairs import Pair, Pool


def exercise_sheet(pool: Pool, rng: Random) -> Page:
    """Numbered exercises, then all, some or none of the solutions under a heading of their own."""
    draft = Draft.begin(pool, rng, (*RAW, "mathjax2", "mathml_annotated"))
    pairs = draft.pairs(3, 12)
    fate = rng.random()
    solved = [fate > 0.35 or rng.random() < 0.6 for _ in pairs] if fate > 0.2 else [False] * len(pairs)
    label = draft.one_of("Exercise", "Problem", "Question", "")
    form = rng.choice((_sheet_list, _sheet_run_in, _sheet_headed))
    if form is _sheet_list and not all(solved):
        form = _sheet_run_in
    course = f"{draft.one_of('MATH', 'PHYS', 'MA', 'Course')} {rng.randrange(100, 400)}"
    title = f"{course} {draft.one_of('Problem Set', 'Exercise Sheet', 'Homework', 'Tutorial')} {rng.randrange(1, 13)}"
    solutions = form(draft, pairs, solved, label, True)
    after = (
        f"<h2>{draft.one_of('Solutions', 'Answers', 'Solutions to the exercises', 'Selected answers')}</h2>\n{solutions}"
        * any(solved)
    )
    content = f"""<h1>{title}</h1><p><i>{words.person(rng)}, Department of Mathematics. Due {words.date(rng)}.</i></p>
<p>{draft.one_of("Show all your work.", "Hand in your work at the beginning of class.", "You may work in groups of two.")}</p>
<h2>{draft.one_of("Exercises", "Problems", "Questions")}</h2>
{form(draft, pairs, [True] * len(pairs), label, False)}
{after}<hr><address>Last modified: {words.date(rng)}</address>"""
    shown = [_sheet_label(draft, label, number, form is _sheet_list) for number in range(1, len(pairs) + 1)]
    expected = [draft.expect(pair, name) for pair, name, done in zip(pairs, shown, solved, strict=True) if done]
    path = f"~{rng.choice(words.FAMILY)}/{slug(course)}/{slug(title)}.html"
    return draft.page("exercise_sheet", path=path, title=title, content=content, expected=expected, posts=len(pairs))


def _sheet_label(draft: Draft, label: str, number: int, listed: bool) -> str:
    return "" if listed else f"{label} {number}.".strip()


def _sheet_list(draft: Draft, pairs: Sequence[Pair], shown: Sequence[bool], label: str, answers: bool) -> str:
    items = "".join(
        f"<li>{draft.writer.paragraphs(pair.answer if answers else pair.question)}</li>\n" for pair in pairs
    )
    return f"<ol>\n{items}</ol>"


def _sheet_run_in(draft: Draft, pairs: Sequence[Pair], shown: Sequence[bool], label: str, answers: bool) -> str:
    made = []
    tag = "b" if len(draft.site.name) % 2 else "strong"
    for number, (pair, show) in enumerate(zip(pairs, shown, strict=True), 1):
        text = draft.writer.paragraphs(pair.answer if answers else pair.question)
        name = f"<{tag}>{_sheet_label(draft, label, number, False)}</{tag}> "
        made.append(text.replace("<p>", f"<p>{name}", 1) if show else "")
    return "\n".join(made)


def _sheet_headed(draft: Draft, pairs: Sequence[Pair], shown: Sequence[bool], label: str, answers: bool) -> str:
    made = []
    for number, (pair, show) in enumerate(zip(pairs, shown, strict=True), 1):
        text = draft.writer.paragraphs(pair.answer if answers else pair.question)
        made.append(f"<h3>{_sheet_label(draft, label, number, False)}</h3>\n{text}\n" if show else "")
    return "".join(made)


def textbook_key(pool: Pool, rng: Random) -> Page:
    """A chapter of two or three sections whose exercises are answered, odd ones only or all, at the end of the page."""
    draft = Draft.begin(pool, rng, ("paren", "mathjax3", "mathml", "mathml_annotated", "katex"))
    chapter, odd_only, keyed = rng.randrange(1, 14), rng.random() < 0.6, rng.random() > 0.2
    short = rng.random() < 0.6
    body, key, expected, posts = [], [], [], 0
    restart, number = rng.random() < 0.5, 0
    for section in range(1, rng.randrange(2, 5)):
        pairs = [_shortened(pair) if short else pair for pair in draft.pairs(3, 8)]
        first = 1 if restart else number + 1
        numbered = list(enumerate(pairs, first))
        number, posts = numbered[-1][0], posts + len(pairs)
        name = f"{chapter}.{section}"
        body.append(_chapter_section(draft, name, numbered))
        answered = [(n, pair) for n, pair in numbered if n % 2 or not odd_only]
        key.append((name, answered))
        expected += [draft.expect(pair, f"{n}.") for n, pair in answered]
    heading = "Answers to Odd-Numbered Exercises" if odd_only else draft.one_of("Answer Key", "Answers to Exercises")
    back = f'<h2 id="answers">{heading}</h2>' + _answer_key(draft, key, restart, short) if keyed else ""
    title = f"Chapter {chapter}: {draft.one_of('Fundamentals', 'Applications', 'Ratios and Rates', 'First Principles')}"
    content = f"""{crumbs(draft.site, "Textbook", f"Chapter {chapter}")}<h1>{title}</h1><div class="{draft.site.css("chapter", "toc")}"><ul>{"".join(f'<li><a href="#s{n}">Section {n}</a></li>' for n, _ in key)}</ul></div>
{"".join(body)}{back}<div class="{draft.site.css("prev", "next")}"><a href="ch{chapter - 1}.html">Previous</a> <a href="ch{chapter + 1}.html">Next</a></div>"""
    return draft.page(
        "textbook_key",
        path=f"book/ch{chapter}.html",
        title=title,
        content=content,
        expected=expected if keyed else (),
        posts=posts,
    )


def _shortened(pair: Pair) -> Pair:
    return replace(pair, answer=pair.short) if pair.short else pair


def _chapter_section(draft: Draft, name: str, numbered: Sequence[tuple[int, Pair]]) -> str:
    prose = "".join(
        f"<p>{' '.join(draft.rng.sample(words.EXPOSITION, 3))}</p>" for _ in range(draft.rng.randrange(1, 3))
    )
    items = "\n".join(
        f'<div class="{draft.site.css("exercise")}"><span class="{draft.site.css("number")}">{n}.</span> {draft.writer.breaks(pair.question)}</div>'
        for n, pair in numbered
    )
    return f'<section id="s{name}"><h2>{name} {draft.one_of("The Basics", "More on Quantities", "Further Topics")}</h2>{prose}<h3>{draft.one_of("Exercises", f"Exercises {name}", "Problems")}</h3>\n{items}</section>'


def _answer_key(draft: Draft, key: Sequence[tuple[str, Sequence[tuple[int, Pair]]]], headed: bool, short: bool) -> str:
    """Headed by section where numbers start anew in each; as rows, paragraphs, or run in where answers are short."""
    form = draft.rng.choice(("rows", "paragraphs", "run in") if short else ("rows", "paragraphs"))
    made = []
    for name, answered in key:
        if headed:
            made.append(f"<h3>Section {name}</h3>")
        texts = [(number, draft.writer.breaks(pair.answer)) for number, pair in answered]
        if form == "rows":
            made.append("<table>" + "".join(f"<tr><td>{n}.</td><td>{text}</td></tr>" for n, text in texts) + "</table>")
        elif form == "paragraphs":
            made += [f"<p>{n}. {text}</p>" for n, text in texts]
        else:
            made.append("<p>" + " &nbsp; ".join(f"<b>{n}.</b> {text}" for n, text in texts) + "</p>")
    return "\n".join(made)


def worked_examples(pool: Pool, rng: Random) -> Page:
    """Lecture notes: definitions and exposition, examples with solutions, sometimes examples without."""
    draft = Draft.begin(pool, rng, (*RAW, "mathjax2_script", "mathml_annotated"))
    chapter, solved = rng.randrange(1, 12), rng.random() > 0.15
    boxed, told = rng.random() < 0.5, draft.one_of("Solution", "Solution", "Answer")
    body, expected = [], []
    pairs = draft.pairs(2, 7)
    for number, pair in enumerate(pairs, 1):
        label = f"Example {chapter}.{number}"
        expected.append(draft.expect(pair, label))
        question, answer = draft.writer.paragraphs(pair.question), draft.writer.paragraphs(pair.answer)
        exposition = f"<p>{' '.join(rng.sample(words.EXPOSITION, 3))}</p>"
        if boxed:
            shown = f'<div class="{draft.site.css("answer", "part")}"><p><em>{told}.</em></p>{answer}</div>' * solved
            body.append(
                f'{exposition}<div class="{draft.site.css("example", "box")}"><h4>{label}</h4>{question}{shown}</div>'
            )
        else:
            shown = answer.replace("<p>", f"<p><i>{told}:</i> ", 1) * solved
            heading = f"<h3>{chapter}.{number} {draft.one_of('Remarks', 'Going further', 'Units')}</h3>"
            body.append(f"{heading}{exposition}<p><b>{label}.</b></p>{question}\n{shown}")
    title = f"Lecture {chapter}: {draft.one_of('Working with quantities', 'Problem solving', 'Methods')}"
    content = f"<h1>{title}</h1><p>{words.person(rng)}</p><blockquote>{rng.choice(words.SIGNATURES)}</blockquote>{''.join(body)}<h3>References</h3><ul><li>Lecture notes of last year.</li></ul>"
    return draft.page(
        "worked_examples",
        path=f"notes/lecture{chapter}.html",
        title=title,
        content=content,
        expected=expected if solved else (),
        posts=len(pairs),
    )


def libretexts(pool: Pool, rng: Random) -> Page:
    """Boxes with legends; answers in a definition list that the site folds, after a hint now and then."""
    draft = Draft.begin(pool, rng, ("paren", "paren", "mathjax2", "mathjax3"))
    chapter, section = rng.randrange(1, 15), rng.randrange(1, 9)
    raw = draft.encoding.name == "paren"
    fate, body, expected = rng.random(), [], []
    pairs = draft.pairs(2, 9)
    for number, pair in enumerate(pairs, 1):
        kind = draft.one_of("Exercise", "Exercise", "Example")
        label = rf"{kind} \(\PageIndex{{{number}}}\)" if raw else f"{kind} {chapter}.{section}.{number}"
        solved = fate > 0.15 and (kind == "Example" or rng.random() < 0.8)
        if solved:
            expected.append(draft.expect(pair, label))
        body.append(_libre_box(draft, pair, kind, label, solved))
        if rng.random() < 0.4:
            body.append(f'<p class="lt-math-{draft.number()}">{" ".join(rng.sample(words.EXPOSITION, 2))}</p>')
    title = f"{chapter}.{section}: {draft.one_of('Practice', 'Exercises', 'Problem Solving')}"
    content = f"""<article id="elm-main-content" class="elm-content-container"><header><h1 id="title" class="title">{title}</h1><ul class="elm-meta-data"><li>Last updated</li><li>{words.date(rng)}</li></ul></header>
<section class="mt-content-container"><div class="box-objectives"><h5 class="box-legend"><span class="lt-icon-default">Learning Objectives</span></h5><ul><li>Solve word problems</li><li>Check results</li></ul></div>
{"".join(body)}<div class="autoattribution"><p>This page is shared under a CC BY license and was authored, remixed, and/or curated by {words.person(rng)}.</p></div></section>
<footer class="mt-content-footer"><ul class="mt-related-listings-list"><li>Back to top</li></ul></footer></article>"""
    return draft.page(
        "libretexts",
        path=f"Bookshelves/Book/{chapter:02d}/{section:02d}",
        title=title,
        content=content,
        expected=expected,
        posts=len(pairs),
    )


def _libre_box(draft: Draft, pair: Pair, kind: str, label: str, solved: bool) -> str:
    css = f"lt-math-{draft.number() % 99999}"
    legend = (
        f'<{(h := draft.one_of("p", "h5"))} class="box-legend {css}"><span class="lt-icon-default">{label}</span></{h}>'
    )
    question = draft.writer.paragraphs(pair.question, f'<p class="{css}">')
    answer = draft.writer.paragraphs(pair.answer, f'<p class="{css}">')
    if not solved:
        told = ""
    elif kind == "Example":
        told = f'<p class="{css}"><strong>Solution</strong></p>{answer}'
    else:
        hint = f"<dt>Hint</dt><dd><p>{draft.one_of('Draw a picture.', 'Work backwards.', 'Write down what is given.')}</p></dd>"
        told = f'<dl>{hint * (draft.rng.random() < 0.25)}<dt class="{css}">{draft.one_of("Answer", "Answer", "Solution")}</dt><dd>{answer}</dd></dl>'
    return f'<div class="box-{kind.lower()}">{legend}{question}{told}</div>\n'
