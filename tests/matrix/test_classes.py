"""What happens to classes, in every direction: threads, memory, processes, and what they say about themselves."""

import copy
import dataclasses
import gc
import importlib
import inspect
import multiprocessing
import pickle
import pydoc
import sys
import threading
import types
import typing
import warnings
import weakref
from dataclasses import dataclass, field
from typing import Any, List, Optional

import attrs
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, Field, create_model, field_validator

from benchmarks.equality import facts
from tests.matrix.way import KINDS, UNCHECKED, feature
from type_safe_convert import convert, convert_class, json_schema, kind_of, origin_of, to_json

SECTION = "Classes"

T = typing.TypeVar("T")


@dataclass
class Point:
    """A point."""

    x: int
    y: int = 0
    tags: list[str] = field(default_factory=list)


class Line(BaseModel):
    """A line."""

    start: Optional[int] = None
    points: list[int] = []


class Sheet(Type_Safe):
    """A sheet."""

    title: str
    lines: List[str]


CLASSES = (Point, Line, Sheet)


def instances() -> list[Any]:
    return [Point(1, 2, ["a"]), Line(start=1, points=[2]), Sheet(title="t", lines=["l"])]


@feature(SECTION, "made by many threads at once: one class")
def test_threads(way):
    @dataclass
    class Leaf:
        x: int

    @dataclass
    class Tree:
        leaves: list[Leaf]
        parent: "Optional[Tree]" = None

    barrier = threading.Barrier(6)
    found: list[Any] = []

    def work():
        barrier.wait()
        made = convert_class(Tree, way.source)
        found.append((made, convert_class(made, way.target), type(convert(Tree([Leaf(1)]), way.target).leaves[0])))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1
    way.keeps(Tree([Leaf(1)], Tree([])))


def collect() -> None:
    for clear in typing._cleanups:  # type: ignore[attr-defined]  # typing's own caches keep dynamic classes alive
        clear()
    gc.collect()


@feature(SECTION, "dynamic classes are collected")
def test_dynamic_classes_are_collected(way):
    def batch(number: int) -> list[weakref.ref]:
        made = []
        for index in range(number):
            inner = create_model(f"Inner{index}", x=(int, ...))
            model = create_model(
                f"Model{index}", inner=(inner, ...), many=(list[inner], []), maybe=(inner | None, None)
            )
            data = dataclasses.make_dataclass(f"Data{index}", [("x", int), ("y", Optional[model], None)])
            source = model(inner=inner(x=1), many=[inner(x=2)])
            for instance in (source, data(1, source)):
                value = convert(instance, way.source)
                value = convert(convert(value, way.target), kind_of(instance))
                assert facts(value) == facts(instance)
            for cls in (inner, model, data):
                made += [weakref.ref(cls), *(weakref.ref(convert_class(cls, kind)) for kind in KINDS)]
        return made

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        references = batch(20)
    collect()
    assert sum(reference() is not None for reference in references) == 0


@feature(SECTION, "two classes with one name; classes made in functions")
def test_two_classes_with_one_name(way):
    def make(annotation):
        @dataclass
        class Same:
            x: annotation

        return Same

    first, second = make(int), make(str)
    way.keeps(first(1))
    way.keeps(second("a"))
    assert convert_class(first, way.target) is not convert_class(second, way.target) or first is second
    assert origin_of(convert_class(first, way.target)) is first


@feature(SECTION, "reloaded modules")
def test_reloaded_modules(way):
    module = types.ModuleType("reloaded_models")
    code = "from dataclasses import dataclass\n@dataclass\nclass Model:\n    x: int\n"
    sys.modules["reloaded_models"] = module
    try:
        exec(code, module.__dict__)
        old = module.Model
        kept = convert(old(1), way.source)
        exec(code, module.__dict__)
        new = module.Model
        assert type(convert(kept, "dataclass")) is old
        way.keeps(new(2))
        assert convert_class(new, way.target) is not convert_class(old, way.target) or old is new
    finally:
        del sys.modules["reloaded_models"]


@feature(SECTION, "`pickle`, `copy`, `deepcopy` of made instances and classes")
def test_copies(way):
    for instance in instances():
        if kind_of(instance) == "type_safe" == way.target:
            continue  # a Type_Safe class that a user wrote stays as osbot-utils leaves it
        made = way.keeps(instance)
        for again in (pickle.loads(pickle.dumps(made)), copy.copy(made), copy.deepcopy(made)):
            assert type(again) is type(made)
            assert facts(again) == facts(made)
        cls = type(made)
        assert pickle.loads(pickle.dumps(cls)) is cls
        assert copy.deepcopy(cls) is cls


def describe(made: Any) -> Any:
    """Runs in another process: where a made instance comes home to, and what it was made of."""
    home = convert(made, kind_of(origin_of(type(made))))
    return type(made).__name__, type(home).__name__, home.json() if isinstance(home, Type_Safe) else repr(home)


@feature(SECTION, "another process, by `spawn`")
def test_other_processes(way):
    sources = [instance for instance in instances() if kind_of(instance) != way.target]
    made = [way.keeps(instance) for instance in sources]
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        answers = pool.map(describe, made)
        classes = pool.map(copy.copy, [type(each) for each in made])
    assert answers == [describe(each) for each in made]
    assert classes == [type(each) for each in made]


