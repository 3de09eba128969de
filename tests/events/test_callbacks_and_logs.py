"""Who is told about events, and how log records find theirs."""

import asyncio
import contextvars
import logging
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2 as httpx
import pytest
from starlette.requests import Request

from fast_api import Fast_API, Fast_API_Server
from fast_api.http_events import Correlation_Formatter, Fast_API__Http_Events
from fast_api.http_events.event import Fast_API__Http_Event__Response
from fast_api.http_events.record import ASSEMBLING
from type_safe_convert import convert

log = logging.getLogger("service")


def service(**settings: Any) -> Fast_API:
    def speak__word(word: str) -> str:
        log.warning("the word is %s", word)
        return word

    async def speak_async__word(word: str) -> str:
        await asyncio.sleep(0.002)
        log.warning("the word is %s", word)
        return word

    def by_hand(request: Request) -> None:
        request.state.http_event.add_log_message("by hand, password=abcdef", level="DEBUG")

    async def boom() -> None:
        raise ValueError("the reason")

    fast_api = Fast_API(http_events=Fast_API__Http_Events(**settings)).setup()
    for function in (speak__word, speak_async__word, by_hand, boom):
        fast_api.add_route_get(function)
    return fast_api


def test_callbacks_plain_and_async() -> None:
    told: list[Any] = []

    async def on_response(response: Any, event: Any) -> None:
        await asyncio.sleep(0)
        told.append(("response", response.status_code, event.event_id, response is event.http_event_response))

    fast_api = service(
        callback_on_request=lambda event: told.append(("request", event.http_event_response.outcome, event.event_id)),
        callback_on_response=on_response,
    )
    fast_api.client().get("/speak/hello")
    (event_id,) = fast_api.http_events.requests_data
    assert told == [("request", "running", event_id), ("response", 200, event_id, True)]


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_callback_that_raises_is_logged_and_breaks_nothing(
    asynchronous: bool, caplog: pytest.LogCaptureFixture
) -> None:
    def plain(*args: Any) -> None:
        raise RuntimeError("callback")

    async def later(*args: Any) -> None:
        raise RuntimeError("callback")

    callback = later if asynchronous else plain
    fast_api = service(callback_on_request=callback, callback_on_response=callback, background_tasks=[callback])
    with fast_api.client() as client:
        assert client.get("/speak/hello").text == '"hello"'
        assert client.get("/speak/hello").status_code == 200
    assert len(fast_api.http_events.requests_data) == 2
    assert fast_api.http_events.counts()["failed_callbacks"] == 6
    assert "failed" in caplog.text


@pytest.mark.parametrize("name", ["callback_on_request", "callback_on_response", "background_tasks"])
def test_a_callback_that_waits_for_something_cancelled_cancels_no_request(name: str) -> None:
    async def callback(*args: Any) -> None:
        waited = asyncio.create_task(asyncio.sleep(10))
        waited.cancel()
        await waited

    fast_api = service(**{name: [callback] if name == "background_tasks" else callback})
    with fast_api.client() as client:
        assert client.get("/speak/hello").status_code == 200
    assert fast_api.http_events.counts()["failed_callbacks"] == 1
    (event,) = fast_api.http_events.requests_data.values()
    assert event.http_event_response.outcome == "completed"


def test_a_request_that_is_cancelled_in_a_callback_has_its_event() -> None:
    called = asyncio.Event()

    async def callback(event: Any) -> None:
        called.set()
        await asyncio.sleep(10)

    fast_api = service(callback_on_request=callback)

    async def cancel() -> None:
        transport = httpx.ASGITransport(app=fast_api.app())
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            request = asyncio.create_task(client.get("/speak/hello"))
            await called.wait()
            request.cancel()
            with pytest.raises(asyncio.CancelledError):
                await request

    asyncio.run(cancel())
    (event,) = fast_api.http_events.requests_data.values()
    assert (event.http_event_response.outcome, event.http_event_response.cause) == ("cut off", "cancelled")
    assert fast_api.http_events.counts()["in_flight"] == 0


def test_the_end_of_the_application_waits_for_background_tasks() -> None:
    done: list[str] = []

    async def slow(response: Any, event: Any) -> None:
        await asyncio.sleep(0.3)
        done.append(event.event_id)

    fast_api = service(background_tasks=[slow])
    with fast_api.client() as client:
        client.get("/speak/hello")
    assert done == list(fast_api.http_events.requests_data)


