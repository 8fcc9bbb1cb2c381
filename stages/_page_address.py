"""The address that a page states for itself."""

from urllib.parse import urljoin, urlsplit

from stages._html import parse_markup, without_code

_HEAD_CHARS = 100_000


def stated_address(html: str, *, base: str = "") -> str | None:
    """That of `link rel=canonical`, else `og:url`, if it is one of the web; what is relative counts from `base`."""
    head = parse_markup(without_code(html.partition("<body")[0])[:_HEAD_CHARS])
    if head is None:
        return None
    links = [node.get("href") for node in head.iter("link") if "canonical" in (node.get("rel") or "").lower().split()]
    links += [node.get("content") for node in head.iter("meta") if node.get("property") == "og:url"]
    stated = next((link.strip() for link in links if link and link.strip()), None)
    try:
        url = urlsplit(urljoin(base, stated)) if stated else None
    except ValueError:  # an address that is none, such as http://[
        return None
    return url.geturl() if url and url.scheme in ("http", "https") and url.netloc else None
