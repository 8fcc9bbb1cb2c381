"""Planted secrets are looked for in all that is written and printed."""

import asyncio
import http.server
import subprocess
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.redaction import HIDDEN, redacted, without_secrets_in
from teachers import ChatTurn, EndpointOptions, Sampling, TeacherConfig, TeacherRequest
from teachers.endpoint import EndpointTeacher
from tests.limits import SOON_S
from tests.pipeline.workshop import ENVIRONMENT, ROOT, command

CANARIES = {
    "CANARY_PASS": "canary-pass-0123456789",
    "CANARY_SIGNED": "canary0signed0123456789abcdef",
    "CANARY_TOKEN": "hf_canaryCanaryCanaryCanary01",
    "CANARY_API_KEY": "sk-canary-0123456789abcdefghij",
    "AWS_SECRET_ACCESS_KEY": "canary/aws+0123456789/abcdefghijklmnopqr",
    "AWS_ACCESS_KEY_ID": "AKIACANARYCANARY0123",
    "OPENAI_API_KEY": "canary-openai-0123456789",
    "HF_TOKEN": "canary-hub-0123456789",
}


def canary_in(text: str) -> list[str]:
    return [name for name, value in CANARIES.items() if value in text]


def recipe(folder: Path, **leak: bool) -> Path:
    fails = {"run": {"max_errors": 1.0}}
    nodes = {"src": {"uses": "harm"}, "leak": {"uses": "leak", "needs": "src", "with": leak, **fails}}
    content = {"name": "leaky", "store": str(folder / "store"), "exports": str(folder / "exports")}
    path = folder / "recipe.yaml"
    path.write_text(yaml.safe_dump(content | {"packages": ["tests.security.evil"], "nodes": nodes}))
    return path


@pytest.mark.parametrize("fatal", [False, True])
def test_no_secret_is_written_or_printed_wherever_it_came_from(tmp_path: Path, fatal: bool) -> None:
    path = recipe(tmp_path, fatal=fatal)
    said = b""
    for words in (("run", path), ("quarantine", path, "leak")):
        done = subprocess.run(
            command(*words), cwd=ROOT, env=ENVIRONMENT | CANARIES, capture_output=True, timeout=120, check=False
        )
        said += done.stdout + done.stderr
    assert not canary_in(said.decode())
    files = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert any(one.name == "run.json" for one in files)
    for one in files:
        assert not canary_in(_content(one)), one
    if fatal:
        assert f"Authorization: Bearer {HIDDEN}" in said.decode()
        assert "page=2" in said.decode()
        assert "traceback" in next((tmp_path / "store" / "runs").glob("*/run.json")).read_text()


def _content(path: Path) -> str:
    if path.suffix != ".parquet":
        return path.read_bytes().decode("utf-8", "replace")
    import polars as pl

    return repr(pl.read_parquet(path).to_dicts())


def test_what_is_no_secret_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CANARIES:
        monkeypatch.setenv(name, CANARIES[name])
    for text in (
        "s3://bucket/prefix: access is denied",
        "https://example.org/a?page=2&sort=votes",
        "basic arithmetic, bearer of news",
        "line 1\n  line 2\n",
        "tokens=1234 key: a, token count 17",
        "http://localhost:8000/v1 and user@example.org",
        "sk-learn, gh_pages, AKIA",
    ):
        assert redacted(text) == text
    nested = {"a": ["x", {"b": f"token {CANARIES['CANARY_TOKEN']}"}], "n": 3, "none": None}
    assert without_secrets_in(nested) == {"a": ["x", {"b": f"token {HIDDEN}"}], "n": 3, "none": None}


class Echo(http.server.BaseHTTPRequestHandler):
    """A server that repeats the header with the key in whatever it says."""

    status = 500

    def answer(self) -> None:
        body = f"no: {dict(self.headers)}".encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(params=[200, 302, 400, 401, 404, 429, 500])
def echo(request: pytest.FixtureRequest) -> Iterator[str]:
    kind = type("Echo", (Echo,), {"status": request.param})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    server.shutdown()
    server.server_close()


def test_a_server_that_repeats_the_key_gets_it_nowhere(echo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", CANARIES["OPENAI_API_KEY"])
    endpoint = EndpointOptions(urls=(echo,), api_key_env="OPENAI_API_KEY", retries=0)
    config = TeacherConfig(name="far", backend="openai", model="m", revision="1", endpoint=endpoint)
    request = TeacherRequest(
        messages=(ChatTurn(role="user", content="?"),), sampling=Sampling(max_tokens=1), sample=0, seed=0
    )

    async def asked() -> None:
        teacher = EndpointTeacher(config, first_wait_s=0.001)
        try:
            await teacher.start()
            await asyncio.wait_for(teacher.respond(request), SOON_S)
        finally:
            await teacher.close()

    with pytest.raises(Exception) as caught:  # noqa: PT011  # which one depends on the status; none may tell
        asyncio.run(asked())
    assert not canary_in("".join(traceback.format_exception(caught.value)))
