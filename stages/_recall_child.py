"""Trains one fastText model in a process of its own: `python -P _recall_child.py REQUEST.json`.

fastText fills only a tenth of its input matrix per thread with random numbers and takes the rest as `malloc` gives it.
Where that is memory used before, models differ from run to run, or training ends in NaN. `ALLOCATOR` in the environment
makes glibc hand out zeros; one thread then gives the same bytes every time.
"""

import ctypes
import json
import signal
import sys
from pathlib import Path

# The byte that allocated memory is filled with is the complement of `perturb`; small blocks kept by a thread would
# escape it.
ALLOCATOR = {"GLIBC_TUNABLES": "glibc.malloc.perturb=255:glibc.malloc.tcache_count=0", "MALLOC_PERTURB_": "255"}
PR_SET_PDEATHSIG = 1
BLOCK = 50_000


def main() -> None:
    import fasttext

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if not gives_zeros():
        sys.exit("the C library does not clear memory as asked, so no model would be the same twice; glibc is needed")
    request = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    try:
        model = fasttext.train_supervised(**request["options"], thread=1, verbose=0)
        if not model.words:
            sys.exit("no word is frequent enough; lower min_count or give more documents")
        if request["quantise"]:
            model.quantize(request["options"]["input"], qnorm=True, thread=1, verbose=0)
        model.save_model(request["model"])
    except (RuntimeError, ValueError, MemoryError) as error:  # fastText's own: NaN, a full disk, too large a matrix
        sys.exit(f"fasttext: {error or 'out of memory'}")


def gives_zeros() -> bool:
    """Whether a block that was written to and freed comes back empty."""
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    library.free.argtypes = [ctypes.c_void_p]
    for _ in range(2):
        block = library.malloc(ctypes.c_size_t(BLOCK))
        is_empty = not any(ctypes.string_at(block, BLOCK))
        ctypes.memset(block, 1, BLOCK)
        library.free(block)
    return is_empty


if __name__ == "__main__":
    main()
