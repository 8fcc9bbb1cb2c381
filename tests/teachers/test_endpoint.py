"""An endpoint that misbehaves: what is overcome, what a user is told."""

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from email.utils import formatdate
from typing import Any

import pytest

import teachers
from teachers import (
    ChatTurn,
    Completion,
    EndpointOptions,
    PromptTooLongError,
    RequestRefusedError,
    Sampling,
    TeacherConfig,
    TeacherConfigError,
    TeacherError,
    TeacherOutageError,
    TeacherRequest,
)
from teachers.endpoint import EndpointTeacher
from tests.teachers.misbehaving import Answer, Behaviour, Call, Hang, Raw, Reset, Server, Status, serving


def config(*servers: Server, sampling: Sampling | None = None, **options: Any) -> TeacherConfig:
    endpoint = EndpointOptions(urls=tuple(server.url for server in servers), **options)
    return TeacherConfig(
        name="far",
        backend="openai",
        model="tiny",
        revision="2026-05-01",
        sampling=sampling or Sampling(max_tokens=64),
        endpoint=endpoint,
    )


def requests(count: int, **fields: Any) -> list[TeacherRequest]:
    return [
        TeacherRequest(
            messages=(ChatTurn(role="user", content=f"q{n}"),),
            sampling=Sampling(max_tokens=64),
            sample=n,
            seed=n,
            **fields,
        )
        for n in range(count)
    ]


def ask(
    asked: TeacherConfig | EndpointTeacher, wanted: Sequence[TeacherRequest], *, at_once: bool = True
) -> list[Completion | TeacherError]:
    """The answers, and what was raised in the place of an answer."""
    teacher = asked if isinstance(asked, EndpointTeacher) else EndpointTeacher(asked, first_wait_s=0.01)

    async def asking() -> list[Any]:
        await teacher.start()
        try:
            if at_once:
                return list(await asyncio.gather(*map(teacher.respond, wanted), return_exceptions=True))
            return [await teacher.respond(request) for request in wanted]
        finally:
            await teacher.close()

    return asyncio.run(asking())


def ask_one(asked: TeacherConfig | EndpointTeacher, **fields: Any) -> Completion:
    outcome = ask(asked, requests(1, **fields))[0]
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


def after(*first: Behaviour, then: Behaviour | None = None) -> Callable[[Call], Behaviour]:
    """These one after the other, then the last for ever."""
    return lambda call: first[call.number] if call.number < len(first) else then or Answer()


GOOD = Completion(text="forty-two", finish_reason="stop", num_prompt_tokens=7, num_tokens=2)


# What is sent


