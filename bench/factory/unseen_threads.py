# ruff: noqa: E501 - markup keeps the lines in which sites write it
"""Held-out styles, threads."""

import html
import textwrap
from random import Random

from bench.factory import words
from bench.factory.chrome import advert, pagination, share, slug
from bench.factory.compose import IMAGES, RAW, Draft
from bench.factory.page import Page
from bench.factory.pairs import Pool
from bench.factory.tex import PIECE
from bench.factory.threads import Habits, Post, Thread


def microdata_answers(pool: Pool, rng: Random) -> Page:
    draft = Draft.begin(pool, rng, ("html", "html", "paren", "mathml", "codecogs"))
    thread = draft.thread(Habits(votes=True, accepts=True, noise=False, quotes=False))
    number = f"{rng.getrandbits(60):015X}"
    post, css = thread.question, draft.site.css
    answers = "\n".join(_microdata_answer(draft, reply) for reply in thread.replies)
    more = "".join(
        f'<li><a href="/question/index?qid={draft.number()}">{title}</a></li>' for title in draft.other_titles(4)
    )
    said = draft.writer.inline(thread.title)
    content = f"""<div itemscope itemtype="http://schema.org/QAPage"><div itemprop="mainEntity" itemscope itemtype="http://schema.org/Question" id="ya-question-detail">
<h1 itemprop="name" class="{css("subject")}">{said}</h1><div itemprop="text" class="{css("detail")}">{draft.writer.breaks(post.text)}</div>
<div class="{css("info")}"><span itemprop="author" itemscope itemtype="http://schema.org/Person"><span itemprop="name">{html.escape(post.author)}</span></span>
asked in <a>{thread.subject}</a> · <meta itemprop="dateCreated" content="{words.date(rng)}"><span itemprop="answerCount">{len(thread.replies)}</span> answers · <button>Follow</button></div>
{share(draft.site)}<ul id="ya-qn-answers" class="Ff-n">{answers}</ul></div></div>
<div class="{css("more")}"><h3>{draft.one_of("Still have questions? Get answers by asking now.", "Discover more questions")}</h3><ul>{more}</ul></div>"""
    return _page(draft, "microdata_answers", thread, f"question/index?qid={number}", content)


def _microdata_answer(draft: Draft, post: Post) -> str:
    kind = "acceptedAnswer" if post.accepted else "suggestedAnswer"
    best = f'<div class="{draft.site.css("ribbon")}"><span>Best Answer:</span></div>' * post.accepted
    source = (
        f'<div class="{draft.site.css("source")}">Source(s): {draft.one_of("my maths degree", "teacher for 20 years", "textbook")}</div>'
        * (post.votes % 3 == 0)
    )
    return f"""<li itemprop="{kind}" itemscope itemtype="http://schema.org/Answer" data-ya-type="{"bestAnswer" if post.accepted else "answer"}">{best}<div itemprop="text">{draft.writer.breaks(post.text)}</div>{source}
<div><span itemprop="author" itemscope itemtype="http://schema.org/Person"><b itemprop="name">{html.escape(post.author)}</b></span> · <time>{words.date(draft.rng)}</time></div><div><a>Thumbs up</a> <b itemprop="upvoteCount">{post.votes}</b> <a>Thumbs down</a> <a>Comment</a> <a>Report abuse</a></div></li>"""


def hashed_react(pool: Pool, rng: Random) -> Page:
    draft = Draft.begin(pool, rng, ("katex", "katex", "mathjax3", "html", "paren"))
    names = [f"css-{rng.getrandbits(36):07x}" for _ in range(12)]
    if rng.random() < 0.08:
        return _hashed_feed(draft, names)
    thread = draft.thread(Habits(votes=True, accepts=True, quotes=False, remarks=True))
    post = thread.question
    answers = "".join(_hashed_answer(draft, reply, names) for reply in thread.replies)
    side = "".join(
        f'<a class="{names[9]}" href="/p/{draft.number():x}"><span class="{names[10]}">{title}</span></a>'
        for title in draft.other_titles(5)
    )
    state = f'<script id="__NEXT_DATA__" type="application/json">{{"props":{{"pageProps":{{"id":"{draft.number():x}","locale":"en"}}}},"page":"/p/[id]","buildId":"{rng.getrandbits(60):x}"}}</script>'
    content = f"""<div id="__next"><div class="{names[0]}"><div class="{names[1]}" data-cy="prompt-card"><div class="{names[2]}"><div class="{names[3]}"><span class="{names[4]}">{html.escape(post.author)}</span><span class="{names[5]}">{words.date(rng)}</span></div>
<h1 class="{names[6]}">{draft.writer.inline(thread.title)}</h1><div class="{names[7]}" data-cy="prompt-body">{draft.writer.paragraphs(post.text, f'<div class="{names[8]}">', "</div>")}</div><div class="{names[5]}"><button class="{names[10]}">Like</button><button class="{names[10]}">Bookmark</button></div></div></div>
<div class="{names[2]}"><span class="{names[4]}">{len(thread.replies)} {draft.one_of("responses", "answers")}</span><div role="list">{answers}</div></div></div><div class="{names[11]}"><span class="{names[4]}">More from {thread.subject}</span>{side}</div></div>{state}"""
    return _page(draft, "hashed_react", thread, f"p/{draft.number():x}", content)


