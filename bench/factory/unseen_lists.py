# ruff: noqa: E501 - markup keeps the lines in which sites write it
"""Held-out styles, lists."""

import json
import re
from random import Random

from bench.factory import words
from bench.factory.chrome import share, slug
from bench.factory.compose import Draft
from bench.factory.page import Page
from bench.factory.pairs import Pair, Pool
from bench.factory.threads import title_of


def nineties_tables(pool: Pool, rng: Random) -> Page:
    draft = Draft.begin(pool, rng, ("html", "html", "mimetex", "codecogs"))
    pairs, answered, form = draft.pairs(3, 10), rng.random() > 0.18, rng.randrange(3)
    colours = [f"#{rng.randrange(16**6):06X}" for _ in range(3)]
    font = f'<FONT FACE="{draft.one_of("Arial", "Times", "Verdana,Helvetica")}" SIZE={rng.randrange(2, 4)}>'
    rows = "\n".join(_table_row(draft, pair, form, n, answered, colours, font) for n, pair in enumerate(pairs, 1))
    title = draft.one_of("The Homework Page", "Puzzles with Answers", "Ask Professor Pi", "Brain Teasers")
    menu = "<BR>".join(f'<A HREF="{slug(label)}.html">{label}</A>' for label in rng.sample(words.NAV, 6))
    content = f"""<CENTER><H1>{title}</H1><IMG SRC="line.gif" WIDTH=400 HEIGHT=5></CENTER><TABLE BORDER=0 WIDTH="100%" CELLPADDING=4><TR><TD VALIGN=TOP WIDTH=120 BGCOLOR={colours[2]}>{font}{menu}</FONT></TD><TD VALIGN=TOP>
{font}<P>{rng.choice(words.NEWS)}<P></FONT><TABLE BORDER=1 CELLSPACING=0 CELLPADDING=6 WIDTH="95%">
{rows}</TABLE><P><CENTER><FONT SIZE=1>You are visitor number {rng.randrange(1000, 99999)}. Best viewed with Netscape Navigator.</FONT></CENTER></TD></TR></TABLE>"""
    titles = [f"{n}." if form == 0 else (f"Question {n}" if form == 2 else "") for n in range(1, len(pairs) + 1)]
    expected = [draft.expect(pair, name) for pair, name in zip(pairs, titles, strict=True)] if answered else []
    return draft.page(
        "nineties_tables",
        path=f"~{rng.choice(words.FAMILY)}/{slug(title)}.htm",
        title=title,
        content=content,
        expected=expected,
        posts=len(pairs),
    )


def _table_row(draft: Draft, pair: Pair, form: int, number: int, answered: bool, colours: list[str], font: str) -> str:
    question, answer = (
        _loud(draft.writer.breaks(pair.question)),
        _loud(draft.writer.breaks(pair.answer)) if answered else "&nbsp;",
    )
    if form == 0:
        head = f"<TR BGCOLOR={colours[0]}><TH>No.<TH>Question<TH>Answer</TR>\n" if number == 1 else ""
        return (
            f"{head}<TR VALIGN=TOP><TD>{font}{number}.</FONT><TD>{font}{question}</FONT><TD>{font}{answer}</FONT></TR>"
        )
    if form == 1:
        told = f"\n<TR><TD BGCOLOR={colours[1]}><B>A</B><TD>{font}{answer}</FONT></TR>" * answered
        return f"<TR><TD BGCOLOR={colours[0]}><B>Q</B><TD>{font}<B>{question}</B></FONT></TR>{told}"
    told = f"<TR><TD>{font}<FONT COLOR=RED><B>Answer</B></FONT><BR>{answer}</FONT></TR>" * answered
    return f"<TR><TD BGCOLOR={colours[0]}><B>Question {number}</B></TR><TR><TD>{font}{question}</FONT></TR>{told}"


def _loud(text: str) -> str:
    return re.sub(r"<(/?)(br|b|i|em|strong|u|sup|sub)( /)?>", lambda found: f"<{found[1]}{found[2].upper()}>", text)


