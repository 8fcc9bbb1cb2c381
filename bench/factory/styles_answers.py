# ruff: noqa: E501 - markup keeps the lines in which sites write it
"""Answer pages: homework-help sites with experts' answers, QAPage in JSON-LD, blogs with problem and solution."""

import html
import json
from random import Random
from typing import Any

from bench.factory import words
from bench.factory.chrome import advert, crumbs, share, slug
from bench.factory.compose import Draft
from bench.factory.page import Expected, Page
from bench.factory.pairs import Pair, Pool
from bench.factory.threads import Habits, Post, Thread, title_of


def homework_help(pool: Pool, rng: Random) -> Page:
    """The question is the heading; one or two answers with ratings, one perhaps marked as verified."""
    draft = Draft.begin(pool, rng, ("katex", "mathjax3", "paren", "codecogs", "html"))
    thread = draft.thread(Habits(votes=True, accepts=True, noise=False, quotes=False, most_also=1), titled=False)
    number = draft.number()
    answers = "\n".join(_rated_answer(draft, post, place) for place, post in enumerate(thread.replies))
    waiting = '<div class="sg-box"><p class="sg-text">Still waiting for an answer. Be the first to help!</p><button>Answer this question</button></div>'
    others = "".join(
        f'<li class="sg-list__element"><a href="/question/{draft.number()}" class="sg-text sg-text--link">{draft.writer.inline(pair.question)}</a></li>'
        for pair in draft.pairs(3, 5)
    )
    tag = draft.one_of("h1", "div", "h2")
    content = f"""{crumbs(draft.site, thread.subject, "High School")}<article class="brn-qpage-layout"><div class="brn-qpage-next-question-box" data-testid="question_box"><div class="sg-flex">
<a href="/profile/{draft.number()}"><span class="sg-avatar"></span>{html.escape(thread.question.author)}</a> <span class="sg-text--small">{words.date(rng)}</span> <ul class="breadcrumbs"><li><a>{thread.subject}</a></li><li>High School</li></ul></div>
<{tag} class="sg-text sg-text--large js-question-text" data-testid="question_box_text">{draft.writer.breaks(thread.question.text)}</{tag}><div class="sg-flex"><button>+{rng.randrange(5, 20)} pts</button><button>Report</button></div></div>
{advert(draft.site)}<div class="js-question-answers"><h2 class="sg-headline">{len(thread.replies)} {draft.one_of("Answers", "Answer(s)")}</h2>{answers or waiting}</div></article>
<section class="brn-related-questions"><h2>{draft.one_of("New questions in ", "Still have questions in ")}{thread.subject}</h2><ul>{others}</ul></section>"""
    return draft.page(
        "homework_help",
        path=f"question/{number}",
        title=thread.question.text.split("\n")[0][:80],
        content=content,
        expected=thread.expected(draft.writer),
        posts=len(thread.posts),
    )


def _rated_answer(draft: Draft, post: Post, place: int) -> str:
    verified = (
        '<div class="brn-verified"><svg></svg><h3 class="sg-headline--small">Expert-Verified Answer</h3></div>'
        * post.accepted
    )
    rating = f'<div class="rating" data-testid="rating"><span class="sg-text--bold">{3 + post.votes % 20 / 10:.1f}</span> ({post.votes} votes)</div>'
    return f"""<div class="js-answer brn-qpage-next-answer-box" id="answer-{draft.number()}" data-z="{place}">{verified}<div class="sg-flex brn-author"><span class="sg-text">{html.escape(post.author)}</span> <span>{draft.rng.randrange(2, 900)} answers</span> <span>{draft.rng.randrange(2, 90)}K people helped</span></div>
<div class="brn-qpage-next-answer-box-content js-answer-content"><div class="sg-text" data-testid="answer_box_text">{draft.writer.paragraphs(post.text)}</div></div>
<div class="sg-actions-list"><button><span>Thanks</span> <span>{post.votes}</span></button>{rating}<button>{draft.one_of("Comments (0)", "Ask for details")}</button></div></div>"""


