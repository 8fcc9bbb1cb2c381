# ruff: noqa: E501 - markup keeps the lines in which sites write it
"""Discourse for crawlers and for browsers, Reddit old and new."""

import html
from random import Random

from bench.factory import words
from bench.factory.chrome import slug
from bench.factory.compose import Draft, thread_page
from bench.factory.page import Page
from bench.factory.pairs import Pool
from bench.factory.threads import Habits, Post, Thread


def discourse(pool: Pool, rng: Random) -> Page:
    draft = Draft.begin(pool, rng, ("dollar3", "katex", "mathjax3", "html"))
    thread = draft.thread(Habits(accepts=True, most_also=1))
    topic = draft.number()
    crawler = rng.random() < 0.5
    show = _crawler_post if crawler else _ember_post
    posts = "\n".join(show(draft, thread, place) for place in range(len(thread.posts)))
    link = f"/t/{slug(thread.title)}/{topic}"
    title = draft.writer.inline(thread.title)
    rows = "".join(
        f'<tr class="topic-list-item"><td class="main-link"><a href="/t/{draft.number()}" class="title raw-link">{draft.writer.inline(other)}</a>'
        f"</td><td class='num posts'>{rng.randrange(1, 20)}</td><td class='num views'>{rng.randrange(900)}</td></tr>"
        for other in thread.related
    )
    suggested = f'<div id="suggested-topics"><h3>{draft.one_of("Suggested Topics", "Related topics")}</h3><table class="topic-list">{rows}</table></div>'
    if crawler:
        content = (
            f'<div id="topic-title"><h1><a href="{link}">{title}</a></h1><div class="topic-category" itemscope><a href="/c/{slug(thread.subject)}">'
            f'<span itemprop="name">{thread.subject}</span></a></div></div><div itemscope itemtype="http://schema.org/DiscussionForumPosting">'
            f'<meta itemprop="headline" content="{html.escape(thread.title)}">{posts}</div>{suggested}'
        )
    else:
        content = (
            f'<div id="main-outlet" class="wrap"><div id="topic-title" class="container"><div class="title-wrapper"><h1 data-topic-id="{topic}">'
            f'<a href="{link}" class="fancy-title">{title}</a></h1></div></div><div class="container posts"><section class="topic-area">'
            f'<div class="posts-wrapper"><div class="post-stream">{posts}</div></div></section></div>{suggested}</div>'
        )
    return thread_page(draft, "discourse", thread, link, content)


def _crawler_post(draft: Draft, thread: Thread, place: int) -> str:
    post = thread.posts[place]
    likes = f'<span class="post-likes">{draft.rng.randrange(2, 5)} Likes</span>' if post.answers and place % 2 else ""
    mark = " itemprop='acceptedAnswer'" if post.accepted else ""
    check = "<span class='solved-marker' title='solution'>✓ Solution</span>" if post.accepted else ""
    return f"""<div id='post_{place + 1}' class='topic-body crawler-post'{mark}><div class='crawler-post-meta'><span class="creator" itemprop="author">
<a href='/u/{slug(post.author)}'><span itemprop='name'>{html.escape(post.author)}</span></a></span><span class="crawler-post-infos"><time class='post-time'>{words.date(draft.rng)}</time>
<span itemprop='position'>{place + 1}</span></span></div><div class='post' itemprop='text'>{_cooked(draft, post)}</div>{check}
<div itemprop="interactionStatistic">{likes}</div></div>"""


def _ember_post(draft: Draft, thread: Thread, place: int) -> str:
    post = thread.posts[place]
    solved = next((reply for reply in thread.replies if reply.accepted), None)
    aside = ""
    if place == 0 and solved:
        first = solved.text.split(". ")[0] if "\\[" not in solved.text else "see below"
        aside = (
            f'<aside class="quote accepted-answer" data-post="{thread.posts.index(solved) + 1}"><div class="title title-only"><div class="accepted-answer--solver">'
            f'Solved by {html.escape(solved.author)} in <a href="#post_{thread.posts.index(solved) + 1}">post #{thread.posts.index(solved) + 1}</a></div></div>'
            f"<blockquote>{html.escape(first[:60])} …</blockquote></aside>"
        )
    mark = (
        '<span class="extra-buttons"><span class="accepted-text"><svg class="fa d-icon d-icon-check-square"></svg> Solution</span></span>'
        * post.accepted
    )
    return f"""<div class="topic-post clearfix regular{" accepted-answer" * post.accepted}"><article id="post_{place + 1}" data-post-id="{draft.number()}" class="boxed onscreen-post">
<div class="row"><div class="topic-avatar"><a class="main-avatar"><img class="avatar" alt="" src="/user_avatar/{slug(post.author)}/45.png"></a></div>
<div class="topic-body clearfix"><div class="topic-meta-data"><div class="names trigger-user-card"><span class="first username"><a href="/u/{slug(post.author)}">{html.escape(post.author)}</a></span></div>
<div class="post-infos"><a class="post-date"><span class="relative-date">{words.date(draft.rng)}</span></a></div></div>
<div class="regular contents"><div class="cooked">{_cooked(draft, post)}</div>{aside}<section class="post-menu-area clearfix"><nav class="post-controls"><div class="actions">{mark}
<button class="widget-button btn-flat share">share</button><button class="reply create fade-out"><span class="d-button-label">Reply</span></button></div></nav></section></div></div></div></article></div>"""


def _cooked(draft: Draft, post: Post) -> str:
    body = draft.writer.paragraphs(post.text)
    if not post.quotes:
        return body
    quoted = draft.writer.paragraphs(post.quotes.text)
    return (
        f'<aside class="quote no-group" data-username="{slug(post.quotes.author)}" data-post="1"><div class="title"><div class="quote-controls"></div>'
        f"{html.escape(post.quotes.author)}:</div><blockquote>{quoted}</blockquote></aside>{body}"
    )


