# ruff: noqa: E501 - markup keeps the lines in which sites write it
"""Boards: phpBB 3, vBulletin 3 and 4, XenForo 1 and 2."""

import html
from random import Random

from bench.factory import words
from bench.factory.chrome import advert, crumbs, pagination, slug
from bench.factory.compose import IMAGES, RAW, Draft, thread_page
from bench.factory.page import Page
from bench.factory.pairs import Pool
from bench.factory.threads import Habits, Post, Thread


def phpbb3(pool: Pool, rng: Random) -> Page:
    draft = Draft.begin(pool, rng, (*RAW, "codecogs", "mathjax2", "html"))
    thread = draft.thread(Habits())
    topic = draft.number()
    posts = '\n<hr class="divider" />\n'.join(_phpbb_post(draft, thread, place) for place in range(len(thread.posts)))
    bar = (
        '<div class="action-bar bar-top"><div class="buttons"><a href="./posting.php?mode=reply" class="button" title="Post a reply">Post Reply</a></div>'
        f'<div class="pagination">{len(thread.posts)} posts &bull; Page <strong>1</strong> of <strong>1</strong></div></div>'
    )
    content = f"""<div id="page-header"><ul id="nav-breadcrumbs"><li class="breadcrumbs">{crumbs(draft.site, "Board index", thread.subject)}</li></ul></div>
<div id="page-body" role="main"><h2 class="topic-title"><a href="./viewtopic.php?f=4&amp;t={topic}">{draft.writer.inline(thread.title)}</a></h2>{bar}
{posts}
<div class="action-bar bar-bottom">{pagination(draft.site)}<form method="post"><label>Display posts from previous: <select><option>All posts</option></select></label></form></div>
<div class="stat-block online-list"><h3>Who is online</h3><p>Users browsing this forum: No registered users and {rng.randrange(1, 9)} guests</p></div></div>
<div id="page-footer"><p>Powered by <a href="https://www.phpbb.com/">phpBB</a>&reg; Forum Software &copy; phpBB Limited</p></div>"""
    return thread_page(draft, "phpbb3", thread, f"/viewtopic.php?f=4&t={topic}", content, related=False)


def _phpbb_post(draft: Draft, thread: Thread, place: int) -> str:
    post, number = thread.posts[place], draft.number()
    quote = ""
    if post.quotes:
        cite = f"<cite>{html.escape(post.quotes.author)} wrote:</cite>"
        quote = f"<blockquote><div>{cite}{draft.writer.breaks(post.quotes.text)}</div></blockquote>"
    signature = (
        f'<div id="sig{number}" class="signature">{draft.rng.choice(words.SIGNATURES)}</div>'
        if draft.rng.random() < 0.4
        else ""
    )
    heading = draft.writer.inline(("Re: " if place else "") + thread.title)
    profile = f"""<dl class="postprofile" id="profile{number}"><dt><a href="./memberlist.php?mode=viewprofile&amp;u={number % 999}" class="username">{html.escape(post.author)}</a></dt>
<dd class="profile-rank">{draft.rng.choice(words.RANKS)}</dd><dd class="profile-posts"><strong>Posts:</strong> {draft.rng.randrange(1, 3000)}</dd>
<dd class="profile-joined"><strong>Joined:</strong> {words.date(draft.rng)}</dd></dl>"""
    body = f"""<div class="postbody"><div id="post_content{number}"><h3{"" if place else ' class="first"'}><a href="#p{number}">{heading}</a></h3>
<ul class="post-buttons"><li><a href="./posting.php?mode=quote" title="Reply with quote" class="button icon-button quote-icon"><span>Quote</span></a></li></ul>
<p class="author"><a href="./viewtopic.php?p={number}#p{number}"><img src="./styles/prosilver/imageset/icon_post_target.gif" alt="Post" /></a>by <strong>{html.escape(post.author)}</strong> &raquo; {words.date(draft.rng)}</p>
<div class="content">{quote}{draft.writer.breaks(post.text)}</div>{signature}</div></div>"""
    parts = (profile, body) if draft.site.prefix else (body, profile)
    return f"""<div id="p{number}" class="post has-profile bg{place % 2 + 1}"><div class="inner">{"".join(parts)}
<div class="back2top"><a href="#top" class="top" title="Top">Top</a></div></div></div>"""