def test_a_request_says_what_is_drawn_how_and_nothing_that_is_off():
    with serving(after()) as server:
        assert ask_one(config(server)) == GOOD
    assert server.calls[0].body == {
        "model": "tiny",
        "messages": [{"role": "user", "content": "q0"}],
        "seed": 0,
        "temperature": 0.7,
        "top_p": 0.95,
        "max_tokens": 64,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_a_server_of_vllm_is_told_also_what_is_off_since_it_would_fill_that_in_from_the_models_own_settings():
    with serving(after(), owner="vllm") as server:
        wanted = TeacherRequest(
            messages=(ChatTurn(role="user", content="q"),), sampling=Sampling(top_k=20), sample=0, seed=5
        )
        ask(config(server), [wanted])
    sent = server.calls[0].body
    assert (sent["top_k"], sent["min_p"], sent["repetition_penalty"]) == (20, 0.0, 1.0)


def test_chat_options_go_to_the_template():
    with serving(after()) as server:
        told = TeacherConfig(
            name="far",
            backend="openai",
            model="tiny",
            revision="1",
            chat_options={"enable_thinking": False},
            endpoint=EndpointOptions(urls=(server.url,)),
        )
        ask_one(told)
    assert server.calls[0].body["chat_template_kwargs"] == {"enable_thinking": False}


def test_a_begun_answer_is_gone_on_with_where_the_server_can_and_refused_where_it_would_begin_anew():
    with serving(after(), owner="vllm") as server:
        ask_one(config(server), begun="<think>\nForty")
        sent = server.calls[0].body
    assert sent["messages"][-1] == {"role": "assistant", "content": "<think>\nForty"}
    assert (sent["continue_final_message"], sent["add_generation_prompt"]) == (True, False)
    with serving(after()) as server, pytest.raises(TeacherConfigError, match="vLLM and SGLang can"):
        ask_one(config(server), begun="Forty")
    assert server.calls == []


# What comes back


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_reasoning_given_apart_is_kept_apart(field: str):
    with serving(after(then=Answer(thoughts=("six ", "times seven"), thoughts_field=field))) as server:
        answer = ask_one(config(server))
    assert (answer.reasoning, answer.text, answer.num_tokens) == ("six times seven", "forty-two", 4)


def test_the_limit_of_tokens_is_data():
    with serving(after(then=Answer(finish="length"))) as server:
        assert ask_one(config(server)).finish_reason == "length"


def test_a_server_that_streams_nothing_is_read_too():
    with serving(after(then=Answer(streamed=False))) as server:
        assert ask_one(config(server)) == GOOD


def test_tokens_are_counted_where_a_server_never_tells_their_number():
    with serving(after(then=Answer(pieces=["one ", "two ", "three"], usage=False))) as server:
        answer = ask_one(config(server))
    assert (answer.num_tokens, answer.num_prompt_tokens) == (3, 1)


@pytest.mark.parametrize("cut", [1, 7, 50])
def test_a_looping_answer_is_broken_off_wherever_the_server_cuts_its_pieces(cut: int):
    text = "Let us check that again. " * 200
    pieces = [text[start : start + cut] for start in range(0, len(text), cut)]
    with serving(after(then=Answer(pieces=pieces, pause_s=0.001))) as server:
        answer = ask_one(config(server))
        time.sleep(0.1)
    assert answer.finish_reason == "loop"
    assert 500 < len(answer.text) < 2000
    assert server.hung_up == 1


@pytest.mark.parametrize("finish", ["content_filter", "tool_calls", "function_call"])
def test_an_ending_that_is_no_answer_of_a_teacher_is_the_requests_own_error(finish: str):
    with serving(after(then=Answer(finish=finish))) as server, pytest.raises(RequestRefusedError, match=finish):
        ask_one(config(server))


# What may pass


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (Status(code=500), "server_error"),
        (Status(code=502), "unavailable"),
        (Status(code=503), "unavailable"),
        (Status(code=429), "rate_limited"),
        (Reset(), "dropped"),
        (Answer(finish=None), "dropped"),
        (Answer(finish="abort"), "server_error"),
        (Raw(b'{"choices": [{"mess'), "broken_reply"),
        (Raw(b'{"choices": [{"mess', cut=True), "dropped"),
        (Raw(b'data: {"choices": [{"del', kind="text/event-stream"), "broken_reply"),
        (Raw(b"data: {nonsense}\n\n", kind="text/event-stream"), "broken_reply"),
        (Raw(b'data: {"choices": []}\n\ndata: [DONE]\n\n', kind="text/event-stream"), "broken_reply"),
        (Raw(b'data: {"choices": [7]}\n\n', kind="text/event-stream"), "broken_reply"),
        (Raw(b'data: {"error": {"message": "engine", "code": 500}}\n\n', kind="text/event-stream"), "server_error"),
        (Raw(b"<html>busy</html>", kind="text/html"), "broken_reply"),
        (Hang(), "stalled"),
        (Answer(comments=100, pause_s=0.05), "stalled"),
    ],
    ids=str,
)
def test_what_may_pass_is_asked_again_and_never_becomes_an_answer(trouble: Behaviour, kind: str):
    with serving(after(trouble)) as server:
        teacher = EndpointTeacher(config(server, timeout_s=0.3), first_wait_s=0.01)
        assert ask_one(teacher) == GOOD
    assert teacher.troubles == {kind: 1}
    assert len(server.calls) == 2


def test_a_reply_without_its_number_of_tokens_is_broken_where_others_had_it():
    with serving(after(Answer(), Answer(usage=False))) as server:
        teacher = EndpointTeacher(config(server), first_wait_s=0.01)
        assert ask(teacher, requests(2), at_once=False) == [GOOD, GOOD]
    assert teacher.troubles == {"broken_reply": 1}


def test_a_slow_answer_is_waited_for_as_long_as_pieces_come():
    with serving(after(then=Answer(pieces=["a "] * 8, pause_s=0.1))) as server:
        assert ask_one(config(server, timeout_s=0.3)).text == "a " * 8