def reddit(pool: Pool, rng: Random) -> Page:
    draft = Draft.begin(pool, rng, ("html", "html", "paren"))
    thread = draft.thread(Habits(votes=True, quotes=False, sorted_by_votes=True))
    room = draft.one_of("learnmath", "HomeworkHelp", "AskPhysics", "cheatatmathhomework")
    link = f"/r/{room}/comments/{draft.number():x}/{slug(thread.title).replace('-', '_')}/"
    show = _reddit_old if rng.random() < 0.5 else _reddit_new
    return thread_page(draft, "reddit", thread, link, show(draft, thread, room, link), related=rng.random() < 0.5)


def _reddit_old(draft: Draft, thread: Thread, room: str, link: str) -> str:
    number = f"{draft.number():x}"
    comments = "".join(
        f"""<div class="thing id-t1_{draft.number():x} noncollapsed comment" data-type="comment" data-author="{html.escape(post.author)}"><p class="parent"><a name="{draft.number():x}"></a></p>
<div class="midcol unvoted"><div class="arrow up"></div><div class="arrow down"></div></div><div class="entry unvoted"><p class="tagline"><a class="expand">[–]</a><a class="author">{html.escape(post.author)}</a>
<span class="score unvoted" title="{post.votes}">{post.votes} point{"s" * (post.votes != 1)}</span> <time>{draft.rng.randrange(2, 11)} years ago</time></p><form class="usertext"><div class="usertext-body may-blank-within md-container"><div class="md">{draft.writer.paragraphs(post.text)}
</div></div></form><ul class="flat-list buttons"><li class="first"><a class="bylink">permalink</a></li><li><a>embed</a></li><li class="reply-button"><a>reply</a></li></ul></div><div class="child">{_reddit_child(draft, post)}</div><div class="clearleft"></div></div>"""
        for post in thread.replies
    )
    return f"""<div class="content" role="main"><div id="siteTable" class="sitetable linklisting"><div class="thing id-t3_{number} self link" data-domain="self.{room}" data-score="{thread.question.votes}"><div class="midcol unvoted"><div class="score unvoted">{thread.question.votes}</div></div>
<div class="entry unvoted"><div class="top-matter"><p class="title"><a class="title may-blank" href="{link}">{draft.writer.inline(thread.title)}</a> <span class="domain">(<a>self.{room}</a>)</span></p><p class="tagline">submitted <time>{words.date(draft.rng)}</time> by <a class="author">{html.escape(thread.question.author)}</a></p></div>
<div class="expando"><form class="usertext"><div class="usertext-body may-blank-within md-container"><div class="md">{draft.writer.paragraphs(thread.question.text)}</div></div></form></div><ul class="flat-list buttons"><li><a class="bylink comments">{len(thread.replies)} comments</a></li><li><a>share</a></li></ul></div></div></div>
<div class="commentarea"><div class="panestack-title"><span class="title">all {len(thread.replies)} comments</span></div><div class="menuarea">sorted by: best</div><div id="siteTable_t3_{number}" class="sitetable nestedlisting">{comments}</div></div></div>"""


def _reddit_child(draft: Draft, post: Post) -> str:
    """A remark on an answer, one level down; it answers nothing."""
    if not post.answers or draft.rng.random() < 0.6:
        return ""
    return f"""<div class="sitetable listing"><div class="thing comment noncollapsed"><div class="entry unvoted"><p class="tagline"><a class="author">{html.escape(words.person(draft.rng))}</a> <span class="score unvoted">1 point</span></p>
<form class="usertext"><div class="usertext-body"><div class="md"><p>{draft.rng.choice(words.THANKS)}</p></div></div></form></div></div></div>"""


def _reddit_new(draft: Draft, thread: Thread, room: str, link: str) -> str:
    number = f"t3_{draft.number():x}"
    comments = "".join(
        f"""<shreddit-comment author="{html.escape(post.author)}" thingid="t1_{draft.number():x}" depth="0" permalink="{link}" score="{post.votes}" postid="{number}"><div slot="commentMeta"><a href="/user/{slug(post.author)}/">{html.escape(post.author)}</a><span>•</span><time>{draft.rng.randrange(2, 9)}y ago</time></div>
<div id="-post-rtjson-content" class="md text-14 rounded-[8px] pb-2xs" slot="comment"><div class="py-0 xs:mx-xs inline-block max-w-full">{draft.writer.paragraphs(post.text)}</div></div><shreddit-comment-action-row score="{post.votes}"><button>Upvote</button><span>{post.votes}</span><button>Downvote</button><button>Reply</button><button>Share</button></shreddit-comment-action-row></shreddit-comment>"""
        for post in thread.replies
    )
    return f"""<shreddit-app><div class="subgrid-container"><main id="main-content"><shreddit-post id="{number}" post-title="{html.escape(thread.title)}" author="{html.escape(thread.question.author)}" score="{thread.question.votes}" subreddit-prefixed-name="r/{room}" comment-count="{len(thread.replies)}">
<div slot="credit-bar"><a href="/r/{room}/">r/{room}</a> • <time>{words.date(draft.rng)}</time></div><h1 slot="title" id="post-title-{number}">{draft.writer.inline(thread.title)}</h1>
<div slot="text-body" class="mb-xs"><div class="md feed-card-text-preview"><div id="{number}-post-rtjson-content">{draft.writer.paragraphs(thread.question.text)}</div></div></div></shreddit-post>
<shreddit-comments-sort-dropdown>Sort by: Best</shreddit-comments-sort-dropdown><shreddit-comment-tree id="comment-tree">{comments}</shreddit-comment-tree></main></div></shreddit-app>"""
