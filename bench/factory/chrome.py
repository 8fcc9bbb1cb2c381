# ruff: noqa: E501 - markup keeps the lines in which sites write it
"""The site around the content: head, navigation, adverts, sidebars, banners, footers, scripts.

A `Site` fixes what one site does alike on all its pages: its name, how it spells class names, which boxes it has.
"""

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from bench.factory import words


@dataclass(frozen=True, slots=True)
class Site:
    name: str
    domain: str
    prefix: str
    spelling: str
    rng: Random

    @classmethod
    def draw(cls, rng: Random) -> "Site":
        name = rng.choice(words.SITE).title() + rng.choice(words.SITE_END).title()
        host = rng.choice(("www.", "", "", "forum.", "community.")) + name.lower()
        prefix = rng.choice(("", "", "", f"{name[:2].lower()}-", f"{name[:3].lower()}_", "l-", "u-"))
        domain = host + rng.choice((".com", ".org", ".net", ".edu", ".co.uk", ".info"))
        return cls(name, domain, prefix, rng.choice(("kebab", "camel", "snake", "run")), rng)

    def css(self, *parts: str) -> str:
        """A class name for words of ours in the site's spelling: `side-bar`, `sideBar`, `side_bar`, `sidebar`."""
        if self.spelling == "camel":
            return self.prefix + parts[0] + "".join(part.title() for part in parts[1:])
        return self.prefix + {"kebab": "-", "snake": "_", "run": ""}[self.spelling].join(parts)

    def box(self, content: str, *parts: str, tag: str = "div") -> str:
        return f'<{tag} class="{self.css(*parts)}">{content}</{tag}>'


def links(labels: Sequence[str], item: str = "li", css: str = "") -> str:
    return "\n".join(
        f'<{item}><a href="/{slug(label)}"{css}>{html.escape(label, quote=False)}</a></{item}>' for label in labels
    )


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].strip("-") or "page"


def top(site: Site) -> str:
    rng = site.rng
    labels = rng.sample(words.NAV, rng.randrange(5, 10))
    menu = (
        f"<ul>{links(labels)}</ul>"
        if rng.random() < 0.6
        else " | ".join(f'<a href="/{slug(x)}">{x}</a>' for x in labels)
    )
    search = '<form action="/search" method="get"><input type="text" name="q" placeholder="Search..."><button>Go</button></form>'
    tag = rng.choice(("header", "div"))
    logo = (
        f'<a href="/"><img src="/img/logo.png" alt="{site.name}"></a>'
        if rng.random() < 0.7
        else f'<a href="/">{site.name}</a>'
    )
    nav = site.box(menu, "main", "menu", tag=rng.choice(("nav", "div")))
    return site.box(f"{logo}\n{nav}\n{search}", "site", "header", tag=tag)


def cookie_banner(site: Site) -> str:
    text = "We use cookies and similar technologies to improve your experience. By continuing you agree to our policy."
    return (
        f'<div id="{site.css("cookie", "banner")}" role="dialog"><p>{text} <a href="/cookies">Learn more</a></p>'
        "<button>Accept all</button> <button>Reject</button></div>"
    )


def advert(site: Site) -> str:
    rng = site.rng
    form = rng.randrange(4)
    if form == 0:
        slot = rng.randrange(10**9)
        return (
            f'<ins class="adsbygoogle" style="display:block" data-ad-client="ca-pub-{slot}" data-ad-slot="{slot % 9973}">'
            "</ins><script>(adsbygoogle = window.adsbygoogle || []).push({});</script>"
        )
    if form == 1:
        return (
            f'<div class="{site.css("sponsored")}"><span>Advertisement</span><p>{rng.choice(words.ADVERTS)}</p></div>'
        )
    if form == 2:
        return (
            f'<div id="div-gpt-ad-{rng.randrange(10**8)}-0" style="width:728px;height:90px"><script>googletag.cmd.push('
            "function() { googletag.display('div-gpt-ad'); });</script></div>"
        )
    return f'<aside class="{site.css("promo", "box")}"><a href="https://ads.example/{slug(site.name)}">{rng.choice(words.ADVERTS)}</a></aside>'


def share(site: Site) -> str:
    labels = site.rng.sample(["Facebook", "Twitter", "Reddit", "WhatsApp", "Email", "Print", "Pinterest"], 4)
    return site.box("Share: " + " ".join(f'<a href="#" rel="nofollow">{label}</a>' for label in labels), "share", "bar")


def crumbs(site: Site, *labels: str) -> str:
    mark = site.rng.choice((" &raquo; ", " &gt; ", " / ", " › "))
    return site.box(
        mark.join(f'<a href="/{slug(label)}">{label}</a>' for label in ("Home", *labels)), "bread", "crumbs"
    )