@pytest.mark.parametrize("name", ["callback_on_response", "background_tasks"])
@pytest.mark.parametrize("asynchronous", [False, True])
def test_log_records_of_callbacks_find_the_event_too(name: str, asynchronous: bool) -> None:
    def plain(response: Any, event: Any) -> None:
        log.warning("after the end")

    async def later(response: Any, event: Any) -> None:
        await asyncio.sleep(0)
        log.warning("after the end")

    callback = later if asynchronous else plain
    fast_api = service(**{name: [callback] if name == "background_tasks" else callback})
    with fast_api.client() as client:
        client.get("/config/status")
    (event,) = fast_api.http_events.requests_data.values()
    assert [entry.text for entry in event.http_event_info.log_messages] == ["after the end"]


def test_log_records_from_many_threads_are_all_there() -> None:
    async def talk() -> None:
        contexts = [contextvars.copy_context() for _ in range(16)]
        start = threading.Barrier(16)

        def speak(n: int) -> None:
            start.wait()
            log.warning("%d", n)

        threads = [threading.Thread(target=context.run, args=(speak, n)) for n, context in enumerate(contexts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        log.warning("stack", stack_info=True)

    fast_api = service().add_route_get(talk)
    fast_api.client().get("/talk")
    (event,) = fast_api.http_events.requests_data.values()
    texts = [entry.text for entry in event.http_event_info.log_messages]
    assert sorted(texts[:-1], key=int) == [str(n) for n in range(16)]
    assert "in talk" in texts[-1]


def test_a_line_of_a_thread_that_waits_for_an_event_holds_up_no_other_line() -> None:
    """The garbage collector may log a line at any time, also while an event is assembled."""

    async def talk() -> None:
        with ASSEMBLING:
            line = contextvars.copy_context().run
            threading.Thread(target=line, args=(log.warning, "of a thread"), daemon=True).start()
            await asyncio.sleep(0.2)  # until it waits for the event
            log.warning("meanwhile")

    fast_api = service().add_route_get(talk)
    client = fast_api.client()
    asking = threading.Thread(target=client.get, args=("/talk",), daemon=True)
    asking.start()
    asking.join(60)
    assert not asking.is_alive()


def test_background_tasks_do_not_delay_the_answer() -> None:
    done: list[str] = []
    answered = threading.Event()

    async def slow(response: Any, event: Any) -> None:
        await asyncio.to_thread(answered.wait, 60)
        done.append(event.event_id)

    fast_api = service(background_tasks=[slow])
    with fast_api.client() as client:
        client.get("/speak/hello")
        client.get("/speak-async/wait")
        assert not done
        answered.set()
        deadline = time.monotonic() + 60
        while len(done) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert set(done) == set(fast_api.http_events.requests_data)


@pytest.mark.parametrize("path", ["speak", "speak-async"])
def test_concurrent_requests_get_their_own_records(path: str) -> None:
    fast_api = service()
    with fast_api.client() as client, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: client.get(f"/{path}/w{n}"), range(40)))
    events = fast_api.http_events.requests_data.values()
    assert len(events) == 40
    for event in events:
        word = event.http_event_request.path.rpartition("/")[2]
        assert [entry.text for entry in event.http_event_info.log_messages] == [f"the word is {word}"]


def test_messages_by_hand_are_cleaned() -> None:
    fast_api = service()
    fast_api.client().get("/by-hand")
    (event,) = fast_api.http_events.requests_data.values()
    (entry,) = event.http_event_info.log_messages
    assert entry.level == "DEBUG"
    assert entry.text.startswith("by hand, password=cleaned (6, ")
    assert entry.after > 0


def test_the_trace_of_an_exception_is_in_its_event() -> None:
    fast_api = service()
    fast_api.client(raise_server_exceptions=False).get("/boom")
    (event,) = fast_api.http_events.requests_data.values()
    assert event.http_event_info.log_messages[0].text.endswith("ValueError: the reason")


def test_every_log_line_carries_the_correlation_id() -> None:
    lines: list[str] = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler = Lines()
    handler.setFormatter(Correlation_Formatter())
    fast_api = service()
    client = fast_api.client()
    client.get("/config/status")  # the first request installs what adds the id
    logging.getLogger().addHandler(handler)
    try:
        request_id = client.get("/speak/hello").headers["fast-api-request-id"]
        log.warning("outside")
    finally:
        logging.getLogger().removeHandler(handler)
    inside = next(line for line in lines if "the word" in line)
    assert f"[{request_id}]" in inside
    assert "[-]" in next(line for line in lines if "outside" in line)


def test_log_messages_are_bounded() -> None:
    async def talk() -> None:
        for n in range(80):
            log.warning("%d %s", n, "x" * 5000)

    fast_api = service().add_route_get(talk)
    fast_api.client().get("/talk")
    (event,) = fast_api.http_events.requests_data.values()
    info = event.http_event_info
    assert (len(info.log_messages), info.log_messages_dropped) == (50, 30)
    assert all(len(entry.text) < 2100 for entry in info.log_messages)


