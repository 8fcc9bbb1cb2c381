"""Requests on their way to an answer, and the queue in which they wait for the responder."""

import asyncio
from collections.abc import Mapping
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any, Literal


@dataclass(eq=False, slots=True)
class Order:
    """One request until it is answered, and those who wait for that; `deaths` of the responder it was in flight at.

    place   -- of the row that asks, in the order in which rows were begun
    context -- of whoever asked first: what its answering counts is counted on behalf of that row
    """

    place: int
    key: str
    request: Any
    payload: Mapping[str, Any]
    waiters: list[asyncio.Future[Any]] = field(default_factory=list)
    state: Literal["waiting", "in_flight", "answered"] = "waiting"
    deaths: int = 0
    context: Context = field(default_factory=copy_context)

    def settle(self, answer: Any = None, *, error: Exception | None = None) -> None:
        """Tells all who wait."""
        waiters, self.waiters = self.waiters, []
        for waiter in waiters:
            if waiter.done():
                continue
            waiter.set_exception(error) if error else waiter.set_result(answer)


class OrderQueue:
    """Orders by place, those of one place as they came. One that nobody waits for is taken back and counts no more."""

    def __init__(self) -> None:
        self.heap: list[tuple[int, int, Order]] = []
        self.pushed = 0
        self.length = 0

    def __len__(self) -> int:
        return self.length

    def push(self, order: Order) -> None:
        self.pushed += 1
        self.length += 1
        order.state = "waiting"
        heappush(self.heap, (order.place, self.pushed, order))

    def take_back(self) -> None:
        """Of an order in the queue that has no waiters any more; it is left out when its turn comes."""
        self.length -= 1

    def pop(self) -> Order:
        """The next order. There must be one."""
        while not (order := heappop(self.heap)[2]).waiters:
            pass
        self.length -= 1
        return order
