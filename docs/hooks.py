"""What `mkdocs build` needs to know: pages link to files of the repository, which are no part of the site."""

import re
from typing import Any

_OUTSIDE = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\(\.\./(?P<path>[^)#\s]+)[^)\s]*\)")


def on_page_markdown(markdown: str, config: Any, **_: Any) -> str:
    """Links such as `../configs/demo.yaml` lead to the repository, or become their path where no address is known."""
    return _OUTSIDE.sub(lambda found: _elsewhere(found["text"], found["path"], config.repo_url), markdown)


def _elsewhere(text: str, path: str, repo: str | None) -> str:
    if repo:
        return f"[{text}]({repo.rstrip('/')}/blob/HEAD/{path})"
    return text if path.rsplit("/", 1)[-1] in text else f"{text} (`{path}`)"
