"""The trace of an exception as text, with bounded messages of one line each."""

import contextlib
import traceback
from collections.abc import Iterator

from fast_api.redaction.text import CONTROL, MAX_VALUE, bounded, escaped

_MAX_MESSAGE = 2 * MAX_VALUE  # characters of an exception's message in a trace
_MAX_EXCEPTIONS = 50  # of one trace


def trace_of(error: BaseException) -> str:
    """The trace as Python formats it, without carets under the lines, for which Python parses the source again.

    Each message is one line, and not a long one: clients write them too.
    """
    text = "".join(_with_plain_frames(error).format())
    for before, message in _messages(error):
        if len(message) > _MAX_MESSAGE or CONTROL.search(message) is not None:
            text = text.replace(before + message, before + escaped(bounded(message, _MAX_MESSAGE)))
    return text


def _with_plain_frames(error: BaseException) -> traceback.TracebackException:
    """The exception and all that it names, whose frames know their lines and no columns."""
    found = traceback.TracebackException(type(error), error, error.__traceback__, limit=0, compact=True)
    waiting = [(found, error)]
    while waiting:
        trace, of = waiting.pop()
        trace.stack = traceback.StackSummary.extract(traceback.walk_tb(of.__traceback__))
        pairs = [(trace.__cause__, of.__cause__), (trace.__context__, of.__context__)]
        if isinstance(of, BaseExceptionGroup):
            pairs += zip(trace.exceptions or (), of.exceptions, strict=False)
        waiting += [(inner, cause) for inner, cause in pairs if inner is not None and cause is not None]
    return found


def _messages(error: BaseException) -> Iterator[tuple[str, str]]:
    """The messages of the exceptions in a trace, and their notes, with the text that Python writes before each."""
    seen: set[int] = set()
    waiting = [error]
    while waiting and len(seen) < _MAX_EXCEPTIONS:
        found = waiting.pop()
        if id(found) in seen:
            continue
        seen.add(id(found))
        with contextlib.suppress(Exception):  # a `__str__` that raises; Python shows something else, too
            yield ": ", str(found)
        yield from (("\n", note) for note in getattr(found, "__notes__", ()) if isinstance(note, str))
        waiting += [other for other in (found.__cause__, found.__context__) if other is not None]
        waiting += found.exceptions if isinstance(found, BaseExceptionGroup) else ()
