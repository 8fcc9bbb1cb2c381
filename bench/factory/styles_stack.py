# ruff: noqa: E501 - markup keeps the lines in which sites write it
"""Question-and-answer sites of the StackExchange kind: the markup of the 2010s and that of 2024."""

import html
from random import Random

from bench.factory import words
from bench.factory.chrome import slug
from bench.factory.compose import Draft
from bench.factory.page import Page
from bench.factory.pairs import Pool
from bench.factory.threads import Habits, Post, Thread, title_of

ENCODINGS = ("container", "container", "container_mathjax2", "dollar")
HABITS = Habits(votes=True, accepts=True, noise=False, quotes=False, remarks=True, sorted_by_votes=True)


def stack_classic(pool: Pool, rng: Random) -> Page:
    draft = Draft.begin(pool, rng, ENCODINGS)
    thread = draft.thread(HABITS)
    number = draft.number()
    title = draft.writer.inline(thread.title)
    answers = "\n".join(_classic_answer(draft, post) for post in thread.replies)
    count = len(thread.replies)
    link = f"/questions/{number}/{slug(thread.title)}"
    head = f'<h2>{count} {"Answer" if count == 1 else "Answers"}<span style="display:none;" itemprop="answerCount">{count}</span></h2>'
    tabs = '<div id="tabs"><a href="?tab=active">active</a><a href="?tab=oldest">oldest</a><a class="youarehere">votes</a></div>'
    content = f"""<div itemscope itemtype="http://schema.org/{draft.one_of("Question", "Article")}">
<div id="question-header"><h1 itemprop="name"><a href="{link}" class="question-hyperlink">{title}</a></h1></div>
<div id="mainbar"><div class="question" data-questionid="{number}" id="question">
{_classic_layout(draft, thread.question, "postcell", _tags(draft, thread))}
</div>
<div id="answers"><a name="tab-top"></a><div id="answers-header"><div class="subheader answers-subheader">{head}{tabs}</div></div>
{answers}<div id="new-answer"><h2 class="space">Your Answer</h2><form><textarea name="post-text"></textarea>
<input type="submit" value="Post Your Answer"></form></div>
<h2 class="bottom-notice">Not the answer you're looking for? Browse other questions tagged {_tags(draft, thread)}
or <a href="/questions/ask">ask your own question</a>.</h2></div></div>{_classic_side(draft, thread)}</div>"""
    return draft.page(
        "stack_classic",
        path=link[1:],
        title=thread.title,
        content=content,
        expected=thread.expected(draft.writer),
        posts=len(thread.posts),
    )


def _classic_layout(draft: Draft, post: Post, cell: str, after: str) -> str:
    mark = (
        '<span class="vote-accepted-on load-accepted-answer-date" title="accepted">accepted</span>'
        if post.accepted
        else ""
    )
    vote = (
        f'<div class="vote"><input type="hidden" name="_id_" value="{draft.number()}"><a class="vote-up-off">up vote</a>'
        f'<span itemprop="upvoteCount" class="vote-count-post{draft.one_of("", " high-scored-post")}">{post.votes}</span>'
        f'<a class="vote-down-off">down vote</a>{mark}</div>'
    )
    body = f'<div class="post-text" itemprop="text">\n{draft.writer.paragraphs(post.text)}\n</div>'
    inner = f"{body}{after}{_classic_signature(draft, post)}"
    if draft.site.name[0] < "M":
        return (
            f'<table><tr><td class="votecell">{vote}</td><td class="{cell}"><div>{inner}</div></td></tr>'
            f'<tr><td class="votecell"></td><td>{_classic_comments(draft, post)}</td></tr></table>'
        )
    return (
        f'<div class="post-layout"><div class="votecell post-layout--left">{vote}</div><div class="{cell} post-layout--right">'
        f'{inner}</div><div class="post-layout--right">{_classic_comments(draft, post)}</div></div>'
    )


def _classic_answer(draft: Draft, post: Post) -> str:
    number = draft.number()
    accepted = ' itemprop="acceptedAnswer"' if post.accepted else ' itemprop="suggestedAnswer"' * (number % 2)
    return f"""<a name="{number}"></a><div id="answer-{number}" class="answer{" accepted-answer" * post.accepted}" data-answerid="{number}"
 itemscope itemtype="http://schema.org/Answer"{accepted}>{_classic_layout(draft, post, "answercell", "")}</div>"""


def _classic_signature(draft: Draft, post: Post) -> str:
    when = words.date(draft.rng)
    edited = (
        f'<td class="post-signature"><div class="user-info">edited <span class="relativetime">{when}</span></div></td>'
    )
    return f"""<table class="fw"><tr><td class="vt"><div class="post-menu"><a href="/q/{draft.number()}" title="short permalink">share</a>
<span class="lsep">|</span><a href="/posts/edit" class="suggest-edit-post">improve this post</a></div></td>{edited * (post.votes % 2)}
<td class="post-signature"><div class="user-info"><div class="user-action-time">{"answered" if post.answers else "asked"}
<span class="relativetime">{words.date(draft.rng)}</span></div><div class="user-details"><a href="/users/{draft.number()}">{html.escape(post.author)}</a>
<span class="reputation-score">{draft.rng.randrange(1, 9000):,}</span><span class="badgecount">{draft.rng.randrange(1, 40)}</span></div></div></td></tr></table>"""