def _hashed_feed(draft: Draft, names: list[str]) -> Page:
    """Cards of questions that are answered on pages of their own."""
    pairs = draft.pairs(3, 7)
    cards = "".join(
        f"""<div class="{names[1]}" data-cy="prompt-card"><div class="{names[3]}"><span class="{names[4]}">{html.escape(words.person(draft.rng))}</span><span class="{names[5]}">{words.date(draft.rng)}</span></div>
<div class="{names[7]}">{draft.writer.paragraphs(pair.question, f'<div class="{names[8]}">', "</div>")}</div><div class="{names[5]}"><span>{draft.rng.randrange(9)} responses</span><button class="{names[10]}">Respond</button></div></div>"""
        for pair in pairs
    )
    content = f'<div id="__next"><div class="{names[0]}" role="feed">{cards}</div></div>'
    return draft.page("hashed_react", path="feed", title="Newest", content=content, expected=(), posts=len(pairs))


def _hashed_answer(draft: Draft, post: Post, names: list[str]) -> str:
    tick = (
        f'<span class="{names[10]}" aria-label="Accepted answer" role="img"><svg viewBox="0 0 16 16"><path d="M2 8l4 4 8-8"/></svg></span>'
        * post.accepted
    )
    remarks = "".join(
        f'<div class="{names[9]}" data-cy="note"><span class="{names[4]}">{words.person(draft.rng)}</span><span>{html.escape(remark)}</span></div>'
        for remark in post.remarks
    )
    return f"""<div class="{names[1]}" role="listitem" data-cy="response-card" data-accepted="{str(post.accepted).lower()}"><div class="{names[3]}"><span class="{names[4]}">{html.escape(post.author)}</span>{tick}<span class="{names[5]}">{words.date(draft.rng)}</span></div>
<div class="{names[7]}">{draft.writer.paragraphs(post.text, f'<div class="{names[8]}">', "</div>")}</div><div class="{names[5]}"><button aria-label="Upvote" class="{names[10]}"><svg></svg></button><span data-cy="score">{post.votes}</span><button aria-label="Downvote" class="{names[10]}"><svg></svg></button></div>{remarks}</div>"""


def mailing_list(pool: Pool, rng: Random) -> Page:
    draft = Draft.begin(pool, rng, ("dollar",))
    thread = draft.thread(Habits(greets=0.4))
    name = draft.one_of("math-help", "physics-l", "teachers", "problem-solving")
    messages = "\n".join(_message(draft, thread, place) for place in range(len(thread.posts)))
    index = "".join(
        f'<li><a href="#msg{n}">{_flat("Re: " * (n > 0) + thread.title)}</a> <i>{html.escape(post.author)}</i></li>'
        for n, post in enumerate(thread.posts)
    )
    content = f"""<h1>[{name}] {_flat(thread.title)}</h1><ul><li><b>Messages sorted by:</b> <a href="date.html">[ date ]</a> <a href="thread.html">[ thread ]</a></li></ul><ul>{index}</ul><hr>{messages}
<hr><a href="mailto:{name}-request@{draft.site.domain}">More information about the {name} mailing list</a>"""
    return _page(draft, "mailing_list", thread, f"pipermail/{name}/{draft.number():06d}.html", content, related=False)


def _message(draft: Draft, thread: Thread, place: int) -> str:
    post = thread.posts[place]
    lines: list[str] = []
    if post.quotes:
        lines = [
            f"On {words.date(draft.rng)}, {post.quotes.author} wrote:",
            *(f"> {line}" for line in _wrapped(post.quotes.text, 68)),
            "",
        ]
    lines += _wrapped(post.text, 72)
    if draft.rng.random() < 0.4:
        lines += ["", "-- ", post.author, draft.rng.choice(words.PLACES)]
    subject = _flat("Re: " * (place > 0) + thread.title)
    return f"""<a name="msg{place}"></a><h3>{subject}</h3><b>{html.escape(post.author)}</b> <a href="mailto:{slug(post.author)}%20at%20example.org">{slug(post.author)} at example.org</a><br><i>{words.date(draft.rng)}</i><p>
<!--beginarticle-->
<pre>{html.escape(chr(10).join(lines), quote=False)}
</pre><!--endarticle-->"""