def jsonld_qapage(pool: Pool, rng: Random) -> Page:
    """Plain markup of the site's own, and the same thread as QAPage in JSON-LD."""
    draft = Draft.begin(pool, rng, ("dollar3", "paren", "katex", "mathjax2"))
    thread = draft.thread(Habits(votes=True, accepts=True, noise=False, quotes=False, remarks=True))
    css, number = draft.site.css, draft.number()
    answers = "\n".join(_own_answer(draft, post) for post in thread.replies)
    content = f"""<section class="{css("question", "page")}"><h1>{draft.writer.inline(thread.title)}</h1><div class="{css("meta", "line")}">Asked by {html.escape(thread.question.author)} on {words.date(rng)} · {rng.randrange(3, 900)} views</div>
<div class="{css("question", "text")}">{draft.writer.paragraphs(thread.question.text)}</div>{share(draft.site)}
<h2>{len(thread.replies)} {draft.one_of("Answers", "Replies", "Solutions")}</h2>{answers}</section>"""
    return draft.page(
        "jsonld_qapage",
        path=f"question/{number}/{slug(thread.title)}",
        title=thread.title,
        content=content,
        expected=thread.expected(draft.writer),
        posts=len(thread.posts),
        related=draft.other_titles(4),
        extra=f'<script type="application/ld+json">{_json(_qapage(thread, draft))}</script>',
    )


def _own_answer(draft: Draft, post: Post) -> str:
    css = draft.site.css
    mark = (
        f'<span class="{css("best", "mark")}">{draft.one_of("Best answer", "Accepted", "✔ Chosen by asker")}</span>'
        * post.accepted
    )
    remarks = "".join(
        f"<li>{html.escape(remark)} <small>{words.person(draft.rng)}</small></li>" for remark in post.remarks
    )
    return f"""<div class="{css("reply", "item")}" id="a{draft.number()}"><div class="{css("score", "box")}"><button>▲</button><b>{post.votes}</b><button>▼</button></div>{mark}
<div class="{css("reply", "text")}">{draft.writer.paragraphs(post.text)}</div><div class="{css("by", "line")}">{html.escape(post.author)}, {words.date(draft.rng)}</div><ul class="{css("notes")}">{remarks}</ul></div>"""


def _qapage(thread: Thread, draft: Draft) -> dict[str, Any]:
    def answer(post: Post) -> dict[str, Any]:
        author = {"@type": "Person", "name": post.author}
        return {"@type": "Answer", "text": draft.writer.plain(post.text), "upvoteCount": post.votes, "author": author}

    question: dict[str, Any] = {
        "@type": "Question",
        "name": draft.writer.plain(thread.title),
        "text": draft.writer.plain(thread.question.text),
        "answerCount": len(thread.replies),
        "upvoteCount": thread.question.votes,
    }
    accepted = [answer(post) for post in thread.replies if post.accepted]
    suggested = [answer(post) for post in thread.replies if not post.accepted]
    if accepted:
        question["acceptedAnswer"] = accepted[0]
    if suggested:
        question["suggestedAnswer"] = suggested
    page = {"@type": "QAPage", "mainEntity": question}
    if draft.rng.random() < 0.4:
        return {"@context": "https://schema.org", "@graph": [{"@type": "Organization", "name": draft.site.name}, page]}
    return {"@context": "https://schema.org", **page}


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data).replace("</", "<\\/")


