"""A server that speaks S3 on this machine; clients find it, and their credentials, in the environment."""

import os
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fsspec
import pytest

SECRET = "secret-of-key"


@contextmanager
def s3_server(*buckets: str) -> Iterator[Any]:
    """The file system of a fresh server with these buckets. Clients do not wait for it: what waits is ours."""
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    s3fs = pytest.importorskip("s3fs")
    server.start()
    host, port = server.get_host_and_port()
    # All servers of a process share what they hold.
    urllib.request.urlopen(urllib.request.Request(f"http://{host}:{port}/moto-api/reset", method="POST")).close()
    given = {
        "AWS_ACCESS_KEY_ID": "id-of-key",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
    }
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    s3fs.S3FileSystem.clear_instance_cache()
    system = fsspec.filesystem("s3", use_listings_cache=False)
    for bucket in buckets:
        system.mkdir(bucket)
    try:
        yield system
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        s3fs.S3FileSystem.clear_instance_cache()
        server.stop()


@contextmanager
def refused(ending: str) -> Iterator[None]:
    """The server refuses keys with this end, as it does for a policy or a quota."""
    from moto.s3.exceptions import AccessDeniedByLock
    from moto.s3.models import S3Backend

    put = S3Backend.put_object

    def refuse(self: Any, bucket_name: str, key_name: str, *args: Any, **options: Any) -> Any:
        if key_name.endswith(ending):
            raise AccessDeniedByLock
        return put(self, bucket_name, key_name, *args, **options)

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(S3Backend, "put_object", refuse)
        yield


def put_tree(system: Any, folder: Path, place: str) -> None:
    """Every file of a folder as an object below a place such as `bucket/prefix`."""
    for path in folder.rglob("*"):
        if path.is_file():
            system.pipe_file(f"{place}/{path.relative_to(folder)}", path.read_bytes())