@feature(SECTION, "`inspect.signature`, `get_type_hints`, `fields`, `model_fields`, `help()`")
def test_generated_classes_describe_themselves(way):
    for cls in CLASSES:
        made = convert_class(cls, way.target)
        if made is cls:
            continue
        names = list(typing.get_type_hints(cls))
        names = [name for name in names if not name.startswith("_") and name != "model_config"]
        hints = typing.get_type_hints(made)
        assert [name for name in hints if name in names] == names
        assert made.__doc__ == cls.__doc__
        assert made.__module__ == cls.__module__
        assert made.__qualname__.startswith(cls.__qualname__)
        parameters = list(inspect.signature(made).parameters)
        if way.target == "type_safe":
            assert list(made.__annotations__) == names
            assert parameters == names
        else:
            assert parameters == names
        if way.target == "dataclass":
            assert [item.name for item in dataclasses.fields(made)] == names
        if way.target == "basemodel":
            assert list(made.model_fields) == names
        text = pydoc.render_doc(made)
        assert cls.__doc__ in text
        assert made.__name__ in text


@feature(SECTION, "no warning is printed")
def test_no_warnings(way):
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        @dataclass
        class Model:
            json: int
            copy: str
            model_name: str
            schema: Any = None
            _hidden: int = 0
            validate: bool = True

        way.keeps(Model(1, "c", "m"))
        convert_class(Model, way.target)(json=1, copy="c", model_name="m")
        if way.target == "basemodel":
            convert_class(Model, "basemodel").model_json_schema()


@feature(SECTION, "a subclass of a generated class")
def test_subclasses_of_generated_classes(way):
    made = convert_class(Point, way.target)
    if made is Point:
        return
    namespace = {"__annotations__": {"label": str}, "label": "l", "__module__": __name__}
    child = type(made)("Labelled", (made,), namespace)
    if way.target in UNCHECKED:
        child = {"dataclass": dataclass, "attrs": attrs.define(slots=False)}[way.target](child)
    instance = child(x=1, label="mine")
    assert origin_of(child) is child
    for kind in KINDS:
        home = convert(convert(instance, kind), way.target)
        assert type(home) is child
        assert home.label == "mine"


@feature(SECTION, "converting a class twice gives the same class; back gives the origin")
def test_class_conversion_is_idempotent(way):
    for cls in CLASSES:
        made = convert_class(convert_class(cls, way.source), way.target)
        assert made is convert_class(cls, way.target)
        assert convert_class(made, way.target) is made
        assert convert_class(made, kind_of(cls)) is cls


@feature(SECTION, "generic classes of PEP 695 and `TypeVar` defaults")
def test_new_generics(way):
    if sys.version_info < (3, 12):
        return  # a syntax that only they have; `make test` runs this on 3.12 and 3.13, too
    namespace: dict[str, Any] = {"__name__": __name__}
    code = """
from dataclasses import dataclass
from pydantic import BaseModel
type Many[T] = list[T]
@dataclass
class Box[T]:
    content: T
class Crate[T](BaseModel):
    content: T
    more: Many[T]
@dataclass
class Model:
    box: Box[int]
    many: Many[str]
"""
    exec(code, namespace)
    way.keeps(namespace["Model"](namespace["Box"](1), ["a"]))
    way.keeps(namespace["Crate"][int](content=1, more=[2]))


@feature(SECTION, "abstract classes and classes with methods, properties, class methods")
def test_classes_with_behaviour(way):
    import abc

    class Base(abc.ABC):
        @abc.abstractmethod
        def area(self) -> int: ...

    @dataclass
    class Square(Base):
        side: int

        def area(self) -> int:
            return self.side**2

        @property
        def double(self) -> int:
            return self.side * 2

        @classmethod
        def unit(cls):
            return cls(1)

    home = convert(way.keeps(Square(3)), "dataclass")
    assert home.area() == 9


@feature(SECTION, "deprecated fields, of which nobody is warned")
def test_no_warning_of_deprecated_fields(way):
    class Model(BaseModel):
        x: int = Field(1, deprecated="use y")
        y: Optional[int] = Field(None, deprecated=True, json_schema_extra={"unit": "m"})

    class Checked(Model, extra="allow"):
        @field_validator("x")
        @classmethod
        def check(cls, value: int) -> int:
            return value

    class Box(BaseModel, typing.Generic[T]):
        content: T = Field(deprecated=True)

    @dataclass
    class Whole:
        old: int = field(default=1, metadata={"deprecated": "gone"})
        model: Optional[Model] = None
        box: Optional[Box[int]] = None

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for source in (Model(x=2), Checked(x=3, more=4), Whole(2, Model(y=5), Box[int](content=6))):
            made = way.keeps(source)
            to_json(made)
            convert(made, Checked)
        schema = json_schema(convert_class(Model, way.target))["properties"]
    assert schema["x"]["deprecated"] is True
    assert (schema["y"]["deprecated"], schema["y"]["unit"]) == (True, "m")


def test_the_module_imports_nothing_that_warns():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        importlib.import_module("type_safe_convert")
