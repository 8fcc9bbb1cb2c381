import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ConfigError, ShardError
from stages import read_stackexchange
from stages.join_stackexchange import JoinStackexchange
from stages.read_stackexchange import ReadStackexchange
from stages.records import Origin, QAPair, StackPost
from tests.stages.recipes import run_nodes
from tests.stages.stack_dump import answer, question, row, threads, write
from tests.support import context, run_table

SITE = "math.stackexchange.com"


def posts(folder: Path, rows: list[str]) -> list[StackPost]:
    stage = ReadStackexchange(paths=[write(folder / "Posts.xml", rows)], site=SITE)
    return [item for shard in stage.shards() for item in stage.read(shard) if isinstance(item, StackPost)]


def join(folder: Path, rows: list[str], **options: Any) -> tuple[list[QAPair], dict[int, str]]:
    """The pairs, and the numbers of dropped posts with their reason."""
    given = posts(folder, rows)
    pairs, dropped = run_table(JoinStackexchange(**options), given, context(folder))
    numbers = {post.id: post.post_id for post in given}
    return pairs, {numbers[row_id]: reason for row_id, reason in dropped.items()}


def test_a_pair_says_all_its_licence_asks_for(tmp_path: Path) -> None:
    rows = [
        question(1, AcceptedAnswerId=2, OwnerUserId=None, OwnerDisplayName="Ann", ContentLicense="CC BY-SA 3.0"),
        answer(2, 1, Score=5),
    ]
    (pair,), dropped = join(tmp_path, rows)
    asked = posts(tmp_path, rows)[0]
    assert dropped == {}
    assert (pair.id, pair.content_key) == (asked.id, asked.content_key)
    assert pair.question == "A question about number 1\n\nHow much is $x^1$ & why?"
    assert pair.answer_text == "It is 2:\na = 1\nb = 2"
    assert (pair.origin, pair.extractor, pair.source) == (Origin.HUMAN, "stackexchange", SITE)
    assert (pair.votes, pair.is_accepted, pair.author) == (5, True, f"https://{SITE}/users/20")
    assert pair.licence == "CC BY-SA 3.0 (question), CC BY-SA 4.0 (answer)"
    address = f"https://{SITE}/questions/1"
    assert pair.attribution == f"question by Ann, answer by https://{SITE}/users/20, {address}"
    assert (pair.url, pair.removal_key) == (address, f"{SITE}/questions/1")


THREAD = [
    question(1, AcceptedAnswerId=4),
    answer(2, 1, Score=9),
    answer(3, 1, Score=1),
    answer(4, 1, Score=-1),
    answer(5, 1, Score=0),
    question(10),
    answer(11, 10, Score=3),
    answer(12, 10, Score=3),
]


@pytest.mark.parametrize(
    ("options", "answers", "reasons"),
    [
        ({"answers": "accepted"}, {4}, {10: "not_accepted", 11: "not_accepted", 2: "not_accepted"}),
        ({}, {4, 11}, {2: "not_chosen", 3: "not_chosen", 5: "low_score", 12: "not_chosen"}),
        ({"min_score": 4}, {4}, {2: "not_chosen", 10: "low_score", 11: "low_score"}),
        ({"answers": "all"}, {4, 2, 3, 11, 12}, {5: "low_score"}),
        ({"answers": "all", "max_answers": 2}, {4, 2, 11, 12}, {3: "not_chosen", 5: "low_score"}),
        ({"answers": "all", "min_score": -5, "max_answers": 9}, {4, 2, 3, 5, 11, 12}, {}),
    ],
)
def test_which_answers_make_pairs(
    tmp_path: Path, options: dict[str, Any], answers: set[int], reasons: dict[int, str]
) -> None:
    pairs, dropped = join(tmp_path, THREAD, **options)
    assert {int(pair.answer_text.split(":")[0].removeprefix("It is ")) for pair in pairs} == answers
    assert reasons.items() <= dropped.items()
    best = [pair for pair in pairs if "/" not in pair.id]
    assert len(best) == len({pair.url for pair in pairs})
    assert all(
        pair.id.startswith(f"{first.id}/")
        for first in best
        for pair in pairs
        if pair.url == first.url != "" and pair != first
    )


def test_questions_that_make_no_pair_say_why(tmp_path: Path) -> None:
    rows = [
        question(1),
        question(2, ClosedDate="2020-01-01T00:00:00.000"),
        answer(3, 2, Score=9),
        answer(4, 99, Score=9),
        question(5),
        answer(6, 5, Score=0),
    ]
    pairs, dropped = join(tmp_path, rows)
    assert pairs == []
    assert dropped == {1: "unanswered", 2: "closed", 3: "closed", 4: "no_question", 5: "low_score", 6: "low_score"}
    (pair,), dropped = join(tmp_path, rows, closed=True)
    assert pair.votes == 9