def waits(headers: dict[str, str], code: int = 429) -> float:
    """Seconds for which all requests at a server wait that told the first of them to."""
    with serving(after(Status(code=code, headers=headers))) as server:
        teacher = EndpointTeacher(config(server, max_in_flight=1), first_wait_s=0.001)
        started = time.monotonic()
        assert ask(teacher, requests(4)) == [GOOD] * 4
    assert len(server.calls) == 5
    return time.monotonic() - started


def test_retry_after_holds_for_all_requests_in_seconds_and_as_a_date():
    assert 0.4 <= waits({"Retry-After": "0.4"}) < 5
    assert 0.4 <= waits({"Retry-After": "0.4"}, code=503) < 5
    assert 0.9 <= waits({"Retry-After": formatdate(time.time() + 2, usegmt=True)}) < 8
    assert waits({"Retry-After": "soon"}) < 5


def test_a_crowd_that_is_told_to_wait_again_and_again_is_answered_in_the_end():
    recent: list[float] = []

    def five_at_a_time(_: Call) -> Behaviour:
        now = time.monotonic()
        recent[:] = [then for then in recent if now - then < 0.1]
        if len(recent) >= 5:
            return Status(code=429, headers={"Retry-After": "0.1"})
        recent.append(now)
        return Answer()

    with serving(five_at_a_time) as server:
        assert ask(config(server, retries=2), requests(60)) == [GOOD] * 60


# What the machine is to blame for


def test_a_server_that_fails_always_is_an_outage():
    with (
        serving(after(then=Status(code=500, message="engine dead"))) as server,
        pytest.raises(TeacherOutageError, match=r"500 engine dead, 3 times, and no other request was answered"),
    ):
        ask_one(config(server, retries=2))
    assert len(server.calls) == 4  # the last a question anybody can answer


def test_a_server_that_turns_everybody_away_is_an_outage():
    with (
        serving(after(then=Status(code=429, message="slow down"))) as server,
        pytest.raises(TeacherOutageError, match=r"no answer after 2 retries: .*429 slow down"),
    ):
        ask_one(config(server, retries=2))


def test_no_server_is_an_outage_when_the_teacher_starts():
    with serving(after()) as server:
        gone = config(server, retries=2)
    with pytest.raises(TeacherOutageError, match=r"no answer after 2 retries: .*cannot be reached"):
        ask_one(gone)


def test_a_wait_longer_than_the_patience_is_an_outage_that_says_when():
    with (
        serving(after(then=Status(code=429, headers={"Retry-After": "3600"}))) as server,
        pytest.raises(TeacherOutageError, match=r"asks to wait 3600 s, longer than endpoint.timeout_s"),
    ):
        ask_one(config(server))


def test_a_used_up_quota_is_an_outage_at_once():
    with (
        serving(after(then=Status(code=402, message="no credit"))) as server,
        pytest.raises(TeacherOutageError, match=r"no credit.*run again once it is paid for"),
    ):
        ask_one(config(server))


def test_after_an_outage_the_same_teacher_starts_again():
    async def stop_and_go() -> Completion:
        with serving(after()) as server:
            teacher = EndpointTeacher(config(server, retries=1), first_wait_s=0.01)
            await teacher.start()
            port = server.port
        with pytest.raises(TeacherOutageError):
            await teacher.respond(requests(1)[0])
        await teacher.close()
        with serving(after(), port=port):
            await teacher.start()
            answer = await teacher.respond(requests(1)[0])
            await teacher.close()
        return answer

    assert asyncio.run(stop_and_go()) == GOOD


def test_a_server_that_comes_back_in_time_is_no_outage():
    async def through_a_restart() -> list[Completion]:
        with serving(after()) as server:
            teacher = EndpointTeacher(config(server), first_wait_s=0.1)
            await teacher.start()
            port = server.port
        asked = asyncio.gather(*map(teacher.respond, requests(20)))
        await asyncio.sleep(0.5)
        with serving(after(), port=port):
            answers = await asked
            await teacher.close()
        return answers

    assert asyncio.run(through_a_restart()) == [GOOD] * 20


# What this request is to blame for


def refuses(trouble: Behaviour, of: str = "q1") -> Callable[[Call], Behaviour]:
    return lambda call: trouble if call.asked == of else Answer()


