"""A real S3 server on loopback, as a process of its own, and what stands between it and a run."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml

from pipeline.config import Recipe, load_config
from pipeline.remote import place
from tests.pipeline.remote.proxy import Proxy, Weather
from tests.pipeline.workshop import ENVIRONMENT, Workshop

SECRET = "secret-of-this-key"  # the server takes any
KEYS = {"AWS_ACCESS_KEY_ID": "id-of-this-key", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": "us-east-1"}
WAIT_S = 60.0


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a server that holds nothing yet."""
    pytest.importorskip("moto.server")
    pytest.importorskip("s3fs")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    code = "from moto.server import main; main()"
    process = subprocess.Popen([sys.executable, "-c", code, "-H", "127.0.0.1", "-p", str(port)], **quiet)  # type: ignore[call-overload]
    deadline = time.monotonic() + WAIT_S
    while socket.socket().connect_ex(("127.0.0.1", port)):
        assert process.poll() is None, "the S3 server ended"
        assert time.monotonic() < deadline, "the S3 server does not answer"
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait(timeout=WAIT_S)


def forget_clients() -> None:
    """fsspec keeps a client for each kind of address, with the endpoint that was in the environment then."""
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()


@dataclass(frozen=True)
class Elsewhere:
    """A store of its own on the server, and recipes whose store it is."""

    url: str
    endpoint: str
    cache: Path
    shop: Workshop

    @cached_property
    def system(self) -> Any:
        import s3fs

        return s3fs.S3FileSystem(
            endpoint_url=self.endpoint, use_listings_cache=False, skip_instance_cache=True, key="me", secret=SECRET
        )

    def names(self) -> list[str]:
        """The names of all objects, relative to the store."""
        root = self.url.removeprefix("s3://")
        return sorted(name.removeprefix(f"{root}/") for name in self.system.find(root))

    def read(self, key: str) -> bytes:
        return bytes(self.system.cat_file(f"{self.url}/{key}"))

    def write(self, key: str, data: bytes) -> None:
        self.system.pipe_file(f"{self.url}/{key}", data)

    def remove(self, key: str) -> None:
        self.system.rm_file(f"{self.url}/{key}")

    def file(self, name: str = "elsewhere", **nodes: Any) -> Path:
        """A recipe of `nodes` whose store is this."""
        return stored_at(self.url, self.shop, name, **nodes)

    def recipe(self, **nodes: Any) -> Recipe:
        return load_config(self.file(**nodes))

    def wipe(self) -> None:
        """The mirror of this machine is gone, as on another machine."""
        shutil.rmtree(self.cache)


def stored_at(url: str, shop: Workshop, name: str, **nodes: Any) -> Path:
    path = shop.write(file=f"{name}.yaml", store=name, **nodes)
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | {"store": url}, sort_keys=False))
    return path


@pytest.fixture
def s3(server: str, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    cache = shop.folder / "cache"
    given = KEYS | {"AWS_ENDPOINT_URL": server, "TRACEMILL_CACHE": str(cache), "AWS_MAX_ATTEMPTS": "1"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
        monkeypatch.setitem(ENVIRONMENT, name, value)
    monkeypatch.setattr(place, "FIRST_WAIT_S", 0.02)
    monkeypatch.setattr(place, "RETRIES", 3)
    forget_clients()
    bucket = f"bucket-{uuid4().hex[:12]}"
    store = Elsewhere(f"s3://{bucket}/stores/one", server, cache, shop)
    store.system.mkdir(bucket)
    yield store
    forget_clients()


@pytest.fixture
def weather(s3: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> Iterator[Weather]:
    """From here on the run's requests go through a proxy."""
    weather = Weather()
    proxy = Proxy(s3.endpoint, weather)
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
    monkeypatch.setitem(ENVIRONMENT, "AWS_ENDPOINT_URL", proxy.url)
    forget_clients()
    yield weather
    proxy.shutdown()
    proxy.server_close()


@pytest.fixture(params=["s3", "file"])
def elsewhere(request: pytest.FixtureRequest, s3: Elsewhere, shop: Workshop) -> str:
    """The URL of a store of either kind."""
    return s3.url if request.param == "s3" else f"file://{shop.folder}/shared"
