"""The key by which the owner of a page can have everything removed that was made from it.

It names the page and not its content, so it stays when the page is fetched again, and it travels with every row down
to the exports: one filter by it removes whatever came from that page.
"""

from urllib.parse import quote, urlsplit


def removal_key(url: str, *, source: str, place: str = "") -> str:
    """The address without scheme, `www.`, fragment and closing slash, the host as `ascii_host` spells it.

    Where there is no address, the source's name, followed by the `place` in it, such as a file: without a place all
    that the source gave shares one key. Blanks are percent-encoded, since a list of keys has one word a line.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # "http://[bad" is what some page said its address is
        return url.strip()
    if not parts.netloc:
        return url.strip() or (f"{source}/{quote(place.lstrip('/'))}" if place else source)
    host = ascii_host(parts.netloc.rpartition("@")[2])
    host = host.removeprefix("www.").removesuffix(":80").removesuffix(":443")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def ascii_host(host: str) -> str:
    """`bücher.example` as `xn--bcher-kva.example`; a host that IDNA does not know as it is."""
    if host.isascii():
        return host.lower()
    try:
        return host.encode("idna").decode().lower()
    except UnicodeError:
        return host.lower()