def vbulletin(pool: Pool, rng: Random) -> Page:
    draft = Draft.begin(pool, rng, (*IMAGES, "aops", "dollar", "paren", "html"))
    thread = draft.thread(Habits())
    number = draft.number()
    show = _vb3_post if rng.random() < 0.5 else _vb4_post
    posts = "\n".join(show(draft, thread, place) for place in range(len(thread.posts)))
    title = draft.writer.inline(thread.title)
    similar = "".join(
        f'<tr><td class="alt1"><a href="showthread.php?t={draft.number()}">{draft.writer.inline(other)}</a></td><td class="alt2">{html.escape(words.person(rng))}</td></tr>'
        for other in thread.related
    )
    if show is _vb3_post:
        content = f"""<table class="tborder" cellpadding="6" width="100%"><tr><td class="alt1"><span class="navbar">&gt; <a href="forumdisplay.php?f=7">{thread.subject}</a></span>
<strong>{title}</strong></td></tr></table>{advert(draft.site)}<div id="posts">{posts}</div>{pagination(draft.site)}
<table class="tborder"><thead><tr><td class="thead" colspan="2">Similar Threads</td></tr></thead><tbody>{similar}</tbody></table>"""
    else:
        content = f"""<div id="pagetitle" class="pagetitle"><h1>Thread: <span class="threadtitle"><a href="showthread.php?{number}">{title}</a></span></h1></div>
<div id="thread_controls" class="toolsmenu"><ul><li><a>Thread Tools</a></li><li><a>Display</a></li></ul></div><div id="postlist" class="postlist restrain"><ol id="posts" class="posts">{posts}</ol></div>
<div class="blockbody"><h5>Similar Threads</h5><table>{similar}</table></div><div class="tag_list">Tags: <span>{slug(thread.subject)}</span></div>"""
    return thread_page(draft, "vbulletin", thread, f"/showthread.php?t={number}", content, related=False)


def _vb_quote(draft: Draft, post: Post) -> str:
    if not post.quotes:
        return ""
    by = f"Originally Posted by <strong>{html.escape(post.quotes.author)}</strong>"
    return f"""<div style="margin:20px; margin-top:5px; "><div class="smallfont" style="margin-bottom:2px">Quote:</div><table cellpadding="6" width="100%"><tr><td class="alt2" style="border:1px inset">
<div>{by}</div><div style="font-style:italic">{draft.writer.breaks(post.quotes.text)}</div></td></tr></table></div>"""


def _vb3_post(draft: Draft, thread: Thread, place: int) -> str:
    post, number = thread.posts[place], draft.number()
    heading = draft.writer.inline(("Re: " if place else "") + thread.title)
    signature = f"<!-- sig --><div>__________________<br />{draft.rng.choice(words.SIGNATURES)}</div><!-- / sig -->" * (
        number % 3 == 0
    )
    return f"""<!-- post #{number} --><div align="center"><div class="page"><div id="edit{number}"><table id="post{number}" class="tborder" cellpadding="6" cellspacing="0" width="100%">
<tr><td class="thead"><a name="post{number}"></a>{words.date(draft.rng)}, {draft.rng.randrange(1, 12)}:{draft.rng.randrange(10, 59)} PM</td><td class="thead" align="right">#<a id="postcount{number}" name="{place + 1}"><strong>{place + 1}</strong></a></td></tr>
<tr valign="top"><td class="alt2" width="175"><div id="postmenu_{number}"><a class="bigusername" href="member.php?u={number % 999}">{html.escape(post.author)}</a></div><div class="smallfont">{draft.rng.choice(words.RANKS)}</div>
<div class="smallfont"><div>Join Date: {words.date(draft.rng)}</div><div>Location: {draft.rng.choice(words.PLACES)}</div><div>Posts: {draft.rng.randrange(3, 2000)}</div></div></td>
<td class="alt1" id="td_post_{number}"><div class="smallfont"><img class="inlineimg" src="images/icons/icon1.gif" alt="Default" border="0" /><strong>{heading}</strong></div><hr size="1" />
<!-- message --><div id="post_message_{number}">{_vb_quote(draft, post)}{draft.writer.breaks(post.text)}</div><!-- / message -->{signature}</td></tr>
<tr><td class="alt2"><img class="inlineimg" src="images/statusicon/user_offline.gif" alt="{html.escape(post.author)} is offline" /></td><td class="alt1" align="right"><a href="newreply.php?p={number}"><img src="images/buttons/quote.gif" alt="Reply With Quote" /></a></td></tr></table></div></div></div>"""