def _classic_comments(draft: Draft, post: Post) -> str:
    rows = "".join(
        f'<li id="comment-{draft.number()}" class="comment"><div class="comment-text"><span class="comment-copy">{html.escape(remark)}</span> '
        f'&ndash;&nbsp;<a class="comment-user">{words.person(draft.rng)}</a> <span class="comment-date">{words.date(draft.rng)}</span></div></li>'
        for remark in post.remarks
    )
    return f'<div class="comments"><ul class="comments-list">{rows}</ul></div><a class="js-add-link comments-link">add a comment</a>'


def _tags(draft: Draft, thread: Thread) -> str:
    names = [slug(thread.subject), draft.one_of("homework", "word-problem", "self-study", "contest-math")]
    return (
        '<div class="post-taglist">'
        + " ".join(f'<a href="/questions/tagged/{name}" class="post-tag" rel="tag">{name}</a>' for name in names)
        + "</div>"
    )


def _classic_side(draft: Draft, thread: Thread) -> str:
    rows = "".join(
        f'<div class="spacer"><a href="/q/{draft.number()}"><div class="answer-votes">{draft.rng.randrange(30)}</div></a>'
        f'<a href="/questions/{draft.number()}" class="question-hyperlink">{draft.writer.inline(title)}</a></div>'
        for title in thread.related
    )
    hot = "".join(f'<li><a href="/q/{draft.number()}">{title}</a></li>' for title in draft.other_titles(4))
    return f"""<div id="sidebar" class="show-votes"><div class="module question-stats"><p>asked <b>{words.date(draft.rng)}</b></p>
<p>viewed <b>{draft.rng.randrange(20, 9000)} times</b></p></div><div class="module sidebar-related"><h4>Related</h4>{rows}</div>
<div id="hot-network-questions" class="module"><h4>Hot Network Questions</h4><ul>{hot}</ul></div></div>"""


def _listing(draft: Draft) -> Page:
    """Questions under a tag, with excerpts and counts of answers, but no answer."""
    pairs = draft.pairs(4, 12)
    rows = "".join(
        f"""<div id="question-summary-{draft.number()}" class="s-post-summary js-post-summary" data-post-id="{draft.number()}"><div class="s-post-summary--stats"><span>{draft.rng.randrange(9)} votes</span> <span class="has-accepted-answer">{draft.rng.randrange(1, 5)} answers</span> <span>{draft.rng.randrange(900)} views</span></div>
<div class="s-post-summary--content"><h3 class="s-post-summary--content-title"><a href="/questions/{draft.number()}" class="s-link">{draft.writer.inline(title_of(pair, draft.rng))}</a></h3><div class="s-post-summary--content-excerpt">{draft.writer.inline(pair.question)}</div>
<div class="s-user-card"><a>{html.escape(words.person(draft.rng))}</a> answered {words.date(draft.rng)}</div></div></div>"""
        for pair in pairs
    )
    content = f'<div id="mainbar"><h1 class="fs-headline1">Questions tagged [homework]</h1><div id="questions" class="flush-left">{rows}</div><div class="s-pagination">1 2 3 Next</div></div>'
    return draft.page(
        "stack_modern",
        path="questions/tagged/homework",
        title="Newest 'homework' Questions",
        content=content,
        expected=(),
        posts=len(pairs),
    )


