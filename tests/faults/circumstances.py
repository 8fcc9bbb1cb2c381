"""What else befalls a run: clocks, limits, inputs that change, stages that hang, other runs, readers that leave."""

import ctypes
import os
import resource
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.faults import moments
from tests.faults.fault import AGAIN, Fault, at
from tests.faults.house import WAIT_S, Done, House, Moment
from tests.faults.signals import EXIT, ROWS, STREAM, TABLE
from tests.pipeline.processes import until

POOL = ("--quiet", "--workers", "2")
YEAR_S = 366 * 24 * 3600
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2


def circumstances() -> Iterator[Fault]:
    yield from clocks()
    yield from inputs()
    yield from limits()
    yield from stages()
    yield from surroundings()


def clocks() -> Iterator[Fault]:
    for kind, seconds in (("clock jumps forward", YEAR_S), ("clock jumps back", -YEAR_S)):
        yield from at(kind, ["before the first shard", STREAM, EXIT], f"clock {seconds}", ends="goes on")


# Inputs


def inputs() -> Iterator[Fault]:
    last = "in3.txt"
    grow = f"exec import os; open(os.path.join(os.environ['HOUSE'], '{last}'), 'a').write('39 more\\n')"
    vanish = f"exec import os; os.unlink(os.path.join(os.environ['HOUSE'], '{last}'))"
    reading = moments.READING
    changed = ("src", "an input file changed while it was read", "run again")
    yield Fault("changed input", "while it is read", reading, grow, code=1, words=changed, after=refurnish)
    yield Fault("vanished input", "while it is read", reading, vanish, code=1, words=("src", last), after=refurnish)
    yield Fault("vanished input", "before it is read", before=lambda house: (house.folder / last).unlink(), code=2,
                words=(last, "does not exist"), after=refurnish)  # fmt: skip
    yield Fault("changed input", "when it was read", moments.IN_SHARD, grow, ends="goes on", after=refurnish)
    yield Fault("input without permission", "before it is read", before=lambda house: (house.folder / last).chmod(0),
                limit=without_privilege, code=2, words=(last, "Permission denied"), after=refurnish)  # fmt: skip
    yield Fault("store without permission", "from the start", before=lambda house: house.store.mkdir(0o500),
                limit=without_privilege, code=1, words=("cannot write", "permission denied"),
                after=lambda house: house.store.chmod(0o700))  # fmt: skip


def refurnish(house: House) -> None:
    """The inputs as they were."""
    (house.folder / "in3.txt").unlink(missing_ok=True)
    house.furnish()


# Limits


def without_privilege() -> None:
    """Root reads and writes whatever it likes, unless it is born without these two capabilities."""
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability)


def _limit(what: int, amount: int) -> Callable[[], None]:
    return partial(resource.setrlimit, what, (amount, amount))


def limits() -> Iterator[Fault]:
    yield Fault("no more file descriptors", "from the start", limit=_limit(resource.RLIMIT_NOFILE, 10), ends="stops",
                words=("oo many open files",))  # fmt: skip
    yield Fault("no more file descriptors", "in a shard", moments.IN_SHARD, "errno 24", lasts=True, code=1,
                words=("too many open files",))  # fmt: skip
    memory = _limit(resource.RLIMIT_AS, 3 << 30)
    yield Fault("no more memory", "in a shard", before=order("order", "swell"), limit=memory, code=1,
                words=("rows failed",), after=again_from("troubled"))  # fmt: skip


# Stages


def order(name: str, what: str) -> Callable[[House], None]:
    def write(house: House) -> None:
        (house.folder / name).write_text(what)

    return write


def withdraw(house: House) -> None:
    for path in house.folder.glob("order*"):
        path.unlink()


def again_from(node: str) -> Callable[[House], None]:
    """What a user does about rows that failed: takes the cause away, and has them tried again."""

    def retry(house: House) -> None:
        withdraw(house)
        done = house.run_other("retry", house.recipe, node)
        assert done.code == 0, done.said

    return retry


def stages() -> Iterator[Fault]:
    for moment in ("open", "close"):
        yield Fault("exception in a stage", f"when it is to {moment}", before=order(f"order-{moment}", "raise"), code=1,
                    words=("batched", "LookupError", "an index is not there"))  # fmt: skip
    yield Fault("exception in a stage", "in a batch", before=order("order-batch", "raise"), ends="goes on")
    yield Fault("exception in a stage", "at a row", before=order("order", "raise"), code=1,
                words=("troubled", "rows failed", "retry"), after=again_from("troubled"))  # fmt: skip
    yield Fault("worker killed for its memory", "in a shard", before=order("order", "die"), arguments=POOL,
                ends="goes on")  # fmt: skip
    yield Fault("worker killed for its memory", "again and again", before=order("order", "always die"), arguments=POOL,
                code=1, words=("keep dying", "memory", "run again"), after=withdraw)  # fmt: skip
    yield Fault("driver killed for its memory", "in a shard", before=order("order", "die"), ends="dies", code=-9)
    yield Fault("stage that leaks", "from shard to shard", before=order("order", "always leak"), arguments=POOL,
                limit=_limit(resource.RLIMIT_AS, 4 << 30), ends="goes on", after=withdraw)  # fmt: skip
    for number, word in ((signal.SIGTERM, "stopped"), (signal.SIGINT, "interrupted")):
        for how, arguments in (("in the driver", ("--quiet",)), ("in a worker", POOL)):
            yield Fault("stage that hangs", f"{how}, ended by {number.name}", before=order("order", "hang"),
                        run=partial(end_hanging, number=number, arguments=arguments), code=128 + number,
                        words=(word, AGAIN), after=withdraw)  # fmt: skip
    limit = ("--quiet", "--set", "troubled.run.row_timeout_s=0.5")
    for what in ("hang", "backtrack"):
        yield Fault("stage that hangs", f"with a limit ({what})", before=order("order", what), arguments=limit,
                    code=1, words=("troubled", "1 of", "rows failed"), after=again_from("troubled"))  # fmt: skip


