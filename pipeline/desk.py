"""Where a stream stage's requests are answered: from the journal, from one already under way, or by the responder.

The responder always has as many requests as it serves at once. The others wait in the order of their rows, so that a
later request of an early row goes before those of rows that just began, and requests of one row, which share the
beginning of their prompts, stay together. What an outage interrupts is asked again once the responder is up again.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context, copy_context
from typing import Any

from pipeline.errors import OutageError, TracemillError
from pipeline.interrupt import response_of, to_its_end
from pipeline.journal import Journal, request_key
from pipeline.orders import Order, OrderQueue
from pipeline.responder import Responder

PAUSE_S = 1.0  # before the first restart; twice as long before each further one
LONGEST_PAUSE_S = 60.0
LAST_WORDS_S = 5.0  # for what else is in flight when the responder dies, to be answered or to fail by itself


class Desk:
    """Answers requests; `moved` is called when fewer wait than before, and when `failure` is done.

    What ends the node (a teacher gone for good, a full disk) becomes the exception of `failure`. Those who wait then
    get neither answer nor error, so that no stage can take the machine's trouble for an answer.
    """

    def __init__(
        self,
        responder: Responder,
        journal: Journal,
        *,
        slots: int,
        restarts: int,
        count: Callable[[str, float], None],
        pause_s: float = PAUSE_S,
    ) -> None:
        self.responder, self.journal, self.count = responder, journal, count
        self.slots, self.restarts, self.pause_s = slots, restarts, pause_s
        self.model = responder.digest
        self.moved: Callable[[], None] = lambda: None
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.under_way: dict[str, Order] = {}
        self.queue = OrderQueue()
        self.in_flight: dict[Order, asyncio.Task[None]] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.bringing_up: asyncio.Task[None] | None = None
        self.context = copy_context()
        self.is_up = False
        self.is_closing = asyncio.Event()
        self.generation = 0
        self.deaths = 0

    @property
    def waiting(self) -> int:
        """Requests that the responder has no room for yet."""
        return len(self.queue)

    async def ask(self, place: int, request: Any) -> Any:
        """The answer to a request of the row at `place`; raises what the responder has against this request.

        An ask that is cancelled is taken back, unless somebody else waits for the same.
        """
        payload = request.payload()
        key = request_key(self.model, payload)
        order = self.under_way.get(key)
        if order is None:
            recorded = self.journal.get(key)
            if recorded is not None:
                self.count("reused", 1)
                return self.responder.decode(recorded)
            order = self.under_way[key] = Order(place, key, request, payload)
            self.queue.push(order)
        waiter = asyncio.get_running_loop().create_future()
        order.waiters.append(waiter)
        self._dispatch()
        try:
            return await waiter
        except asyncio.CancelledError:
            self._leave(order, waiter)
            raise

    def _leave(self, order: Order, waiter: asyncio.Future[Any]) -> None:
        if waiter not in order.waiters:
            return  # it was answered in the same moment
        order.waiters.remove(waiter)
        if order.waiters or order.state == "answered":
            return  # somebody else waits for it, or it is being journalled, which is paid for
        del self.under_way[order.key]
        self.count("withdrawn", 1)
        if order.state == "waiting":
            self.queue.take_back()
            self.moved()
        elif task := self.in_flight.pop(order, None):
            task.cancel()
            self._dispatch()

    # What is in flight

    def _dispatch(self) -> None:
        """Fills the responder's slots, and has it started before the first request."""
        if self.is_closing.is_set() or self.failure.done():
            return
        if self.bringing_up is None and self.queue:
            self.bringing_up = self._begin(self._start(), self.context)
        while self.queue and self.is_up and len(self.in_flight) < self.slots:
            order = self.queue.pop()
            order.state = "in_flight"
            self.in_flight[order] = self._begin(self._serve(order, self.generation), order.context)
            self.moved()

    def _begin(self, work: Any, context: Context) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work, context=context)
        self.tasks.add(task)
        task.add_done_callback(self._end)
        return task

    def _end(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._fail(error)
        self._dispatch()

    def _fail(self, error: BaseException) -> None:
        if not self.failure.done():
            self.failure.set_exception(error)
            self.failure.exception()  # or asyncio complains where nobody is left to look at it
            self.moved()

    async def _serve(self, order: Order, generation: int) -> None:
        """`generation` is that of the responder it was handed to, which may have died before this task began."""
        try:
            answer = await self._response(order)
            order.state = "answered"
            self.count("asked", 1)
            if generation == self.generation:
                self.deaths = 0
            self._dispatch()
            await self.journal.put(order.key, order.payload, answer.payload())
        except OutageError as outage:
            self._died(order, generation, outage)
        except TracemillError:
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, it belongs to whoever asked
            if order.state == "in_flight" and generation != self.generation and order.waiters:
                self.queue.push(order)  # asked of one that had died meanwhile: no fault of the request
            else:
                self._settle(order, error=error)
        else:
            self._settle(order, answer)

    async def _response(self, order: Order) -> Any:
        try:
            return await response_of(self.responder, order.request)
        finally:
            self.in_flight.pop(order, None)

    def _settle(self, order: Order, answer: Any = None, *, error: Exception | None = None) -> None:
        if self.under_way.get(order.key) is order:
            del self.under_way[order.key]
        order.settle(answer, error=error)

    # Life and death of the responder

    async def _start(self, *, again: bool = False) -> None:
        try:
            if again:
                await to_its_end(self.responder.close())
            await self.responder.start()
        except TracemillError:
            raise
        except Exception as error:  # no row is to blame for it
            raise OutageError(f"the teacher did not start: {type(error).__name__}: {error}") from error
        self.is_up = True
        self.count("asked", 0)  # here the clock of the progress begins

    def _died(self, order: Order, generation: int, outage: OutageError) -> None:
        """An outage while `order` was in flight. The first of a generation restarts it, later ones are old news."""
        if not order.waiters:
            return  # it was taken back, and how that ended says nothing
        order.deaths += outage.deaths
        self.queue.push(order)
        if generation != self.generation or self.is_closing.is_set():
            return
        self.generation += 1
        self.is_up = False
        self.deaths = max(self.deaths + 1, order.deaths)  # a request at which it always dies ends this too
        self.bringing_up = self._begin(self._revive(outage), self.context)

    async def _revive(self, outage: OutageError) -> None:
        await self._clear()
        while self.deaths <= self.restarts:
            pause = min(self.pause_s * 2 ** (self.deaths - 1), LONGEST_PAUSE_S)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.is_closing.wait(), pause)
                return
            try:
                await self._start(again=True)
                self.count("restarts", 1)
                return
            except OutageError as again:
                outage, self.deaths = again, self.deaths + 1
        raise _given_up(outage, self.restarts) from outage

    async def _clear(self) -> None:
        """Waits a moment for what else is in flight; what has not ended then goes back to those who wait."""
        if self.in_flight:
            await asyncio.wait(self.in_flight.values(), timeout=LAST_WORDS_S)
        for order in await self._break_off():
            if order.state == "in_flight" and order.waiters:
                order.deaths += 1
                self.queue.push(order)

    async def _break_off(self) -> list[Order]:
        left, self.in_flight = self.in_flight, {}
        for task in left.values():
            task.cancel()
        await asyncio.gather(*left.values(), return_exceptions=True)
        return list(left)

    async def close(self) -> None:
        """Breaks off what is in flight, lets what was answered reach the journal, brings the responder down."""
        self.is_closing.set()
        if self.bringing_up is not None:
            self.bringing_up.cancel()
            await asyncio.gather(self.bringing_up, return_exceptions=True)
        await self._break_off()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        if self.bringing_up is not None:
            # One that is gone for good may not even close; why it went is told.
            await asyncio.gather(self.responder.close(), return_exceptions=self.failure.done())


def _given_up(outage: OutageError, restarts: int) -> OutageError:
    tried = f" Starting it again {restarts} times did not help." if restarts else ""
    return OutageError(
        f"{str(outage).rstrip('.')}.{tried} Mend it and run the same command again: what was answered is kept "
        "(run.restarts says how often it is started again by itself)"
    )