def wiki_exercises(pool: Pool, rng: Random) -> Page:
    draft = Draft.begin(pool, rng, ("wikipedia",))
    pairs, answered, form = draft.pairs(2, 9), rng.random() > 0.18, rng.randrange(3)
    title = f"{pairs[0].subject}/{draft.one_of('Exercises', 'Problems', 'Practice problems')}"
    body, expected = [], []
    for number, pair in enumerate(pairs, 1):
        label = f"{draft.one_of('Exercise', 'Exercise')} {number}" if form != 2 else f"{number}."
        solved = answered and rng.random() < 0.85
        body.append(_wiki_item(draft, pair, form, label, solved))
        if solved:
            expected.append(draft.expect(pair, label))
    toc = "".join(
        f'<li class="toclevel-1"><a href="#E{n}"><span class="tocnumber">{n}</span> <span class="toctext">Exercise {n}</span></a></li>'
        for n in range(1, len(pairs) + 1)
    )
    content = f"""<h1 id="firstHeading" class="firstHeading">{title}</h1><div id="bodyContent"><div id="siteSub">From {draft.site.name}, the open learning community</div><div id="mw-content-text" lang="en" dir="ltr" class="mw-content-ltr"><div class="mw-parser-output"><table class="metadata plainlinks ambox"><tr><td>This page is <b>under development</b>. You can help by expanding it.</td></tr></table>
<p>{" ".join(rng.sample(words.EXPOSITION, 2))}</p><div id="toc" class="toc"><h2>Contents</h2><ul>{toc}</ul></div>{"".join(body)}<h2><span class="mw-headline" id="See_also">See also</span></h2><ul><li><a href="/wiki/Arithmetic">Arithmetic</a></li></ul>
<div class="navbox"><table><tr><th>Topics</th><td>Numbers · Shapes · Motion</td></tr></table></div></div></div><div id="catlinks" class="catlinks">Categories: <a>{pairs[0].subject}</a></div></div>"""
    return draft.page(
        "wiki_exercises",
        path=f"wiki/{title.replace(' ', '_')}",
        title=title,
        content=content,
        expected=expected,
        posts=len(pairs),
    )


def _wiki_item(draft: Draft, pair: Pair, form: int, label: str, solved: bool) -> str:
    edit = '<span class="mw-editsection"><span class="mw-editsection-bracket">[</span><a>edit</a><span class="mw-editsection-bracket">]</span></span>'
    question, answer = draft.writer.paragraphs(pair.question), draft.writer.paragraphs(pair.answer)
    told = draft.one_of("Solution", "Solution", "Answer")
    if form == 0:
        hidden = f'<div class="mw-collapsible mw-collapsed toccolours" style="width:95%"><div style="font-weight:bold;">{told}</div><div class="mw-collapsible-content">{answer}</div></div>'
        return (
            f'<h3><span class="mw-headline" id="{slug(label)}">{label}</span>{edit}</h3>\n{question}{hidden * solved}'
        )
    if form == 1:
        hidden = f'<div class="NavFrame"><div class="NavHead">{told}:</div><div class="NavContent" style="text-align:left; display:none">{answer}</div></div>'
        return f'<div class="cot-box"><p><b>{label}</b></p>{question}{hidden * solved}</div>'
    hidden = (
        f'<table class="wikitable collapsible collapsed"><tr><th>{told}</th></tr><tr><td>{answer}</td></tr></table>'
    )
    return f"<dl><dt>{label}</dt></dl>{question}{hidden * solved}"


def blogger_posts(pool: Pool, rng: Random) -> Page:
    draft = Draft.begin(pool, rng, ("codecogs", "mathjax2_script", "dollar", "html"))
    pairs, form = draft.pairs(2, 5), rng.randrange(3)
    posts, expected = [], []
    for place, pair in enumerate(pairs):
        fate, title = rng.random(), title_of(pair, rng)
        if fate < 0.15:
            inner = "<br />".join(f"<div>{words.news(rng, 2)}</div>" for _ in range(3))
            title = words.news(rng, 1)[:60]
        else:
            inner, label = _blogger_body(draft, pair, form, place, fate > 0.3)
            if fate > 0.3:
                expected.append(draft.expect(pair, label, title))
        posts.append(_blogger_post(draft, title, inner))
    archive = "".join(
        f"<li><a>{month} {rng.randrange(2007, 2016)}</a> ({rng.randrange(1, 30)})</li>" for month in words.MONTHS[:5]
    )
    content = f"""<div id="main-wrapper"><div class="main section" id="main"><div class="widget Blog" id="Blog1"><div class="blog-posts hfeed">{"".join(posts)}</div><div class="blog-pager" id="blog-pager"><a class="blog-pager-older-link">Older Posts</a> <a class="home-link">Home</a></div></div></div></div>
<div id="sidebar-wrapper"><div class="widget BlogArchive"><h2>Blog Archive</h2><ul>{archive}</ul></div><div class="widget Profile"><h2>About Me</h2><p>{rng.choice(words.SIGNATURES)}</p></div></div>"""
    return draft.page(
        "blogger_posts",
        path=f"{rng.randrange(2007, 2016)}/0{rng.randrange(1, 10)}/",
        title=f"{draft.site.name} blog",
        content=content,
        expected=expected,
        posts=len(pairs),
    )