def sidebar(site: Site, titles: Sequence[str]) -> str:
    """`titles` are HTML: questions of other pages."""
    rng = site.rng
    heading = rng.choice(("Related questions", "Similar topics", "Popular now", "You may also like", "Recent posts"))
    listed = "".join(f'<li><a href="/q/{rng.randrange(10**6)}">{title}</a></li>' for title in titles)
    boxes = [f"<h4>{heading}</h4><ul>{listed}</ul>", advert(site)]
    if rng.random() < 0.5:
        boxes.append(
            "<h4>Newsletter</h4><p>Get the weekly digest.</p><form><input type='email' placeholder='Your email'>"
            "<input type='submit' value='Subscribe'></form>"
        )
    if rng.random() < 0.5:
        users = "".join(f"<li>{words.person(rng)} <span>{rng.randrange(9000)}</span></li>" for _ in range(4))
        boxes.append(f"<h4>Top contributors</h4><ol>{users}</ol>")
    rng.shuffle(boxes)
    return site.box("".join(site.box(box, "widget") for box in boxes), "side", "bar", tag=rng.choice(("aside", "div")))


def footer(site: Site) -> str:
    labels = site.rng.sample(words.FOOTER, 5)
    return site.box(
        f"<ul>{links(labels)}</ul><p>&copy; {site.rng.randrange(2006, 2025)} {site.name}. All rights reserved.</p>",
        "site",
        "footer",
        tag=site.rng.choice(("footer", "div")),
    )


def pagination(site: Site) -> str:
    last = site.rng.randrange(2, 9)
    return site.box(
        "Page 1 of "
        + f"{last} "
        + " ".join(f'<a href="?page={n}">{n}</a>' for n in range(1, min(last, 4) + 1))
        + ' <a href="?page=2" rel="next">Next</a>',
        "page",
        "nav",
    )


def modal(site: Site) -> str:
    return (
        f'<div class="{site.css("login", "modal")}" style="display:none" aria-hidden="true"><h3>Sign in to continue</h3>'
        "<form><label>Email <input name='email'></label><label>Password <input type='password'></label>"
        "<button>Sign in</button></form><p>Forgot your password?</p></div>"
    )


def scripts(site: Site) -> str:
    rng = site.rng
    state = {"user": None, "csrf": f"{rng.getrandbits(64):x}", "page": {"type": "content", "ads": rng.random() < 0.5}}
    return (
        f"<script>window.dataLayer = window.dataLayer || []; var cfg = {json.dumps(state)};\n"
        "function toggle(id) { var el = document.getElementById(id); if (el.style.display == 'none') "
        "{ el.style.display = 'block'; } else { el.style.display = 'none'; } }</script>"
    )


def head(site: Site, title: str, url: str, extra: str) -> str:
    rng = site.rng
    told = html.escape(title)
    metas = [
        f'<meta name="description" content="{told}">',
        f'<meta property="og:title" content="{told}">',
        f'<meta property="og:site_name" content="{site.name}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<link rel="canonical" href="{url}">',
        '<link rel="stylesheet" href="/css/main.css?v=31">',
        f"<style>.{site.css('site', 'header')} {{ background: #{rng.randrange(16**6):06x}; }} .hide {{ display: none; }}</style>",
    ]
    if rng.random() < 0.4:
        data = {
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": site.name,
            "url": f"https://{site.domain}/",
        }
        metas.append(f'<script type="application/ld+json">{json.dumps(data)}</script>')
    rng.shuffle(metas)
    ending = rng.choice((" - ", " | ", " — ", " :: "))
    return f'<meta charset="utf-8">\n<title>{told}{ending}{site.name}</title>\n' + "\n".join(metas) + extra


def document(site: Site, *, title: str, url: str, content: str, related: Sequence[str] = (), extra: str = "") -> str:
    """A whole page. `title` is text, `content` and `related` are HTML, `extra` goes into the head."""
    rng = site.rng
    main = (
        content
        if rng.random() < 0.4
        else f'<div id="{site.css("content")}" class="{site.css("page", "body")}">{content}</div>'
    )
    if rng.random() < 0.5:
        main = f"<main>{main}</main>"
    parts = [main]
    if related:
        parts.insert(rng.choice((0, 1, 1)), sidebar(site, related))
    body = "\n".join(parts)
    if rng.random() < 0.6:
        body = site.box(body, "wrap")
    before = [top(site)] + [cookie_banner(site)] * (rng.random() < 0.5) + [advert(site)] * (rng.random() < 0.6)
    after = (
        [footer(site), scripts(site)]
        + [modal(site)] * (rng.random() < 0.4)
        + [cookie_banner(site)] * (rng.random() < 0.2)
    )
    kind = rng.choice(
        (
            "<!DOCTYPE html>",
            "<!doctype html>",
            '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
            '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">',
        )
    )
    language = rng.choice((' lang="en"', ' lang="en-US"', "", ' xmlns="http://www.w3.org/1999/xhtml" dir="ltr"'))
    inner = "\n".join([*before, body, *after])
    return f"{kind}\n<html{language}>\n<head>\n{head(site, title, url, extra)}\n</head>\n<body>\n{inner}\n</body>\n</html>\n"
