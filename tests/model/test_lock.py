"""Threads that meet while classes are made: none waits for ever."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from type_safe_convert import Pydantic, convert_class


def watched(look: Callable[[], Any]) -> Any:
    """A type that calls a function while pydantic makes a schema of it."""

    class Watched:
        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
            look()
            return core_schema.any_schema()

    return Watched


def test_pydantic_makes_a_model_while_another_thread_makes_its_counterpart() -> None:
    in_pydantic, in_both = threading.Event(), threading.Event()

    def look() -> None:
        in_pydantic.set()
        in_both.wait(0.3)

    @dataclass
    class Held:
        x: int

    class Late(BaseModel):
        model_config = ConfigDict(defer_build=True)
        first: watched(look)  # type: ignore[valid-type]
        held: Pydantic[Held]

    @dataclass
    class Node:
        x: int
        node: "Node | None" = None

    made: list[Any] = []
    threads = [
        threading.Thread(target=lambda: made.append(Late.model_rebuild()), daemon=True),
        threading.Thread(target=lambda: made.append(convert_class(Node, "basemodel")), daemon=True),
    ]
    threads[0].start()
    assert in_pydantic.wait(60)
    threads[1].start()
    for thread in threads:
        thread.join(60)
    assert len(made) == 2