def _vb4_post(draft: Draft, thread: Thread, place: int) -> str:
    post, number = thread.posts[place], draft.number()
    heading = f'<h2 class="title icon"><img src="images/icons/icon1.png" alt="Default" /> {draft.writer.inline(("Re: " if place else "") + thread.title)}</h2>'
    quote = ""
    if post.quotes:
        quote = f"""<div class="bbcode_container"><div class="bbcode_quote"><div class="quote_container"><div class="bbcode_quote_container"></div><div class="bbcode_postedby">
<img src="images/misc/quote_icon.png" alt="Quote" /> Originally Posted by <strong>{html.escape(post.quotes.author)}</strong></div><div class="message">{draft.writer.breaks(post.quotes.text)}</div></div></div></div>"""
    signature = (
        f'<div class="after_content"><blockquote class="signature restore"><div class="signaturecontainer">{draft.rng.choice(words.SIGNATURES)}</div></blockquote></div>'
        * (number % 3 == 0)
    )
    return f"""<li class="postbitlegacy postbitim postcontainer old" id="post_{number}"><div class="posthead"><span class="postdate old"><span class="date">{words.date(draft.rng)}</span></span>
<span class="nodecontrols"><a name="post{number}" class="postcounter">#{place + 1}</a></span></div><div class="postdetails"><div class="userinfo"><div class="username_container"><a class="username offline popupctrl"><strong>{html.escape(post.author)}</strong></a></div>
<span class="usertitle">{draft.rng.choice(words.RANKS)}</span><dl class="userinfo_extra"><dt>Join Date</dt> <dd>{words.date(draft.rng)}</dd><dt>Posts</dt> <dd>{draft.rng.randrange(2, 4000)}</dd></dl></div>
<div class="postbody"><div class="postrow has_after_content">{heading}<div class="content"><div id="post_message_{number}"><blockquote class="postcontent restore ">{quote}{draft.writer.breaks(post.text)}</blockquote></div></div></div>{signature}</div></div>
<div class="postfoot"><div class="textcontrols floatcontainer"><span class="postcontrols"><a class="newreply" href="newreply.php">Reply With Quote</a></span></div></div></li>"""


def xenforo(pool: Pool, rng: Random) -> Page:
    draft = Draft.begin(pool, rng, (*RAW, "mathjax2", "mathjax3", "katex"))
    second = rng.random() < 0.6
    thread = draft.thread(Habits(accepts=second))
    link = f"/threads/{slug(thread.title)}.{draft.number()}/"
    show = _xf2_post if second else _xf1_post
    posts = "\n".join(show(draft, thread, place) for place in range(len(thread.posts)))
    title = draft.writer.inline(thread.title)
    started = f'<ul class="listInline"><li>Thread starter {html.escape(thread.question.author)}</li><li>Start date {words.date(rng)}</li></ul>'
    if second:
        content = f"""<div class="p-body-header"><div class="p-title"><h1 class="p-title-value">{title}</h1></div><div class="p-description">{started}</div></div>
<div class="p-body-main"><div class="p-body-content"><div class="block block--messages" data-type="post"><div class="block-outer">{pagination(draft.site)}</div>
<div class="block-container lbContainer"><div class="block-body js-replyNewMessageContainer">{posts}</div></div></div>{_xf_similar(draft, thread)}</div></div>"""
    else:
        content = f"""<div class="titleBar"><h1>{title}</h1><p id="pageDescription" class="muted">Discussion in '<a href="forums/{slug(thread.subject)}/">{thread.subject}</a>' started by {html.escape(thread.question.author)}, {words.date(rng)}.</p></div>
<form class="InlineModForm section"><ol class="messageList" id="messageList">{posts}</ol></form>{pagination(draft.site)}"""
    return thread_page(draft, "xenforo", thread, link, content, related=not second)


def _xf_similar(draft: Draft, thread: Thread) -> str:
    rows = "".join(
        f'<div class="structItem structItem--thread"><div class="structItem-title"><a href="/threads/{draft.number()}/">{draft.writer.inline(other)}</a></div>'
        f'<div class="structItem-cell--meta"><dl class="pairs pairs--justified"><dt>Replies</dt><dd>{draft.rng.randrange(20)}</dd></dl></div></div>'
        for other in thread.related
    )
    return f'<div class="block"><div class="block-container"><h3 class="block-header">Similar threads</h3><div class="block-body">{rows}</div></div></div>'


