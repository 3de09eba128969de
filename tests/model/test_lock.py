"""Threads that meet while classes are made: none waits for ever."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from type_safe_convert import Pydantic, Rules, convert_class


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


@pytest.mark.parametrize("use", ["convert", "converter"])
def test_a_default_factory_waits_for_a_thread_that_makes_classes(use: str) -> None:
    def make() -> Any:
        @dataclass
        class Fresh:
            x: int

        thread = threading.Thread(target=lambda: made.append(convert_class(Fresh, "basemodel")), daemon=True)
        thread.start()
        thread.join(10)
        return "none"

    @dataclass
    class Source:
        x: int = field(default_factory=make)

    @dataclass
    class Target:
        x: str

    made: list[Any] = []
    rules = Rules()
    rules.map(Source, Target)
    function = rules.converter(Source, Target) if use == "converter" else lambda value: rules.convert(value, Target)
    assert function(Source("none")) == Target("none")  # type: ignore[arg-type]
    assert len(made) == 1
