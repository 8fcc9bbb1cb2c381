"""The moments of a run at which a fault strikes, each by the call of the system that is made just then."""

from tests.faults.house import Moment

# In a node of rows, of which each file of the source makes a shard.
BEFORE_FIRST = Moment("os.rename", r"lines/\w+/fingerprint\.json$")
READING = Moment("os.rename", r"lines/\w+/data/00001\.parquet$")
IN_SHARD = Moment("open", r"behave/\w+/data/\.00001\.parquet\.\w+\.tmp$")
ROWS_WRITTEN = Moment("os.rename", r"behave/\w+/data/00001\.parquet$")
IN_COMMIT = Moment("os.rename", r"behave/\w+/shards/00001\.json$")
BETWEEN_SHARDS = Moment("open", r"behave/\w+/shards$", nth=2)
BEFORE_MANIFEST = Moment("open", r"behave/\w+/\.manifest\.json\.\w+\.tmp$")
IN_MANIFEST = Moment("os.rename", r"behave/\w+/manifest\.json$")
# In a stream.
IN_FLIGHT = Moment("open", r"/bill$", nth=9)
FIRST_ANSWER = Moment("open", r"journal/\w+/.*\.jsonl$")
STREAM_COMMIT = Moment("os.rename", r"inquire/\w+/shards/00001\.json$")
# In a table, in a folder that is built, and where it is published.
IN_TABLE = Moment("os.rename", r"sift/\w+/rejects/00000\.parquet$")
TABLE_COMMIT = Moment("os.rename", r"sift/\w+/shards/00000\.json$")
IN_BUILD = Moment("open", r"scratch/\w+/folder/sum\.txt$")
IN_PLACE = Moment("os.rename", r"total/\w+/folder$")
EXPORT_BUILD = Moment("open", r"scratch/\w+/folder/when\.txt$")
IN_COPY = Moment("open", r"\.v0001\.tmp/ids\.txt$")
BEFORE_RENAME = Moment("os.rename", r"toys/v0001$")
LATEST = Moment("os.rename", r"toys/latest$")
AT_EXIT = Moment("os.rename", r"toy/report\.html$")
# In a worker of a pool.
WORKER = "multiprocessing"
IN_WORKER = Moment("os.rename", r"behave/\w+/data/00001\.parquet$", who=WORKER)
WORKER_COMMIT = Moment("os.rename", r"behave/\w+/shards/00001\.json$", who=WORKER)
OF = {
    "before the first shard": BEFORE_FIRST,
    "in a shard of the source": READING,
    "in a shard": IN_SHARD,
    "in a shard, its rows written": ROWS_WRITTEN,
    "in a commit": IN_COMMIT,
    "between shards": BETWEEN_SHARDS,
    "between the last shard and the manifest": BEFORE_MANIFEST,
    "while the manifest is written": IN_MANIFEST,
    "requests in flight": IN_FLIGHT,
    "at the first answer": FIRST_ANSWER,
    "in a commit of the stream": STREAM_COMMIT,
    "in a table": IN_TABLE,
    "in a commit of the table": TABLE_COMMIT,
    "in the build of a folder": IN_BUILD,
    "while a folder is put into place": IN_PLACE,
    "in the build of an export": EXPORT_BUILD,
    "while a version is copied": IN_COPY,
    "between copy and rename of a version": BEFORE_RENAME,
    "while `latest` is moved": LATEST,
    "at exit": AT_EXIT,
}