@pytest.mark.parametrize(("code", "at_once"), [(400, True), (422, True), (451, True), (500, True), (500, False)])
def test_a_request_that_a_server_refuses_while_it_serves_others_is_its_own_error(code: int, at_once: bool):
    with serving(refuses(Status(code=code, message="bad word"))) as server:
        wanted = requests(3) if at_once else requests(2)[1:]
        outcomes = ask(config(server, retries=2), wanted)
    refused = outcomes.pop(1 if at_once else 0)
    assert isinstance(refused, RequestRefusedError)
    assert "bad word" in str(refused)
    assert outcomes == [GOOD] * len(outcomes)


@pytest.mark.parametrize(
    "message",
    [
        "This model's maximum context length is 256 tokens. However, your prompt contains 300 input tokens",
        "context_length_exceeded: Please reduce the length of the messages",
        "The input (500 tokens) is longer than the model's context length (256 tokens).",
        "prompt is too long",
    ],
)
def test_a_prompt_that_leaves_no_room_is_said_to_be_too_long(message: str):
    with (
        serving(after(then=Status(code=400, message=message))) as server,
        pytest.raises(PromptTooLongError, match=re.escape(message)),
    ):
        ask_one(config(server))


@pytest.mark.parametrize(
    "message", ["maximum context length is 32", "max_tokens=64 cannot be greater than max_model_len=32"]
)
def test_where_only_prompt_and_answer_together_are_too_long_the_answer_may_have_what_is_left(message: str):
    def strict(call: Call) -> Behaviour:
        return Status(code=400, message=message) if "max_tokens" in call.body else Answer()

    with serving(strict) as server:
        assert ask_one(config(server)) == GOOD


def test_a_request_larger_than_its_minute_allows_is_not_sent_again_and_again():
    message = "Request too large for tiny on tokens per min (TPM): Limit 30000, Requested 40000"

    def limited(call: Call) -> Behaviour:
        return Status(code=429, message=message) if call.asked == "q0" else Answer()

    with serving(limited) as server:
        large, small = ask(config(server), requests(2))
    assert isinstance(large, PromptTooLongError)
    assert small == GOOD


# What the recipe is to blame for


def test_a_model_that_is_not_served_is_said_before_anything_is_asked():
    with (
        serving(after(), models=["big", "bigger"]) as server,
        pytest.raises(TeacherConfigError, match="does not serve the model 'tiny'; it serves: big, bigger"),
    ):
        ask_one(config(server))
    assert server.calls == []


def test_a_reply_of_another_model_is_never_taken():
    with (
        serving(after(then=Answer(model="small")), models=["tiny", "small"]) as server,
        pytest.raises(TeacherConfigError, match="answers with the model 'small' when asked for 'tiny'"),
    ):
        ask_one(config(server))


@pytest.mark.parametrize(
    ("replied", "models"),
    [
        ("tiny-2026-05-01", None),
        ("org/tiny", None),
        ("/weights/tiny/", None),
        ("Tiny", None),
        ("root-of-tiny", ["tiny"]),
    ],
)
def test_other_spellings_of_the_same_model_are_taken(replied: str, models: list[str] | None):
    with serving(after(then=Answer(model=replied)), models=models) as server:
        assert ask_one(config(server)) == GOOD


def test_a_server_without_a_list_of_models_is_held_to_what_its_replies_say():
    with (
        serving(after(then=Answer(model="other")), models=None) as server,
        pytest.raises(TeacherConfigError, match="answers with the model 'other'"),
    ):
        ask_one(config(server))


@pytest.mark.parametrize("code", [404, 405, 307])
def test_a_wrong_address_says_what_an_address_looks_like(code: int):
    with (
        serving(after(then=Status(code=code, message="no such place"))) as server,
        pytest.raises(TeacherConfigError, match="no such place; wanted is a URL below which /chat/completions answers"),
    ):
        ask_one(config(server))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"endpoint": EndpointOptions()}, "far: the openai backend needs `endpoint.urls`"),
        ({"model": None}, "far: the openai backend needs `model`"),
        ({"revision": None}, "far: model tiny needs `revision`"),
        (
            {"endpoint": EndpointOptions(urls=("localhost:8000/v1",))},
            "wanted is a URL such as http://localhost:8000/v1",
        ),
        ({"endpoint": EndpointOptions(urls=("https://h/v1?key=abc",))}, "without \\? and #; not https://h$"),
        ({"endpoint": EndpointOptions(urls=("https://me:abc@h/v1",))}, "put the key into an environment variable"),
        ({"endpoint": EndpointOptions(urls=("http://h/v1",), max_in_flight=0)}, "max_in_flight is 0"),
        ({"endpoint": EndpointOptions(urls=("http://h/v1",), timeout_s=0)}, "timeout_s is 0"),
    ],
)
def test_what_cannot_work_is_said_by_the_configuration_alone(changed: dict[str, Any], said: str):
    fields: dict[str, Any] = {
        "name": "far",
        "backend": "openai",
        "model": "tiny",
        "revision": "1",
        "endpoint": EndpointOptions(urls=("http://h/v1",)),
    }
    with pytest.raises(TeacherConfigError, match=said) as told:
        teachers.check(TeacherConfig(**fields | changed))
    assert "abc" not in str(told.value)


