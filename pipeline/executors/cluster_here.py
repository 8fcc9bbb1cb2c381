"""A Dask cluster of this machine, for whoever names no scheduler; Dask's configuration is as it was after it."""

import importlib.util
import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

# Run by workers of this machine when they begin: an interrupt from the keyboard reaches them too.
LEAVE_INTERRUPTS = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
WORKERS_HERE = {
    "distributed.worker.daemon": False,  # stages may start processes with `multiprocessing`
    "distributed.worker.profile.enabled": False,
    # They hold no data that could be written away; one that has grown too large is of use when it is started again.
    **{f"distributed.worker.memory.{name}": False for name in ("target", "spill", "pause")},
}


@contextmanager
def cluster_here() -> Iterator[Any]:
    """Without workers yet, which are started with what Dask's configuration says then."""
    import dask
    import distributed

    has_dashboard = importlib.util.find_spec("bokeh") is not None
    with dask.config.set(WORKERS_HERE):
        cluster = distributed.LocalCluster(
            n_workers=0,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0" if has_dashboard else None,
            silence_logs=logging.CRITICAL,  # what a task raises is raised here
            preload=[LEAVE_INTERRUPTS],
        )
        with closing(cluster):
            yield cluster
