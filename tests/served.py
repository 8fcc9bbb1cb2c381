"""A small web server of a test, on this machine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from threading import Thread
from typing import Any


class Quiet:
    """Put before a handler: it says nothing of the requests that come."""

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(handler: Callable[..., Any]) -> Iterator[str]:
    """Yields the server's address, without a closing slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
