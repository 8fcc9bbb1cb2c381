# ruff: noqa: E501 - markup keeps the lines in which sites write it
"""Lists of questions with answers: FAQ accordions, Q and A in plain paragraphs, quizzes to reveal, definition lists."""

import json
from collections.abc import Sequence
from random import Random

from bench.factory import words
from bench.factory.chrome import advert, share, slug
from bench.factory.compose import RAW, Draft
from bench.factory.page import Page
from bench.factory.pairs import Pair, Pool


def faq_accordion(pool: Pool, rng: Random) -> Page:
    """Panels that open on a click. Where there are no pairs, the panels are a course's syllabus."""
    draft = Draft.begin(pool, rng, ("katex", "paren", "mathjax3", "html"))
    pairs, empty, form = draft.pairs(3, 12), rng.random() < 0.15, rng.randrange(4)
    if empty:
        items = [
            (f"Week {n}: {topic}", f"<p>{words.news(rng, 2)}</p>")
            for n, topic in enumerate(("Introduction", "Methods", "Review"), 1)
        ]
    else:
        items = [(draft.writer.breaks(pair.question), draft.writer.paragraphs(pair.answer)) for pair in pairs]
    body = "\n".join(_panel(draft, form, place, top, inner) for place, (top, inner) in enumerate(items))
    title = (
        "Course outline"
        if empty
        else draft.one_of("Frequently Asked Questions", "Homework FAQ", "Your maths questions answered")
    )
    content = f'<div class="{draft.site.css("hero")}"><h1>{title}</h1><p>{draft.one_of("Everything in one place.", "Click a line to open it.")}</p></div>{advert(draft.site)}<div class="{draft.site.css("accordion")}">{body}</div>{share(draft.site)}'
    extra = ""
    if not empty and rng.random() < 0.4 and draft.encoding.name != "html":
        entities = [
            {
                "@type": "Question",
                "name": draft.writer.plain(pair.question),
                "acceptedAnswer": {"@type": "Answer", "text": draft.writer.plain(pair.answer)},
            }
            for pair in pairs
        ]
        data = json.dumps({"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": entities})
        extra = f'<script type="application/ld+json">{data}</script>'
    return draft.page(
        "faq_accordion",
        path=f"support/{slug(title)}",
        title=title,
        content=content,
        extra=extra,
        expected=[] if empty else [draft.expect(pair) for pair in pairs],
        posts=len(items),
    )


def _panel(draft: Draft, form: int, place: int, top: str, inner: str) -> str:
    css = draft.site.css
    icon = f'<span class="{css("icon")}" aria-hidden="true">+</span>'
    if form == 0:
        return f'<div class="{css("item")}"><h3><button aria-expanded="false" aria-controls="panel{place}">{top}{icon}</button></h3><div id="panel{place}" role="region" hidden>{inner}</div></div>'
    if form == 1:
        return f'<div class="card"><div class="card-header" id="heading{place}"><a class="btn btn-link" data-toggle="collapse" href="#collapse{place}">{top}</a></div><div id="collapse{place}" class="collapse"><div class="card-body">{inner}</div></div></div>'
    if form == 2:
        return f'<details class="{css("entry")}"><summary>{top}</summary><div>{inner}</div></details>'
    return f'<div class="{css("toggle")}"><div class="{css("toggle", "title")}" tabindex="0" role="button">{icon}{top}</div><div class="{css("toggle", "content")}" style="display: none;">{inner}</div></div>'


def qa_plain(pool: Pool, rng: Random) -> Page:
    """`Q:` and `A:` before paragraphs, numbered or not. Where there are no pairs, an interview-free essay."""
    draft = Draft.begin(pool, rng, ("html", "html", "paren", "mimetex", "mathjax2"))
    pairs, form = draft.pairs(3, 15), rng.randrange(5)
    fate = rng.random()
    marks = rng.choice((("Q:", "A:"), ("Q.", "A."), ("Question:", "Answer:"), ("QUESTION:", "ANSWER:")))
    if fate < 0.1:
        body, pairs = draft.essay(6), []
    else:
        blocks = [_q_and_a(draft, pair, marks, form, n, fate > 0.2) for n, pair in enumerate(pairs, 1)]
        body = rng.choice(("\n", "\n<hr>\n", "\n<br>\n")).join(blocks)
    title = draft.one_of(
        "Ask the teacher", "Questions & Answers", "Reader questions of the month", "Practice with answers"
    )
    intro = f"<p>{rng.choice(words.NEWS)}</p>"
    content = f"<h1>{title}</h1>{intro}{body}<hr><p><small>Do you have a question? <a href='mailto:editor@{draft.site.domain}'>Write to us</a>.</small></p>"
    return draft.page(
        "qa_plain",
        path=f"{slug(title)}.html",
        title=title,
        content=content,
        expected=[draft.expect(pair) for pair in pairs] if fate > 0.2 else [],
        posts=len(pairs),
    )


