"""The shared queue of a fleet: a request is leased to one worker at a time, and taken back when that one is lost."""

import asyncio
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pipeline.errors import OutageError


@dataclass(eq=False, slots=True)
class Order:
    """A request somebody waits for; `deaths` counts the workers that were lost while they held it."""

    request: Any
    answer: "asyncio.Future[Any]"
    deaths: int = 0


@dataclass(eq=False, slots=True)
class Hand:
    """A worker that is ready: how many requests it takes, and which it holds by the number of the lease."""

    slots: int
    ask: Callable[[int, Any], None]
    withdraw: Callable[[int], None]
    held: dict[int, Order] = field(default_factory=dict)

    @property
    def free(self) -> int:
        return self.slots - len(self.held)


class Leases:
    """Requests waiting and held. A request whose holders died `patience` times and once more is given up."""

    def __init__(self, *, patience: int) -> None:
        self.patience = patience
        self.waiting: deque[Order] = deque()
        self.hands: list[Hand] = []
        self.refused = 0
        self._numbers = itertools.count(1)

    async def answer(self, request: Any) -> Any:
        """Raises what the worker raised, or `OutageError`; a caller that is cancelled takes the request back."""
        order = Order(request, asyncio.get_running_loop().create_future())
        self.waiting.append(order)
        self._hand_out()
        try:
            return await order.answer
        except asyncio.CancelledError:
            self._withdraw(order)
            raise

    def join(self, hand: Hand) -> None:
        self.hands.append(hand)
        self._hand_out()

    def pass_over(self, hand: Hand) -> None:
        """A worker is as good as lost: it gets nothing more."""
        if hand in self.hands:
            self.hands.remove(hand)

    def leave(self, hand: Hand, reason: Exception) -> None:
        """A worker is lost: what it held goes to the front of the queue."""
        self.pass_over(hand)
        orders, hand.held = list(hand.held.values()), {}
        for order in reversed(orders):
            order.deaths += 1
            if order.deaths <= self.patience:
                self.waiting.appendleft(order)
            elif not order.answer.done():
                text = f"{order.deaths} workers were lost one after another while they answered this request; {reason}"
                outage = OutageError(text)
                outage.deaths = order.deaths
                order.answer.set_exception(outage)
        self._hand_out()

    def settle(self, hand: Hand, lease: int, outcome: Any) -> bool:
        """An answer, or an exception, from a worker; False for a lease it does not hold, or no longer."""
        order = hand.held.pop(lease, None)
        if order is None:
            self.refused += 1
            return False
        if not order.answer.done():
            if isinstance(outcome, Exception):
                order.answer.set_exception(outcome)
            else:
                order.answer.set_result(outcome)
        self._hand_out()
        return True

    def give_up(self, reason: Exception) -> None:
        """There is no worker left: nobody waits any longer."""
        for order in self.waiting:
            if not order.answer.done():
                order.answer.set_exception(reason)
        self.waiting.clear()

    def _hand_out(self) -> None:
        while self.waiting and self.hands:
            hand = max(self.hands, key=lambda hand: hand.free)
            if hand.free <= 0:
                return
            order = self.waiting.popleft()
            if order.answer.done():  # taken back while it waited
                continue
            lease = next(self._numbers)
            try:
                hand.ask(lease, order.request)
            except Exception as error:  # noqa: BLE001  # this request cannot be sent, whatever pickling raised
                order.answer.set_exception(error)
                continue
            hand.held[lease] = order

    def _withdraw(self, order: Order) -> None:
        for hand in self.hands:
            lease = next((lease for lease, held in hand.held.items() if held is order), None)
            if lease is not None:
                del hand.held[lease]
                hand.withdraw(lease)
                self._hand_out()