def _mail_text(text: str) -> str:
    return PIECE.sub(lambda found: f"${found['inline']}$" if found["inline"] else f"$${found['display']}$$", text)


def _flat(text: str) -> str:
    return html.escape(_mail_text(text), quote=False)


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of a mail; a formula may break over two."""
    lines: list[str] = []
    for line in _mail_text(text).split("\n"):
        lines += textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) or [""]
    return lines


def smf_mybb(pool: Pool, rng: Random) -> Page:
    draft = Draft.begin(pool, rng, (*IMAGES, *RAW, "html"))
    thread = draft.thread(Habits())
    number = draft.number()
    show = _smf_post if rng.random() < 0.5 else _mybb_post
    posts = "\n".join(show(draft, thread, place) for place in range(len(thread.posts)))
    title = draft.writer.inline(thread.title)
    if show is _smf_post:
        content = f"""<div class="navigate_section"><ul><li><a>{draft.site.name}</a></li><li><a>{thread.subject}</a></li></ul></div><div id="forumposts"><div class="cat_bar"><h3 class="catbg"><span id="author">Author</span> Topic: {title} &nbsp;(Read {rng.randrange(20, 9000)} times)</h3></div>
<form id="quickModForm">{posts}</form></div><div class="pagesection">{pagination(draft.site)}</div><div class="smalltext">SMF 2.0.15 | SMF &copy; 2017, Simple Machines</div>"""
    else:
        content = f"""<div class="navigation"><a href="/">{draft.site.name}</a> &rsaquo; <a>{thread.subject}</a> &rsaquo; <span class="active">{title}</span></div><table border="0" cellspacing="0" class="tborder tfixed clear"><tr><td class="thead"><div class="float_right"><span class="smalltext"><a>Threaded Mode</a></span></div><div><strong>{title}</strong></div></td></tr>
<tr><td id="posts_container"><div id="posts">{posts}</div></td></tr><tr><td class="tfoot"><a>&laquo; Next Oldest</a> | <a>Next Newest &raquo;</a></td></tr></table><div id="copyright">Powered By MyBB</div>"""
    return _page(draft, "smf_mybb", thread, f"index.php?topic={number}.0", content)


def _smf_post(draft: Draft, thread: Thread, place: int) -> str:
    post, number = thread.posts[place], draft.number()
    quote = ""
    if post.quotes:
        quote = f'<div class="quoteheader"><div class="topslice_quote"><a>Quote from: {html.escape(post.quotes.author)} on {words.date(draft.rng)}</a></div></div><blockquote class="bbc_standard_quote">{draft.writer.breaks(post.quotes.text)}</blockquote><div class="quotefooter"><div class="botslice_quote"></div></div>'
    signature = f'<div class="signature" id="msg_{number}_signature">{draft.rng.choice(words.SIGNATURES)}</div>' * (
        number % 3 == 0
    )
    return f"""<div class="windowbg{2 * (place % 2) or ""}"><span class="topslice"><span></span></span><div class="post_wrapper"><div class="poster"><h4><img src="/Themes/default/images/useroff.gif" alt="Offline" /> <a>{html.escape(post.author)}</a></h4><ul class="reset smalltext"><li class="membergroup">{draft.rng.choice(words.RANKS)}</li><li class="postcount">Posts: {draft.rng.randrange(2, 999)}</li></ul></div>
<div class="postarea"><div class="flow_hidden"><div class="keyinfo"><h5 id="subject_{number}"><a>{draft.writer.inline("Re: " * (place > 0) + thread.title)}</a></h5><div class="smalltext">&#171; <strong>{f"Reply #{place} on:" if place else "on:"}</strong> {words.date(draft.rng)} &#187;</div></div></div><div class="post"><div class="inner" id="msg_{number}">{quote}{draft.writer.breaks(post.text)}</div></div></div><div class="moderatorbar"><div class="smalltext reportlinks"><img alt="" /> Logged</div>{signature}</div></div></div><hr class="post_separator" />"""


