"""A real SQLite database for each test, and a guard that fails on any statement."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine

from tests.kinds.sqlalchemy.models import Base, Legacy


@pytest.fixture
def engine(tmp_path: Any) -> Iterator[Engine]:
    made = create_engine(f"sqlite:///{tmp_path}/shop.db")
    Base.metadata.create_all(made)
    Legacy.metadata.create_all(made)
    yield made
    made.dispose()


@pytest.fixture
def silent(engine: Engine) -> Callable[[], Any]:
    """`with silent():` fails where a statement is sent to the database."""

    @contextlib.contextmanager
    def silent() -> Iterator[None]:
        sent: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
            sent.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield
        finally:
            event.remove(engine, "before_cursor_execute", note)
        assert sent == []

    return silent
