"""Rows whose checks fail and say more than they should."""

import os
from dataclasses import dataclass

from pipeline import RowStage
from pipeline.errors import StoreError
from tests.security.evil.rows import Harmful

WORDS = (
    "GET https://reader:{password}@example.org/a?X-Amz-Signature={signature}&page=2 failed; "
    "Authorization: Bearer {token}; api_key={key} AWS {secret}"
)


def told() -> str:
    """What clients have been seen to put into their errors; the canaries come from the environment alone."""
    return WORDS.format(
        password=os.environ["CANARY_PASS"],
        signature=os.environ["CANARY_SIGNED"],
        token=os.environ["CANARY_TOKEN"],
        key=os.environ["CANARY_API_KEY"],
        secret=os.environ["AWS_SECRET_ACCESS_KEY"],
    )


@dataclass(frozen=True, kw_only=True)
class Leak(RowStage[Harmful, Harmful]):
    """Fails with the words of a client; `fatal` ends the run with them."""

    fatal: bool = False

    def process(self, row: Harmful) -> Harmful:
        if self.fatal:
            raise StoreError(told())
        if row.votes:
            raise RuntimeError(told())
        return row
