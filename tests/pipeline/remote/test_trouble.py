"""What a network and a service do to a run: nothing half sent reads as whole, and what was done is not done again."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import look
from pipeline.errors import OutageError, StoreError
from pipeline.manifest import ShardReport
from pipeline.session import run
from tests.pipeline.remote.conftest import KEYS, SECRET, Elsewhere
from tests.pipeline.remote.proxy import Weather
from tests.pipeline.workshop import Workshop, by_name, digests, failed_plainly, node, statuses, tracemill

NODES = {
    "src": {"uses": "numbers", "with": {"rows": 12, "per": 4}},
    "acted": node("behave", script=["keep", "reject"]),
    "sifted": node("sift", needs="acted", every=3),
}


def nth(number: int, method: str, word: str, how: Any) -> Callable[[str, str], Any]:
    """This trouble for the nth such request alone."""
    left = [number]

    def act(asked: str, key: str) -> Any:
        if asked == method and word in key:
            left[0] -= 1
            return how if left[0] == 0 else None
        return None

    return act


def always(method: str, word: str, how: Any) -> Callable[[str, str], Any]:
    return lambda asked, key: how if asked == method and word in key else None


@pytest.mark.parametrize("how", ["cut", 503, 409])
def test_a_request_that_fails_once_is_made_again(s3: Elsewhere, weather: Weather, shop: Workshop, how: Any) -> None:
    weather.act = nth(7, "PUT", "", how)
    there = by_name(run(s3.recipe(**NODES)))
    assert digests(there) == digests(shop.run(**NODES))


@pytest.mark.parametrize("word", ["/data/00002", "manifest.json"])
def test_an_upload_that_fails_for_good_is_gone_on_with(
    s3: Elsewhere, weather: Weather, shop: Workshop, word: str
) -> None:
    weather.act = always("PUT", word, "cut")
    with pytest.raises(OutageError, match="run again later, what is finished is kept"):
        run(s3.recipe(**NODES))
    there = s3.names()
    assert not [name for name in there if word in name]
    assert not [name for name in there if name.startswith("locks/")]
    made = {path: path.stat().st_mtime_ns for path in s3.cache.rglob("*.parquet")}
    weather.act = lambda method, key: None
    weather.seen.clear()
    done = by_name(run(s3.recipe(**NODES)))
    assert digests(done) == digests(shop.run(**NODES))
    assert statuses(done)["src"] in ("reused", "resumed")
    assert {path: path.stat().st_mtime_ns for path in made} == made  # it was sent, and not made again


@pytest.mark.parametrize("word", ["/data/", "manifest.json"])
def test_what_is_made_at_once_and_could_not_be_sent_is_not_made_again(
    s3: Elsewhere, weather: Weather, shop: Workshop, word: str
) -> None:
    nodes = {"src": NODES["src"], "sifted": node("sift")}
    weather.act = lambda method, key: "cut" if method == "PUT" and "artifacts/sift" in key and word in key else None
    with pytest.raises(OutageError):
        run(s3.recipe(**nodes))
    (made,) = s3.cache.rglob("artifacts/sift/*/data/00000.parquet")
    before = made.stat().st_mtime_ns
    weather.act = lambda method, key: None
    assert digests(by_name(run(s3.recipe(**nodes)))) == digests(shop.run(**nodes))
    assert made.stat().st_mtime_ns == before


def test_what_was_half_sent_is_not_whole_elsewhere(s3: Elsewhere, weather: Weather) -> None:
    weather.act = always("PUT", "/shards/00002", "cut")
    with pytest.raises(OutageError):
        run(s3.recipe(**NODES))
    s3.wipe()
    told = {row["node"]: row for row in look.status(s3.recipe(**NODES))}
    assert (told["src"]["state"], told["src"]["shards"]) == ("partial", 2)


def test_listings_that_lag_behind_hide_nothing(s3: Elsewhere, weather: Weather, shop: Workshop) -> None:
    """Nor do they lead to anything being done again: what is known by name is asked for by name."""
    weather.hidden = lambda key: "/artifacts/" in key or "/runs/" in key
    here = digests(shop.run(**NODES))
    assert digests(by_name(run(s3.recipe(**NODES)))) == here
    s3.wipe()
    assert set(statuses(by_name(run(s3.recipe(**NODES)))).values()) == {"reused"}
    assert len(look.rows(s3.recipe(**NODES), "sifted", "data", 100)) == 4
    (key,) = [name for name in s3.names() if name.startswith("artifacts/behave") and name.endswith("manifest.json")]
    s3.remove(key)  # as if the driver had died before it
    s3.wipe()
    weather.seen.clear()
    assert digests(by_name(run(s3.recipe(**NODES)))) == here
    assert not weather.puts("/data/")


def test_shards_that_were_made_together_are_not_mixed_with_what_a_listing_hid(
    s3: Elsewhere, weather: Weather, shop: Workshop
) -> None:
    """A table was killed elsewhere after its first shard, of other rows than it has here."""
    weather.hidden = lambda key: "/artifacts/" in key
    here, _ = digests(shop.run(**NODES)), run(s3.recipe(**NODES))
    names = [name for name in s3.names() if name.startswith("artifacts/sift")]
    (shard,), (whole,) = (
        [name for name in names if name.endswith(end)] for end in ("shards/00000.json", "manifest.json")
    )
    s3.remove(whole)
    report = ShardReport.from_json(json.loads(s3.read(shard)))
    s3.write(shard, json.dumps(replace(report, digest="0" * 64).to_json()).encode())
    s3.write(shard.replace("00000", "00001"), json.dumps(replace(report, index=1).to_json()).encode())
    s3.wipe()
    assert digests(by_name(run(s3.recipe(**NODES)))) == here
    s3.wipe()
    assert len(look.rows(s3.recipe(**NODES), "sifted", "data", 100)) == 4


def spoil(s3: Elsewhere, change: Callable[[bytes], bytes]) -> str:
    (key,) = [
        name for name in s3.names() if name.startswith("artifacts/behave") and name.endswith("data/00001.parquet")
    ]
    s3.write(key, change(s3.read(key)))
    return f"{s3.url}/{key}"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda data: data[: len(data) // 2], r"is damaged: [\d,]+ bytes, not [\d,]+"),
        (lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:], "is damaged: it is not what was sent"),
    ],
)
def test_an_object_that_is_not_what_was_sent_is_told_and_made_anew(
    s3: Elsewhere, change: Callable[[bytes], bytes], told: str
) -> None:
    first = by_name(run(s3.recipe(**NODES)))
    place = spoil(s3, change)
    s3.wipe()
    with pytest.raises(StoreError, match=told) as caught:
        look.rows(s3.recipe(**NODES), "acted", "data", 100)
    assert place in str(caught.value)
    assert "this shard alone is made anew" in str(caught.value)
    for word in str(caught.value).split():
        if word.startswith(s3.url) and word.endswith(".json"):
            s3.remove(word.removeprefix(f"{s3.url}/"))
    done = by_name(run(s3.recipe(**NODES)))
    assert digests(done) == digests(first)
    assert statuses(done) == {"src": "reused", "acted": "resumed", "sifted": "reused"}


def test_a_copy_damaged_on_its_way_is_not_kept(s3: Elsewhere, weather: Weather) -> None:
    run(s3.recipe(**NODES))
    s3.wipe()
    weather.act = always("GET", "/data/", "damage")
    with pytest.raises(OutageError, match="FlexibleChecksumError"):
        look.rows(s3.recipe(**NODES), "acted", "data", 100)
    weather.act = lambda method, key: None
    assert len(look.rows(s3.recipe(**NODES), "acted", "data", 100)) == 6


def test_access_that_is_refused_and_a_bucket_that_is_not_there_are_told_in_one_line(
    s3: Elsewhere, weather: Weather, shop: Workshop
) -> None:
    path = shop.write(**NODES)
    failed_plainly(tracemill("run", path, "--store", "s3://nobody-has-this/x"), 1, "no such bucket")
    weather.act = lambda method, key: 403
    failed_plainly(tracemill("run", path, "--store", s3.url), 1, "access denied", s3.url)
    url = f"s3://{KEYS['AWS_ACCESS_KEY_ID']}:{SECRET}@bucket/x"
    done = tracemill("run", path, "--store", url)
    failed_plainly(done, 2, "no user and no password")
    assert SECRET not in done.stderr + done.stdout


def test_a_service_that_heeds_no_conditions_is_not_written_to(s3: Elsewhere, weather: Weather) -> None:
    """No lease would hold there."""
    weather.deaf = True
    with pytest.raises(StoreError, match="writes over what it is told to create only where there is nothing"):
        run(s3.recipe(**NODES))
    assert {name.partition("/")[0] for name in s3.names()} == {"runs"}


def test_names_that_lead_out_of_the_mirror_are_refused(s3: Elsewhere) -> None:
    """Whoever may write the bucket may write no other file of those who read it."""
    run(s3.recipe(src=NODES["src"]))
    (name,) = [name for name in s3.names() if name.endswith("shards/00000.json")]
    report = ShardReport.from_json(json.loads(s3.read(name)))
    (told,) = report.files.values()
    evil = replace(report, files={"data/../../../../../evil.parquet": told})
    s3.write(name, json.dumps(evil.to_json()).encode())
    s3.wipe()
    with pytest.raises(StoreError, match="leads out of it"):
        look.rows(s3.recipe(src=NODES["src"]), "src", "data", 9)
    assert not list(s3.shop.folder.rglob("evil*"))


def test_no_credential_is_written_anywhere(s3: Elsewhere, weather: Weather, shop: Workshop) -> None:
    path = s3.file(**NODES)
    weather.act = always("PUT", "/data/00002", 403)
    failed = tracemill("run", path)
    weather.act = lambda method, key: None
    done = tracemill("run", path, "--json")
    assert (failed.returncode, done.returncode) == (1, 0), failed.stderr + done.stderr
    written = [s3.read(name) for name in s3.names()]
    written += [one.read_bytes() for one in Path(shop.folder).rglob("*") if one.is_file()]
    written += [text.encode() for text in (failed.stdout, failed.stderr, done.stdout, done.stderr)]
    for secret in (SECRET, KEYS["AWS_ACCESS_KEY_ID"]):
        assert not [data for data in written if secret.encode() in data]