def end_hanging(house: House, environment: dict[str, str], *, number: int, arguments: tuple[str, ...]) -> Done:
    """A person who sees that nothing moves any more."""
    with house.start(*arguments, environment=environment) as process:
        until(
            lambda: not (house.folder / "order").exists() or process.poll() is not None,
            "an order that was taken",
            within_s=WAIT_S,
        )
        process.send_signal(number)
        said, _ = process.communicate(timeout=WAIT_S)
    return Done(process.returncode, said)


# Surroundings


def surroundings() -> Iterator[Fault]:
    for name, moment in ((ROWS, moments.IN_SHARD), (STREAM, moments.IN_FLIGHT)):
        yield Fault("driver stopped and continued", name, moment, f"signal {signal.SIGSTOP.value}", ends="goes on",
                    run=partial(stop_and_go, meanwhile=None))  # fmt: skip
        yield Fault("two runs on one store", f"the other {name}", moment, f"signal {signal.SIGSTOP.value}", code=1,
                    run=partial(stop_and_go, meanwhile=("--quiet",)),
                    words=("is being written by process", "wait for it"))  # fmt: skip
    yield Fault("two runs on one store", "begun at once", run=two_at_once, ends="any", words=("is being written by",))
    for name, moment in ((ROWS, moments.IN_SHARD), (TABLE, moments.IN_TABLE)):
        gone_act = "exec import os; os.rmdir(os.path.join(os.environ['HOUSE'], 'desk'))"
        yield Fault("deleted working directory", name, moment, gone_act, run=from_desk, ends="goes on")
    yield Fault("reader of the progress left", "from the start", run=unread, ends="goes on")
    for name, run in KILLED.items():
        yield Fault(f"killed {name}", "in the midst", run=run, ends="dies", whole=True)


def stop_and_go(house: House, environment: dict[str, str], *, meanwhile: tuple[str, ...] | None) -> Done:
    """A run is stopped for a while; what another one says that is begun meanwhile, or what it says itself."""
    with house.start("--quiet", environment=environment) as process:
        until(lambda: state(process.pid) == "T", "a stopped process", within_s=WAIT_S)
        other = house.run(*meanwhile) if meanwhile else None
        process.send_signal(signal.SIGCONT)
        said, _ = process.communicate(timeout=WAIT_S)
    assert process.returncode == 0, said
    return other or Done(process.returncode, said)


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def two_at_once(house: House, environment: dict[str, str]) -> Done:
    """One of them makes what the other reuses, or is told of."""
    with house.start("--quiet") as one, house.start("--quiet") as other:
        ends = [(process.communicate(timeout=WAIT_S)[0], process.returncode) for process in (one, other)]
    done = [Done(code, said) for said, code in ends]
    assert min(end.code for end in done) == 0, done
    return max(done, key=lambda end: end.code)


def from_desk(house: House, environment: dict[str, str]) -> Done:
    """Begun in a folder that somebody removes."""
    (house.folder / "desk").mkdir()
    return house.run("--quiet", environment=environment, cwd=house.folder / "desk")


def unread(house: House, environment: dict[str, str]) -> Done:
    """`tracemill run ... 2>&1 | head -0`: the work goes on to its end."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = house.run(environment=environment, stdout=writer, stderr=writer)
    finally:
        os.close(writer)
    assert next(house.store.glob("artifacts/publish/*/manifest.json"), None), "the run stopped before its end"
    return done


def killed(house: House, environment: dict[str, str], *words: object, moment: Moment) -> Done:
    done = house.run_other(
        *words, environment=environment | house.environment(moment, f"signal {signal.SIGKILL.value}")
    )
    assert done.code == -signal.SIGKILL, done
    return done


def killed_retry(house: House, environment: dict[str, str]) -> Done:
    moment = Moment("os.remove", r"behave/\w+/shards/", nth=2)
    return killed(house, environment, "retry", house.recipe, "split", moment=moment)


def killed_gc(house: House, environment: dict[str, str]) -> Done:
    """What no recipe uses any more is half removed."""
    (house.store / "artifacts" / "behave" / ("0" * 20) / "data").mkdir(parents=True)
    moment = Moment("shutil.rmtree", r"artifacts/behave")
    done = killed(house, environment, "gc", house.recipe, "--yes", moment=moment)
    again = house.run_other("gc", house.recipe, "--yes")
    assert again.code == 0, again.said
    return done


def killed_push(house: House, environment: dict[str, str]) -> Done:
    """The copy elsewhere is completed by the same command, and is what was to be copied."""
    version, away = house.folder / "store-exports" / "toys" / "v0001", house.folder / "away"
    words = ("push", version, "--to", away)
    done = killed(house, environment, *words, moment=Moment("open", r"away/.*rows\.parquet"))
    again = house.run_other(*words)
    assert again.code == 0, again.said
    pushed = away / "toys" / "v0001"
    assert {path.name for path in pushed.iterdir()} >= {"ids.txt", "manifest.json"}
    assert (pushed / "ids.txt").read_bytes() == (version / "ids.txt").read_bytes()
    return done


KILLED = {"retry": killed_retry, "gc": killed_gc, "push": killed_push}