def _mybb_post(draft: Draft, thread: Thread, place: int) -> str:
    post, number = thread.posts[place], draft.number()
    quote = ""
    if post.quotes:
        quote = f'<blockquote class="mycode_quote"><cite><span> ({words.date(draft.rng)})</span>{html.escape(post.quotes.author)} Wrote: <a class="quick_jump"></a></cite>{draft.writer.breaks(post.quotes.text)}</blockquote>'
    signature = f'<div class="signature scaleimages">{draft.rng.choice(words.SIGNATURES)}</div>' * (number % 3 == 0)
    return f"""<a name="pid{number}" id="pid{number}"></a><div class="post classic" id="post_{number}"><div class="post_author scaleimages"><div class="author_information"><strong><span class="largetext"><a>{html.escape(post.author)}</a></span></strong><br /><span class="smalltext">{draft.rng.choice(words.RANKS)}</span></div><div class="author_statistics">Posts: {draft.rng.randrange(2, 900)}<br />Joined: {words.date(draft.rng)}</div></div>
<div class="post_content"><div class="post_head"><div class="float_right"><strong><a>#{place + 1}</a></strong></div><span class="post_date">{words.date(draft.rng)}</span></div><div class="post_body scaleimages" id="pid_{number}">{quote}{draft.writer.breaks(post.text)}</div>{signature}<div class="post_meta" id="post_meta_{number}"></div></div><div class="post_controls"><a class="postbit_quote"><span>Reply</span></a></div></div>"""


def quora_like(pool: Pool, rng: Random) -> Page:
    draft = Draft.begin(pool, rng, ("html", "katex", "mathjax3", "codecogs"))
    thread = draft.thread(Habits(votes=True, noise=False, quotes=False), titled=False)
    answers = []
    for post in thread.replies:
        answers.append(_quora_answer(draft, post))
        if rng.random() < 0.3:
            answers.append(
                f'<div class="q-box spacing_log_answer_ad"><div class="q-text">Sponsored by {rng.choice(words.ADVERTS)}</div>{advert(draft.site)}</div>'
            )
    related = "".join(
        f'<div class="q-box qu-py--small"><a class="q-box qu-display--block"><span class="q-text">{draft.writer.inline(pair.question)}</span></a></div>'
        for pair in draft.pairs(3, 6)
    )
    content = f"""<div class="q-box" style="box-sizing: border-box;"><div class="q-box qu-mb--small"><div class="q-flex"><div class="q-text qu-dynamicFontSize--xlarge"><span class="q-box qu-userSelect--text"><span style="background: none;">{draft.writer.breaks(thread.question.text)}</span></span></div></div>
<div class="q-flex"><button class="q-click-wrapper">Answer</button><button class="q-click-wrapper">Follow · {rng.randrange(1, 60)}</button></div></div><div class="q-text qu-bold">{len(thread.replies)} Answers</div><div><button>Sort</button><span>Recommended</span></div>{"".join(answers)}</div>
<div id="related_q" class="q-box"><div class="q-text qu-bold">Related questions</div>{related}</div>"""
    page = draft.page(
        "quora_like",
        path=f"{slug(thread.question.text[:70])}",
        title=thread.question.text.split("\n")[0][:90],
        content=content,
        expected=thread.expected(draft.writer),
        posts=len(thread.posts),
    )
    return page


def _quora_answer(draft: Draft, post: Post) -> str:
    paragraphs = draft.writer.paragraphs(post.text, '<p class="q-text qu-display--block qu-wordBreak--break-word">')
    return f"""<div class="q-box dom_annotate_question_answer_item_{draft.rng.randrange(9)} qu-borderAll"><div class="q-flex"><div class="q-box"><a href="/profile/{slug(post.author)}"><span>{html.escape(post.author)}</span></a></div><div class="q-text qu-color--gray">{draft.one_of("Studied Mathematics", "Physics teacher", "Former tutor")} · <a>{draft.rng.randrange(2, 9)}y</a></div></div>
<div class="q-box spacing_log_answer_content"><div class="q-text"><span class="q-box qu-userSelect--text">{paragraphs}</span></div></div><div class="q-text qu-color--gray">{draft.rng.randrange(1, 900)}K views</div><div class="q-flex"><button aria-label="{post.votes} upvotes"><span>Upvote</span> · <span>{post.votes}</span></button><button>Comment</button><button>Share</button></div></div>"""


def _page(draft: Draft, style: str, thread: Thread, path: str, content: str, *, related: bool = True) -> Page:
    return draft.page(
        style,
        path=path,
        title=_mail_text(thread.title),
        content=content,
        expected=thread.expected(draft.writer),
        posts=len(thread.posts),
        related=[draft.writer.inline(other) for other in thread.related]
        if related and draft.rng.random() < 0.4
        else (),
    )