def test_an_endpoint_takes_no_weights(tmp_path):
    with serving(after()) as server, pytest.raises(TeacherConfigError, match="leave `weights` out"):
        teachers.load(config(server), weights=tmp_path)


# Several servers, and how hard they are pressed


def test_requests_go_to_the_least_busy_and_slots_add_up():
    with serving(after(then=Answer(pause_s=0.01))) as one, serving(after(then=Answer(pause_s=0.01))) as two:
        teacher = EndpointTeacher(config(one, two, max_in_flight=3))
        assert teacher.slots == 6
        ask(teacher, requests(40))
    assert abs(len(one.calls) - len(two.calls)) <= 4


def test_a_server_that_is_gone_is_left_alone_and_comes_back_when_it_is_there_again():
    async def one_goes() -> tuple[list[Completion], int, int]:
        with serving(after()) as one:
            with serving(after()) as two:
                teacher = EndpointTeacher(config(one, two), first_wait_s=0.05)
                await teacher.start()
                port = two.port
            answers = list(await asyncio.gather(*map(teacher.respond, requests(20))))
            alone = len(one.calls)
            with serving(after(), port=port) as two:
                for _ in range(20):
                    await asyncio.sleep(0.02)
                    answers += await asyncio.gather(*map(teacher.respond, requests(4)))
                await teacher.close()
                return answers, alone, len(two.calls)

    answers, alone, back = asyncio.run(one_goes())
    assert answers == [GOOD] * 100
    assert alone == 20
    assert back > 20


def test_what_one_server_fails_at_is_tried_at_the_other():
    with serving(after(then=Hang())) as bad, serving(after()) as good:
        assert ask(config(bad, good, timeout_s=0.2), requests(4)) == [GOOD] * 4


def test_no_more_requests_a_minute_are_sent_than_allowed():
    with serving(after()) as server:
        started = time.monotonic()
        ask(config(server, requests_per_minute=1200), requests(40))
        assert time.monotonic() - started > 0.9  # 20 at once, the others at 20 a second
    assert len(server.calls) == 40


def test_tokens_a_minute_count_prompt_and_allowed_answer():
    with serving(after()) as server:
        started = time.monotonic()
        ask(config(server, tokens_per_minute=65 * 10 * 60), requests(20))  # ten requests a second
        assert 0.9 < time.monotonic() - started < 10


def test_a_cancelled_request_hangs_up():
    async def cancel() -> None:
        teacher = EndpointTeacher(config(server))
        await teacher.start()
        asked = asyncio.create_task(teacher.respond(requests(1)[0]))
        await asyncio.sleep(0.2)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        await asyncio.sleep(0.2)
        await teacher.close()

    with serving(after(then=Hang())) as server:
        asyncio.run(cancel())
        assert server.hung_up == 1


# Keys of requests


def test_the_digest_names_the_model_and_not_who_serves_it():
    digests = set()
    for urls, model, revision, chat in [
        (("http://a/v1",), "tiny", "1", {}),
        (("http://b/v1", "http://c/v1"), "tiny", "1", {}),
        (("http://a/v1",), "tiny", "2", {}),
        (("http://a/v1",), "other", "1", {}),
        (("http://a/v1",), "tiny", "1", {"enable_thinking": False}),
    ]:
        options = EndpointOptions(urls=urls)
        told = TeacherConfig(
            name="far", backend="openai", model=model, revision=revision, chat_options=chat, endpoint=options
        )
        digests.add(teachers.load(told).digest)
    assert len(digests) == 4