def test_names_of_users_come_from_their_file(tmp_path: Path) -> None:
    users = write(
        tmp_path / "Users.xml",
        [
            row(Id=10, DisplayName="Ann O'Q", Reputation=1),
            row(Id=20, DisplayName=" "),
            "<row Id='x' />",
            "<row Id=&; />",
        ],
        head="<users>\n",
        tail="</users>",
    )
    rows = [
        question(1, AcceptedAnswerId=2),
        answer(2, 1),
        question(3, AcceptedAnswerId=4),
        answer(4, 3, OwnerUserId=10),
    ]
    first, second = sorted(join(tmp_path, rows, users=users)[0], key=lambda pair: pair.url)
    at = f"https://{SITE}/users"
    assert first.attribution == f"question by Ann O'Q ({at}/10), answer by {at}/20, https://{SITE}/questions/1"
    assert (first.author, second.author) == (f"{at}/20", "Ann O'Q")
    assert JoinStackexchange(users=users).pins(lambda path: path.name) == {"users": "Users.xml"}


def test_sites_do_not_mix(tmp_path: Path) -> None:
    rows = posts(tmp_path, [question(1, AcceptedAnswerId=2)])
    stage = ReadStackexchange(paths=[write(tmp_path / "b.xml", [answer(2, 1)])], site="physics.stackexchange.com")
    rows += [item for shard in stage.shards() for item in stage.read(shard) if isinstance(item, StackPost)]
    pairs, dropped = run_table(JoinStackexchange(), rows, context(tmp_path))
    assert pairs == []
    assert sorted(dropped.values()) == ["no_question", "unanswered"]


def test_users_of_one_site_are_no_names_for_another(tmp_path: Path) -> None:
    rows = posts(tmp_path, [question(1)])
    stage = ReadStackexchange(paths=[tmp_path / "Posts.xml"], site="physics.stackexchange.com")
    rows += [item for shard in stage.shards() for item in stage.read(shard) if isinstance(item, StackPost)]
    users = write(tmp_path / "Users.xml", [row(Id=10, DisplayName="Ann")], head="<users>\n", tail="</users>")
    with pytest.raises(ConfigError, match=r"one site, and the posts are of math.* physics"):
        run_table(JoinStackexchange(users=users), rows, context(tmp_path))


def test_a_file_of_users_that_is_cut_off_is_told(tmp_path: Path) -> None:
    users = write(tmp_path / "Users.xml", [row(Id=10, DisplayName="Ann")], head="<users>\n", tail="")
    with pytest.raises(ShardError, match=r"Users\.xml.*cut off"):
        join(tmp_path, [question(1)], users=users)


def test_a_limit_of_no_answers_is_told() -> None:
    with pytest.raises(ConfigError, match="max_answers is 0"):
        JoinStackexchange(max_answers=0)


@pytest.mark.parametrize("answers", ["top", "all"])
def test_one_worker_and_three_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: str) -> None:
    write(tmp_path / "Posts.xml", threads(200))
    nodes = {
        "posts": {"uses": "read_stackexchange", "with": {"paths": [str(tmp_path / "Posts.xml")], "site": SITE}},
        "pairs": {"uses": "join_stackexchange", "needs": "posts", "with": {"answers": answers}},
    }
    one = run_nodes(tmp_path / "one", nodes)
    monkeypatch.setattr(read_stackexchange, "SHARD_BYTES", 20_000)
    three = run_nodes(tmp_path / "three", nodes, workers=3)
    assert one["posts"].manifest.num_shards == 1
    assert three["posts"].manifest.num_shards > 10
    assert [node.manifest.digest for node in one.values()] == [node.manifest.digest for node in three.values()]
    totals = three["pairs"].manifest.totals
    assert totals.rows_in == totals.kept + sum(totals.rejected.values())
    assert totals.rows_out > 50
    assert set(totals.rejected) >= {"unanswered", "closed", "low_score", "no_question"}


MEASURE = """
import resource, sys
from pathlib import Path
from stages.read_stackexchange import ReadStackexchange
stage = ReadStackexchange(paths=[Path(sys.argv[1])], site="a.b")
count = 0
for shard in stage.shards():
    count += sum(1 for _ in stage.read(shard))
    print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.long
def test_memory_is_flat_over_300_megabytes(tmp_path: Path) -> None:
    path = write(tmp_path / "Posts.xml", threads(45_000, filler="<p>some <b>words</b> of filler</p>" * 190))
    assert path.stat().st_size > 300_000_000
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
    readings = [int(line.split()[1]) for line in done.stdout.splitlines()]
    assert len(readings) >= 5
    assert readings[-1] < readings[0] + 30
    assert readings[-1] < 400
