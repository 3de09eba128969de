"""Codecs live on the classes, are made once, and go with them; importing is cheap."""

import gc
import subprocess
import sys
import threading
import typing
import weakref
from typing import Any, List, Type

import pydantic_core
import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, TypeAdapter
from pydantic.dataclasses import dataclass as pydantic_dataclass

from tests.json.compare import unlike
from tests.json.models import Corner, Dog, Everything, Node, Part, Tag, Zoo, everything, tree
from type_safe_convert import convert, convert_class, model_cache
from type_safe_convert.json.codec import codec_of, from_json, to_json
from type_safe_convert.kinds.type_safe.generated_classes import GeneratedTypeSafe


def _classes(number: int) -> Any:
    import dataclasses

    inner = dataclasses.make_dataclass(f"Inner_{number}", [("value", int, 1)])
    return dataclasses.make_dataclass(f"Outer_{number}", [("inner", inner), ("items", list[inner])])


@pytest.mark.parametrize("kind", ["dataclass", "basemodel", "type_safe"])
def test_a_class_is_collected_with_its_codec(kind: str) -> None:
    def use(number: int) -> list[weakref.ref[Any]]:
        outer = _classes(number)
        cls = convert_class(outer, kind)
        made = from_json(cls, b'{"inner": {"value": 1}, "items": [{}]}')
        assert to_json(made) == b'{"inner":{"value":1},"items":[{"value":1}]}'
        return [weakref.ref(outer), weakref.ref(cls)]

    kept = [ref for number in range(5) for ref in use(number)]
    for forget in typing._cleanups:  # type: ignore[attr-defined]  # typing's own caches hold classes
        forget()
    gc.collect()

    assert [ref() for ref in kept if ref() is not None] == []


def test_a_codec_is_made_once_and_again_after_the_cache_is_cleared() -> None:
    first = codec_of(Node)

    assert codec_of(Node) is first
    model_cache.clear()
    assert codec_of(Node) is not first
    assert from_json(Node, to_json(tree())).name == "root"


def test_threads_get_one_codec() -> None:
    class Fresh(Type_Safe):
        name: str
        nodes: List[Node]

    found: list[Any] = []
    start = threading.Barrier(8)

    def use() -> None:
        start.wait()
        from_json(Fresh, b'{"name": "a", "nodes": [{"name": "b"}]}')
        found.append(codec_of(Fresh))

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len(set(map(id, found))) == 1


def test_threads_read_and_write_at_once() -> None:
    text = to_json(from_json(Everything, to_json(everything())))
    wrong: list[bytes] = []

    def use() -> None:
        wrong.extend(again for _ in range(50) if (again := to_json(from_json(Everything, text))) != text)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_a_class_that_is_written_still_works_as_type_safe() -> None:
    class Plain(Type_Safe):
        name: str

    to_json(Plain(name="a"))

    assert Plain(name="a").json() == {"name": "a"}
    assert list(vars(Plain())) == ["name"]
    assert issubclass(convert_class(_classes(100), "type_safe"), GeneratedTypeSafe)


def test_a_dataclass_that_is_written_is_still_pydantics() -> None:
    class Holder(BaseModel):
        zoo: Zoo
        part: Part

    zoo = Zoo([Dog("d", ["x"])])
    to_json(zoo)
    to_json(Part("a"))

    assert TypeAdapter(Part).validate_json(b'{"name": "b"}') == Part("b")
    assert Holder(zoo=zoo, part=Part("a")).model_dump() == {
        "zoo": {"animals": [{"name": "d"}]},
        "part": {"name": "a", "size": 1.0},
    }
    assert TypeAdapter(pydantic_dataclass(Part)).dump_json(Part("a")) == b'{"name":"a","size":1.0}'
    assert pydantic_core.to_json([Part("a"), zoo]) == b'[{"name":"a","size":1.0},{"animals":[{"name":"d"}]}]'


def test_what_a_generated_model_is_in_json_does_not_depend_on_its_use_before() -> None:
    class Inner(Type_Safe):
        ratio: float
        kind: Type[Tag]
        corner: Corner

    class Outer(Type_Safe):
        inner: Inner
        inners: List[Inner]

    made = convert_class(Inner, "basemodel")
    assert made.model_validate({"ratio": 1.5}).model_dump_json(exclude={"kind"})  # compiled by pydantic itself

    original = Outer(inner=Inner(ratio=float("inf"), kind=Tag), inners=[Inner(ratio=float("-inf"))])
    original.inner.corner = Corner.END
    model = convert(original, "basemodel")

    assert b'"ratio":"Infinity"' in to_json(model)
    assert unlike(model, from_json(type(model), to_json(model))) is None
    assert made.model_validate({"ratio": 2.5}).ratio == 2.5


def test_importing_does_not_import_what_only_tests_need() -> None:
    program = (
        "import sys, type_safe_convert.json.codec, type_safe_convert.json.schemas, "
        "type_safe_convert.json.pydantic_types, type_safe_convert.json.lines\n"
        "print([name for name in ('jsonschema', 'fastapi', 'rich', 'typer', 'hypothesis') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