def _q_and_a(draft: Draft, pair: Pair, marks: tuple[str, str], form: int, number: int, answered: bool) -> str:
    ask, tell = marks
    if form == 0:
        question = draft.writer.paragraphs(pair.question).replace("<p>", f"<p><b>{ask}</b> ", 1)
        answer = draft.writer.paragraphs(pair.answer).replace("<p>", f"<p><b>{tell}</b> ", 1)
    elif form == 1:
        question = f"<p>{ask} {draft.writer.breaks(pair.question)}</p>"
        answer = f"<p>{tell} {draft.writer.breaks(pair.answer)}</p>"
    elif form == 2:
        ask, tell = f"Q{number}{marks[0][-1]}", f"A{number}{marks[1][-1]}"
        question = draft.writer.paragraphs(pair.question).replace("<p>", f"<p><strong>{ask}</strong> ", 1)
        answer = draft.writer.paragraphs(pair.answer).replace("<p>", f"<p><strong>{tell}</strong> ", 1)
    elif form == 3:
        answer = f"<br>\n<b>{tell}</b> {draft.writer.breaks(pair.answer)}" if answered else ""
        return f"<p><b>{ask}</b> {draft.writer.breaks(pair.question)}{answer}</p>"
    else:
        question = f"<p><b>{ask} {draft.writer.breaks(pair.question)}</b></p>"
        answer = f"<p>{tell} {draft.writer.breaks(pair.answer)}</p>"
    return f"{question}\n{answer}" if answered else question


def quiz_reveal(pool: Pool, rng: Random) -> Page:
    """Numbered questions, each with an answer to uncover: `<details>`, a hidden box with a button, a spoiler."""
    draft = Draft.begin(pool, rng, (*RAW, "katex", "mathjax3", "html"))
    pairs, form, shown = draft.pairs(3, 12), rng.randrange(4), rng.random() > 0.15
    ask = draft.one_of("Question", "Problem", "Quiz")
    labels = [f"{n}." if form % 2 else f"{ask} {n}" for n in range(1, len(pairs) + 1)]
    body = "\n".join(
        _card(draft, pair, form, label, place, shown)
        for place, (pair, label) in enumerate(zip(pairs, labels, strict=True))
    )
    topic = pairs[0].keywords[0]
    title = f"{draft.one_of('Quiz', 'Practice test', 'Test yourself')}: {pairs[0].subject} ({topic})"
    send = (
        ""
        if shown
        else "<form><button>Submit your answers</button></form><p>Answers are mailed to registered users.</p>"
    )
    content = (
        f"<h1>{title}</h1><p>{len(pairs)} questions. Try each one before you look.</p>{body}{send}{share(draft.site)}"
    )
    return draft.page(
        "quiz_reveal",
        path=f"quiz/{slug(topic)}",
        title=title,
        content=content,
        posts=len(pairs),
        related=draft.other_titles(4),
        expected=[draft.expect(pair, label) for pair, label in zip(pairs, labels, strict=True)] if shown else [],
    )


def _card(draft: Draft, pair: Pair, form: int, label: str, place: int, shown: bool) -> str:
    css = draft.site.css
    question, answer = draft.writer.paragraphs(pair.question), draft.writer.paragraphs(pair.answer)
    click = draft.rng.choice(("Show answer", "Show solution", "Reveal answer", "Click for the answer"))
    if form == 0:
        hidden = f"<details><summary>{click}</summary>{answer}</details>"
        return f'<div class="{css("quiz", "item")}"><h3>{label}</h3>{question}{hidden * shown}</div>'
    if form == 1:
        hidden = f'<input type="button" value="{click}" onclick="toggle(\'ans{place}\')"><div id="ans{place}" style="display:none">{answer}</div>'
        return f'<div class="{css("row")}"><p>{label}</p>{question}{hidden * shown}</div>'
    if form == 2:
        hidden = f'<div class="spoiler"><div class="spoiler-head"><a href="#">{click}</a></div><div class="spoiler-body" hidden>{answer}</div></div>'
        return f'<section><h4>{label}</h4><div class="{css("stem")}">{question}</div>{hidden * shown}</section>'
    hidden = f'<button type="button" data-target="#a{place}" class="btn">{click}</button><div class="{css("hide")} collapse" id="a{place}"><strong>Answer:</strong>{answer}</div>'
    return f'<div class="panel"><span class="{css("index")}">{label}</span>{question}{hidden * shown}</div>'


def definition_list(pool: Pool, rng: Random) -> Page:
    """`<dt>` asks, `<dd>` answers. Where there are no pairs, the list holds facts about a course."""
    draft = Draft.begin(pool, rng, ("html", "paren", "mathml", "mathml_annotated", "codecogs"))
    pairs, empty = draft.pairs(3, 14), rng.random() < 0.15
    head = _facts(draft) if rng.random() < 0.5 or empty else ""
    css = f' class="{draft.site.css("faq")}"' if rng.random() < 0.5 else ""
    mark = draft.one_of("", "", "<strong>{}</strong>", "<a name='q{0:.0s}'></a>{0}")
    many = rng.random() < 0.4
    items = "\n".join(
        f"<dt>{(mark or '{}').format(draft.writer.breaks(pair.question))}</dt>\n<dd>"
        f"{draft.writer.paragraphs(pair.answer) if many else draft.writer.breaks(pair.answer)}</dd>"
        for pair in pairs
    )
    title = (
        "Course information"
        if empty
        else draft.one_of("Questions from class", "Frequent questions", "Problems of the week")
    )
    content = f"<h1>{title}</h1>{head}" + (draft.essay(3) if empty else f"<dl{css}>\n{items}\n</dl>")
    return draft.page(
        "definition_list",
        path=f"info/{slug(title)}.html",
        title=title,
        content=content,
        expected=[] if empty else [draft.expect(pair) for pair in pairs],
        posts=len(pairs),
    )


def _facts(draft: Draft) -> str:
    facts: Sequence[tuple[str, str]] = (
        ("Instructor", words.person(draft.rng)),
        ("Room", f"B{draft.rng.randrange(100, 400)}"),
        ("Last updated", words.date(draft.rng)),
        ("Level", draft.one_of("Beginner", "Intermediate")),
    )
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts) + "</dl>"