def wordpress_problem(pool: Pool, rng: Random) -> Page:
    """A blog post with one to four problems and solutions, or with problems alone, or with no problem."""
    draft = Draft.begin(pool, rng, ("latex_php", "latex_php", "mathjax2_script", "dollar", "mathjax3"))
    fate = rng.random()
    pairs = draft.pairs(1, 4) if rng.random() < 0.4 else draft.pairs(1, 1)
    title = title_of(pairs[0], rng)
    labels = (
        draft.one_of("Problem", "Problem", "Exercise"),
        draft.one_of("Solution", "Solution", "Answer", "Detailed Solution"),
    )
    expected: list[Expected] = []
    if fate < 0.1:
        title, body = words.news(rng, 1), draft.essay(rng.randrange(3, 8))
    else:
        body, expected = _problems(draft, pairs, labels, title, solved=fate >= 0.22)
    comments = "".join(
        f'<li class="comment even thread-even depth-1" id="comment-{draft.number()}"><div class="comment-author vcard"><cite class="fn">{words.person(rng)}</cite> <span class="says">says:</span></div>'
        f'<div class="comment-meta commentmetadata">{words.date(rng)}</div><p>{rng.choice(words.THANKS + words.REMARKS)}</p><div class="reply"><a>Reply</a></div></li>'
        for _ in range(rng.randrange(4))
    )
    content = f"""<article id="post-{draft.number()}" class="post type-post status-publish hentry category-{slug(pairs[0].subject)}"><header class="entry-header"><h1 class="entry-title">{draft.writer.inline(title)}</h1>
<div class="entry-meta"><span class="posted-on">Posted on <time class="entry-date">{words.date(rng)}</time></span> <span class="byline">by {words.person(rng)}</span></div></header>
<div class="entry-content">{body}<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Share this:</h3>{share(draft.site)}</div><div id="jp-relatedposts" class="jp-relatedposts"><h3 class="jp-relatedposts-headline"><em>Related</em></h3></div></div>
<footer class="entry-footer">Filed under <a>{pairs[0].subject}</a>. Tagged {pairs[0].keywords[0]}.</footer></article><div id="comments" class="comments-area"><h2 class="comments-title">{draft.one_of("Thoughts", "Responses")}</h2><ol class="commentlist">{comments}</ol>
<div id="respond"><h3>Leave a Reply</h3><p>Your email address will not be published.</p></div></div>"""
    return draft.page(
        "wordpress_problem",
        path=f"{rng.randrange(2008, 2024)}/0{rng.randrange(1, 10)}/{slug(title)}/",
        title=title,
        content=content,
        expected=expected,
        posts=len(pairs),
        related=draft.other_titles(4) if rng.random() < 0.6 else (),
    )


def _problems(
    draft: Draft, pairs: list[Pair], labels: tuple[str, str], title: str, *, solved: bool
) -> tuple[str, list[Expected]]:
    """HTML of all problems of a post, and what is expected of it."""
    shown = [_problem(draft, pair, labels, place * (len(pairs) > 1), solved) for place, pair in enumerate(pairs, 1)]
    body = "\n".join(text for text, _ in shown)
    expected = [draft.expect(pair, label, title) for pair, (_, label) in zip(pairs, shown, strict=True) if solved]
    if draft.rng.random() < 0.4:
        body = draft.essay(1) + "\n" + body
    return body + "<p>Leave your solution in the comments!</p>" * (not solved), expected


def _problem(draft: Draft, pair: Pair, labels: tuple[str, str], number: int, solved: bool) -> tuple[str, str]:
    """HTML of the problem and the label before its question, if it has one."""
    form = len(draft.site.domain) % 4  # one form for a whole page
    asked, told = (f"{labels[0]} {number}" if number else labels[0]), labels[1]
    label = asked if number else ""
    question, answer = draft.writer.paragraphs(pair.question), draft.writer.paragraphs(pair.answer)
    if form == 0:
        text = f"<h2>{asked}</h2>\n{question}\n" + f"<h2>{told}</h2>\n{answer}\n" * solved
    elif form == 1:
        text = f"<p><strong>{asked}.</strong></p>{question}\n" + f"<p><strong>{told}.</strong></p>{answer}\n" * solved
    elif form == 2:
        run_in = question.replace("<p>", f"<p><strong>{asked}:</strong> ", 1)
        text = run_in + ("\n" + answer.replace("<p>", f"<p><strong>{told}:</strong> ", 1)) * solved
    else:
        text = f'<div class="wp-block-group"><h3 class="wp-block-heading">{asked}</h3><blockquote class="wp-block-quote">{question}</blockquote></div>'
        text += f'<h3 class="wp-block-heading">{told}</h3>\n{answer}\n' * solved
    return text, label