def _blogger_post(draft: Draft, title: str, inner: str) -> str:
    number = draft.rng.getrandbits(60)
    return f"""<div class="date-outer"><h2 class="date-header"><span>{words.date(draft.rng)}</span></h2><div class="date-posts"><div class="post-outer"><div class="post hentry uncustomized-post-template"><a name="{number}"></a><h3 class="post-title entry-title"><a href="/{slug(title)}.html">{draft.writer.inline(title)}</a></h3>
<div class="post-body entry-content" id="post-body-{number}"><div dir="ltr" style="text-align: left;" trbidi="on">{inner}</div><div style="clear: both;"></div></div><div class="post-footer"><span class="post-author vcard">Posted by <span class="fn">{words.person(draft.rng)}</span></span> <span class="post-timestamp">at {draft.rng.randrange(1, 12)}:{draft.rng.randrange(10, 59)} AM</span> <a class="comment-link">{draft.rng.randrange(5)} comments</a> {share(draft.site)} <span class="post-labels">Labels: <a>maths</a></span></div></div></div></div></div>"""


def _blogger_body(draft: Draft, pair: Pair, form: int, place: int, solved: bool) -> tuple[str, str]:
    """HTML of a post's text and the label before its question, where it is one."""
    question, answer = draft.writer.breaks(pair.question), draft.writer.breaks(pair.answer)
    gap = draft.one_of("<br /><br />", "<br />\n<br />\n", "<div><br /></div>")
    if form == 0:
        told = f"{gap}<b>Solution:</b><br />{answer}" * solved
        return f"<b>Problem:</b> {question}{told}", ""
    if form == 1:
        told = (
            f'<div><a href="javascript:toggle(\'s{place}\')">Show/Hide Solution</a></div><div id="s{place}" style="display: none;">{answer}</div>'
            * solved
        )
        return f"<div>{question}</div>{told}", ""
    told = f'{gap}<span style="font-weight: bold;">Ans.</span> {answer}' * solved
    return f'<span style="font-weight: bold;">Q{place + 1}.</span> {question}{told}', f"Q{place + 1}."


def flashcards(pool: Pool, rng: Random) -> Page:
    draft = Draft.begin(pool, rng, ("katex", "html", "mathml", "paren"))
    pairs, form, empty = draft.pairs(4, 20, longest=400), rng.randrange(3), rng.random() < 0.15
    title = f"{pairs[0].subject} {draft.one_of('flashcards', 'study set', 'revision cards')}"
    if empty:
        members = "".join(
            f"<div class='SetPreview'><a href='/set/{draft.number()}'>{pair.subject}: {pair.keywords[0]}</a> <span>{rng.randrange(5, 60)} terms</span></div>"
            for pair in pairs
        )
        cards = f"<div class='SetList'>{members}</div>"
    else:
        cards = "\n".join(_flashcard(draft, pair, form, n) for n, pair in enumerate(pairs, 1))
    has_data = form == 1 and not empty and draft.encoding.name == "paren"
    content = f"""<div class="SetPage"><h1 class="SetPage-title">{title}</h1><div class="SetPage-modes"><a>Learn</a><a>Test</a><a>Match</a><button>Share</button></div><div class="CardCounter">1 / {len(pairs)}</div><h2>Terms in this set ({len(pairs)})</h2><section class="SetPage-terms">{cards}</section>
<div class="SetPage-also"><h4>Other sets by {words.person(rng)}</h4><a>Vocabulary, unit 3</a> <a>Midterm review</a></div></div>"""
    return draft.page(
        "flashcards",
        path=f"{draft.number()}/{slug(title)}-flash-cards/",
        title=title,
        content=content,
        extra=_quiz_data(title, pairs) if has_data else "",
        expected=[] if empty else [draft.expect(pair) for pair in pairs],
        posts=len(pairs),
    )


def _quiz_data(title: str, pairs: list[Pair]) -> str:
    parts = [
        {
            "@type": "Question",
            "eduQuestionType": "Flashcard",
            "text": pair.question,
            "acceptedAnswer": {"@type": "Answer", "text": pair.answer},
        }
        for pair in pairs
    ]
    data = {
        "@context": "https://schema.org/",
        "@type": "Quiz",
        "about": {"@type": "Thing", "name": title},
        "hasPart": parts,
    }
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def _flashcard(draft: Draft, pair: Pair, form: int, number: int) -> str:
    front, back = draft.writer.breaks(pair.question), draft.writer.breaks(pair.answer)
    if form == 0:
        return f'<div class="SetPageTerm-content" aria-label="Term"><div class="SetPageTerm-side SetPageTerm-smallSide"><a class="SetPageTerm-wordText"><span class="TermText notranslate lang-en">{front}</span></a></div><div class="SetPageTerm-side SetPageTerm-largeSide"><a class="SetPageTerm-definitionText"><span class="TermText notranslate lang-en">{back}</span></a></div><button aria-label="Star"></button></div>'
    if form == 1:
        return f'<div class="flip-card" data-card="{number}"><div class="flip-card-inner"><div class="flip-card-front">{front}</div><div class="flip-card-back">{back}</div></div></div>'
    return f'<div class="cards-row" role="row"><div role="cell" class="cell-front"><div class="side-label">Front</div><div>{front}</div></div><div role="cell" class="cell-back"><div class="side-label">Back</div><div>{back}</div></div></div>'