@pytest.mark.parametrize(
    ("message", "level", "text", "name"),
    [
        ("went wrong", logging.ERROR, "went wrong", "ERROR"),
        (ValueError("bad"), "WARNING", "ValueError: bad", "WARNING"),
        (ValueError(), 35, "ValueError", "Level 35"),
        ({"a": 1}, logging.DEBUG, "{'a': 1}", "DEBUG"),
        (b"bytes \xff", "INFO", "bytes \\xff", "INFO"),
        (None, "INFO", "None", "INFO"),
        (3, "custom", "3", "custom"),
    ],
)
def test_any_message_and_level_leaves_the_event_what_it_is(message: Any, level: Any, text: str, name: str) -> None:
    def talk(request: Request) -> str:
        request.state.http_event.add_log_message(message, level)
        return "done"

    fast_api = Fast_API(events_page="open").setup().add_route_get(talk)
    client = fast_api.client()
    assert client.get("/talk").json() == "done"
    (event,) = fast_api.http_events.requests_data.values()
    event.add_log_message(message, level, logging.getLogger("late"))
    first, second = event.http_event_info.log_messages
    assert (first.text, first.level) == (second.text, second.level) == (text, name)
    assert second.logger == "late"
    assert client.get(f"/events/api/events/{event.event_id}").status_code == 200
    convert(event, "dataclass")
    assert type(event).from_json(event.json()).http_event_info.log_messages[0].text == text


def test_a_callback_cannot_change_what_was_sent() -> None:
    seen: list[str] = []

    def change(response: Any, event: Any) -> None:
        assert isinstance(response, Fast_API__Http_Event__Response)
        assert response.headers["content-type"] == "application/json"
        for attempt in (
            lambda: response.headers.__setitem__("x", "1"),
            lambda: response.headers.update(x="1"),
            lambda: response.headers.pop("content-type"),
            lambda: setattr(response, "status_code", 201),
        ):
            with pytest.raises(TypeError, match="sent already: change it in the handler, or in a middleware"):
                attempt()
        seen.append(event.http_event_request.path)
        response.headers["x"] = "1"

    events = Fast_API__Http_Events(callback_on_response=change, background_tasks=[change])
    fast_api = Fast_API(http_events=events).setup().add_route_get(talking)
    with fast_api.client() as client:
        assert "x" not in client.get("/talking").headers
    assert seen == ["/talking", "/talking"]
    assert events.counts()["failed_callbacks"] == 2


def talking() -> str:
    return "talk"


@pytest.mark.parametrize("debug", [True, False])
def test_a_client_forges_no_line_of_the_log(debug: bool, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither by its path nor by what it makes an exception say, in the service's log and in that of its server."""

    async def fails(word: str) -> None:
        raise ValueError(f"no such word: {word}") from KeyError(word)

    async def notes(word: str) -> None:
        error = RuntimeError("noted")
        error.add_note(f"the word was {word}")
        raise error

    def later(event: Any) -> None:
        raise ValueError(f"callback: {event.http_event_request.path}")

    events = Fast_API__Http_Events(callback_on_request=later)
    fast_api = Fast_API(http_events=events, debug=debug).setup()
    fast_api.app().get("/fails/{word}")(fails)
    fast_api.app().get("/notes/{word}")(notes)
    root = logging.getLogger()
    printing = logging.StreamHandler()
    printing.setFormatter(Correlation_Formatter())
    plain = logging.StreamHandler()
    plain.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    root.addHandler(printing)
    root.addHandler(plain)
    forged = "a%0aCRITICAL%20forged%1b[31m%0d%0aCRITICAL%20again%E2%80%A8CRITICAL%20three%C2%85CRITICAL%20four%7f"
    try:
        with Fast_API_Server(app=fast_api, log_level="info") as server:
            for path in ("fails", "notes", "none"):
                server.requests_get(f"/{path}/{forged}?a={forged}")
    finally:
        root.removeHandler(printing)
        root.removeHandler(plain)
    out, err = capfd.readouterr()
    text = out + err
    assert "no such word" in text
    assert "the word was" in text
    assert "callback: " in text
    assert "a\\nCRITICAL forged\\x1b[31m" in text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028]", text)
    assert not [line for line in text.splitlines() if line.lstrip().startswith("CRITICAL")]


def test_the_lines_of_a_message_are_told_from_records() -> None:
    formatter = Correlation_Formatter("%(levelname)s %(message)s")
    record = log.makeRecord("x", logging.INFO, "f", 1, "one\nCRITICAL two\r\nthree %s", ("\x1b[31m",), None)
    assert formatter.format(record) == "INFO one\n    CRITICAL two\n    three \\x1b[31m"
