"""Classes, records and tables that several threads make, forget and read at once."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from type_safe_convert import convert, convert_class, model_cache, register_kind, registry
from type_safe_convert.kinds.dataclass.kind import DataclassKind
from type_safe_convert.kinds.type_safe.instances import class_attributes, instance_order
from type_safe_convert.model.class_graph import facts_of
from type_safe_convert.model.family import shape_of
from type_safe_convert.model.state import slots_of
from type_safe_convert.registry import kinds_of_values, unregister_kind

pytestmark = pytest.mark.usefixtures("threads_meet_everywhere")


def run_at_once(*functions: Callable[[], Any]) -> None:
    barrier, problems = threading.Barrier(len(functions)), []

    def run(function: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            function()
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]


def test_a_family_that_is_forgotten_while_others_convert_is_one_family_afterwards() -> None:
    for _ in range(100):

        @dataclass
        class Model:
            x: int

        def use(cls: Any = Model) -> None:
            for _ in range(3):
                convert(cls(1), "basemodel")
                convert_class(cls, "basemodel")

        run_at_once(model_cache.clear, use, use, use, use, use)
        made = {convert_class(Model, "basemodel"), *(type(convert(Model(1), "basemodel")) for _ in range(4))}
        assert len(made) == 1


def test_the_attributes_of_a_class_are_read_while_another_thread_sets_some() -> None:
    class Model(Type_Safe):
        a: int
        b: str

    for number in range(200):
        setattr(Model, f"ATTRIBUTE_{number}", number)
    shape, written = shape_of(Model), threading.Event()

    def read() -> None:
        while not written.is_set():
            instance_order(Model, ("b", "a"))
            class_attributes(Model, shape)
            slots_of(Model)

    def write() -> None:
        for number in range(3000):
            type.__setattr__(Model, f"__later_{number}__", number)
        written.set()

    run_at_once(read, write)


def test_a_kind_that_is_registered_while_a_class_is_looked_at_is_known_for_the_class(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Late(DataclassKind):
        name = "late"

    class Meta(type):
        def __getattr__(cls, name: str) -> Any:
            if name == "__get_pydantic_core_schema__" and not registered:
                registered.append(kind)
                register_kind(kind)
            raise AttributeError(name)

    class Value(metaclass=Meta):
        pass

    registered: list[Any] = []
    kind: Any = Late()
    monkeypatch.delitem(registry._loaded, "basemodel")  # so that the class is asked whether it is worth loading
    try:
        kinds_of_values(Value)
        assert registered
        assert kind in kinds_of_values(Value)
    finally:
        unregister_kind("late")


def test_code_of_a_user_asks_for_a_class_while_it_is_made() -> None:
    asked: list[Any] = []

    class Asks:
        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
            if not asked:
                asked.append(None)
                asked.append(convert_class(Other, "basemodel"))
            return core_schema.any_schema()

    @dataclass
    class Other:
        x: int

    @dataclass
    class Node:
        other: Other
        asks: Asks
        node: "Node | None" = None

    made: Any = convert_class(Node, "basemodel")
    assert asked[1] is convert_class(Other, "basemodel") is made.model_fields["other"].annotation
    assert type(convert(Node(Other(1), Asks()), "basemodel").other) is asked[1]


def test_a_subclass_is_defined_while_the_graph_of_classes_is_searched() -> None:
    def define() -> type:
        @dataclass
        class Sub(Base):
            pass

        subclasses.append(Sub)
        return int

    @dataclass
    class Base:
        x: "define()"  # type: ignore[valid-type]
        holder: "Holder | None" = None

    @dataclass
    class Holder:
        items: list[Base]

    subclasses: list[type] = []
    assert facts_of(Holder).cyclic
    assert subclasses