def _xf1_post(draft: Draft, thread: Thread, place: int) -> str:
    post, number = thread.posts[place], draft.number()
    quote = ""
    if post.quotes:
        quote = f"""<div class="bbCodeBlock bbCodeQuote"><aside><div class="attribution type">{html.escape(post.quotes.author)} said: <a class="AttributionLink">&uarr;</a></div>
<blockquote class="quoteContainer"><div class="quote">{draft.writer.breaks(post.quotes.text)}</div><div class="quoteExpand">Click to expand...</div></blockquote></aside></div>"""
    return f"""<li id="post-{number}" class="message" data-author="{html.escape(post.author)}"><div class="messageUserInfo"><div class="messageUserBlock"><div class="avatarHolder"><a class="avatar"><img src="/avatars/m.png" alt="{html.escape(post.author)}" /></a></div>
<h3 class="userText"><a class="username">{html.escape(post.author)}</a><em class="userTitle">{draft.rng.choice(words.RANKS)}</em></h3></div></div>
<div class="messageInfo primaryContent"><div class="messageContent"><article><blockquote class="messageText SelectQuoteContainer ugc baseHtml">{quote}{draft.writer.breaks(post.text)}
<div class="messageTextEndMarker">&nbsp;</div></blockquote></article></div><div class="messageMeta ToggleTriggerAnchor"><div class="privateControls"><span class="item muted"><span class="authorEnd">{html.escape(post.author)},</span> <span class="DateTime">{words.date(draft.rng)}</span></span></div>
<div class="publicControls"><a class="item muted postNumber hashPermalink">#{place + 1}</a></div></div></div></li>"""


def _xf2_post(draft: Draft, thread: Thread, place: int) -> str:
    post, number = thread.posts[place], draft.number()
    quote = ""
    if post.quotes:
        quote = f"""<blockquote data-attributes="" data-quote="{html.escape(post.quotes.author)}" class="bbCodeBlock bbCodeBlock--expandable bbCodeBlock--quote js-expandWatch"><div class="bbCodeBlock-title"><a class="bbCodeBlock-sourceJump">{html.escape(post.quotes.author)} said:</a></div>
<div class="bbCodeBlock-content"><div class="bbCodeBlock-expandContent js-expandContent ">{draft.writer.breaks(post.quotes.text)}</div><div class="bbCodeBlock-expandLink js-expandLink"><a role="button">Click to expand...</a></div></div></blockquote>"""
    mark = (
        '<li><span class="message-solution-label"><i class="fa--xf far fa-check-circle"></i> Solution</span></li>'
        * post.accepted
    )
    signature = (
        f'<aside class="message-signature"><div class="bbWrapper">{draft.rng.choice(words.SIGNATURES)}</div></aside>'
        * (number % 3 == 0)
    )
    return f"""<article class="message message--post{" message--solution" * post.accepted} js-post js-inlineModContainer" data-author="{html.escape(post.author)}" data-content="post-{number}" id="js-post-{number}"><span class="u-anchorTarget" id="post-{number}"></span><div class="message-inner">
<div class="message-cell message-cell--user"><section class="message-user"><div class="message-userDetails"><h4 class="message-name"><a class="username">{html.escape(post.author)}</a></h4><h5 class="userTitle message-userTitle">{draft.rng.choice(words.RANKS)}</h5></div>
<div class="message-userExtras"><dl class="pairs pairs--rows"><dt>Messages</dt><dd>{draft.rng.randrange(1, 9000):,}</dd></dl></div></section></div>
<div class="message-cell message-cell--main"><div class="message-main js-quickEditTarget"><header class="message-attribution message-attribution--split"><ul class="message-attribution-main listInline"><li class="u-concealed"><time class="u-dt">{words.date(draft.rng)}</time></li></ul><ul class="message-attribution-opposite"><li>#{place + 1}</li>{mark}</ul></header>
<div class="message-content js-messageContent"><div class="message-userContent lbContainer js-lbContainer"><article class="message-body js-selectToQuote"><div class="bbWrapper">{quote}{draft.writer.breaks(post.text)}</div><div class="js-selectToQuoteEnd">&nbsp;</div></article></div>{signature}</div>
<footer class="message-footer"><div class="reactionsBar js-reactionsList"></div></footer></div></div></div></article>"""
