"""The client of the hub, which transformers uses unasked."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_hub() -> Iterator[None]:
    """Without the client's two lines for each time it asks again; what came of it is told by whoever asked.

    To be entered after transformers was imported, since an import of the client sets its level.
    """
    client = logging.getLogger("huggingface_hub")
    before = client.level
    client.setLevel(logging.ERROR)
    try:
        yield
    finally:
        client.setLevel(before)