def stack_modern(pool: Pool, rng: Random) -> Page:
    """A thread, or now and then a list of questions."""
    draft = Draft.begin(pool, rng, ENCODINGS)
    if rng.random() < 0.1:
        return _listing(draft)
    thread = draft.thread(HABITS)
    number, count = draft.number(), len(thread.replies)
    link = f"/questions/{number}/{slug(thread.title)}"
    title = draft.writer.inline(thread.title)
    answers = "\n".join(_modern_answer(draft, post, place) for place, post in enumerate(thread.replies, 1))
    linked = "".join(
        f'<div class="spacer js-gps-track"><a href="/q/{draft.number()}" class="question-hyperlink">{draft.writer.inline(other)}</a></div>'
        for other in thread.related
    )
    content = f"""<div id="content" class="snippet-hidden"><div itemprop="mainEntity" itemscope itemtype="https://schema.org/Question">
<link itemprop="image" href="/apple-touch-icon.png"><div class="inner-content clearfix">
<div id="question-header" class="d-flex sm:fd-column"><h1 itemprop="name" class="fs-headline1 ow-break-word mb8 flex--item fl1"><a href="{link}" class="question-hyperlink">{title}</a></h1>
<div class="ml12 aside-cta flex--item"><a href="/questions/ask" class="ws-nowrap s-btn s-btn__filled">Ask Question</a></div></div>
<div class="d-flex fw-wrap pb8 mb16 bb bc-black-200"><div class="flex--item ws-nowrap mr16 mb8"><span class="fc-black-400 mr2">Asked</span><time itemprop="dateCreated">{words.date(rng)}</time></div>
<div class="flex--item ws-nowrap mb8"><span class="fc-black-400 mr2">Viewed</span> {rng.randrange(10, 900)}k times</div></div>
<div id="mainbar" role="main"><div class="question js-question" data-questionid="{number}" data-score="{thread.question.votes}" id="question">
{_modern_layout(draft, thread.question, "postcell")}</div>
<div id="answers"><a name="tab-top"></a><div id="answers-header"><h2 class="mb0" data-answercount="{count}">{count} Answer{"s" * (count != 1)}
<span style="display:none;" itemprop="answerCount">{count}</span></h2><div class="d-flex"><label for="answer-sort-dropdown-select-menu">Sorted by:</label>
<select><option>Highest score (default)</option><option>Date created (oldest first)</option></select></div></div>
{answers}<h2 class="space">You must log in to answer this question.</h2></div></div>
<div id="sidebar"><div class="s-sidebarwidget"><div class="s-sidebarwidget--header">The Overflow Blog</div><ul><li>{rng.choice(words.NEWS)}</li></ul></div>
<div class="module sidebar-linked"><h4>Linked</h4>{linked}</div></div></div></div></div>"""
    return draft.page(
        "stack_modern",
        path=link[1:],
        title=thread.title,
        content=content,
        expected=thread.expected(draft.writer),
        posts=len(thread.posts),
    )


def _modern_layout(draft: Draft, post: Post, cell: str) -> str:
    hidden = "" if post.accepted else " d-none"
    tick = (
        f'<div class="js-accepted-answer-indicator flex--item fc-green-400 py6 mtn8{hidden}" title="Loading when this answer was accepted…" '
        'role="note" aria-label="Accepted"><svg aria-hidden="true" class="svg-icon iconCheckmarkLg"></svg></div>'
    ) * (cell == "answercell")
    remarks = "".join(
        f'<li id="comment-{draft.number()}" class="comment js-comment"><div class="js-comment-actions comment-actions"><span class="cool">{draft.rng.randrange(4)}</span></div>'
        f'<div class="comment-text js-comment-text-and-form"><div class="comment-body js-comment-edit-hide"><span class="comment-copy">{html.escape(remark)}</span>'
        f'<div class="d-inline-flex"> &ndash;&nbsp;<a class="comment-user">{words.person(draft.rng)}</a></div></div></div></li>'
        for remark in post.remarks
    )
    return f"""<div class="post-layout"><div class="votecell post-layout--left"><div class="js-voting-container d-flex fd-column ai-center" data-post-id="{draft.number()}">
<button class="js-vote-up-btn s-btn" aria-label="Up vote"><svg></svg></button><div class="js-vote-count flex--item fw-bold fs-subheading py4" itemprop="upvoteCount" data-value="{post.votes}">
 {post.votes} </div><button class="js-vote-down-btn s-btn" aria-label="Down vote"></button>{tick}</div></div>
<div class="{cell} post-layout--right"><div class="s-prose js-post-body" itemprop="text">
{draft.writer.paragraphs(post.text)}
</div><div class="mt24"><div class="d-flex fw-wrap ai-start jc-end gs8 gsy"><div class="flex--item mr16"><div class="js-post-menu pt2"><a class="js-share-link">Share</a> <a>Cite</a> <button>Follow</button></div></div>
<div class="post-signature flex--item"><div class="user-info"><div class="user-action-time">{"answered" if post.answers else "asked"} <span class="relativetime">{words.date(draft.rng)}</span></div>
<div class="user-details" itemprop="author" itemscope itemtype="http://schema.org/Person"><a href="/users/{draft.number()}"><span itemprop="name">{html.escape(post.author)}</span></a></div></div></div></div></div></div>
<div class="post-layout--right js-post-comments-component"><div class="comments js-comments-container"><ul class="comments-list js-comments-list">{remarks}</ul></div>
<a class="js-add-link comments-link" title="Use comments to ask for more information">Add a comment</a></div></div>"""


def _modern_answer(draft: Draft, post: Post, place: int) -> str:
    number = draft.number()
    kind = "acceptedAnswer" if post.accepted else "suggestedAnswer"
    return f"""<div id="answer-{number}" class="answer js-answer{" accepted-answer js-accepted-answer" * post.accepted}" data-answerid="{number}" data-score="{post.votes}"
 data-position-on-page="{place}" itemprop="{kind}" itemscope itemtype="https://schema.org/Answer">{_modern_layout(draft, post, "answercell")}</div>"""
