"""`Pydantic[User]`: a class of any kind as pydantic's and FastAPI's own."""

from typing import Any, Optional

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, TypeAdapter, ValidationError

from tests.json.compare import unlike
from tests.json.models import Circle, Drawing, Everything, Item, Node, Part, Shape, Tag, everything, tree
from type_safe_convert import NotAModelError, convert, convert_class
from type_safe_convert.json.codec import to_json
from type_safe_convert.json.pydantic_types import Pydantic


class Holder(BaseModel):
    tag: Pydantic[Tag]
    tags: list[Pydantic[Tag]] = []
    by_name: dict[str, Pydantic[Part]] = {}
    node: Pydantic[Node] | None = None


def test_a_field_of_a_model_holds_the_class_itself() -> None:
    holder = Holder.model_validate_json(
        '{"tag": {"name": "a"}, "tags": [{"name": "b"}], "by_name": {"p": {"name": "c"}}}'
    )

    assert type(holder.tag) is Tag
    assert type(holder.tags[0]) is Tag
    assert holder.by_name == {"p": Part("c")}
    assert holder.model_dump() == {
        "tag": {"name": "a", "weight": 1.0},
        "tags": [{"name": "b", "weight": 1.0}],
        "by_name": {"p": {"name": "c", "size": 1.0}},
        "node": None,
    }
    assert Holder.model_validate_json(holder.model_dump_json()).model_dump() == holder.model_dump()


def test_an_instance_goes_in_as_it_is() -> None:
    tag, node = Tag(name="a"), tree()

    holder = Holder(tag=tag, node=node)

    assert holder.tag is tag
    assert holder.node is node
    assert holder.model_dump(include={"node"})["node"]["children"][0]["name"] == "a"


@pytest.mark.parametrize("kind", ["type_safe", "basemodel", "dataclass"])
def test_an_adapter_of_every_kind_reads_and_writes(kind: str) -> None:
    original = convert(everything(), kind)
    adapter = TypeAdapter(Pydantic[type(original)])

    assert adapter.dump_json(original) == to_json(original)
    assert unlike(original, adapter.validate_json(to_json(original))) is None


def test_a_field_is_as_lax_as_pydantic_is() -> None:
    assert Holder.model_validate({"tag": {"name": "a", "weight": "2.5"}}).tag.weight == 2.5
    assert TypeAdapter(Pydantic[Everything]).validate_python({"day": "2024-02-29"}).day.day == 29


def test_errors_are_those_of_the_model_around() -> None:
    with pytest.raises(ValidationError) as caught:
        Holder.model_validate({"tag": {"name": "a", "weight": "x", "unknown": 1}, "tags": [{}, {"name": 5}]})

    assert [item["loc"] for item in caught.value.errors()] == [
        ("tag", "weight"),
        ("tag", "unknown"),
        ("tags", 1, "name"),
    ]


def test_the_schema_has_the_class_by_its_name() -> None:
    schema = Holder.model_json_schema()

    assert sorted(schema["$defs"]) == ["Node", "Part", "Tag"]
    assert schema["properties"]["tag"] == {"$ref": "#/$defs/Tag"}
    assert schema["$defs"]["Node"]["properties"]["children"]["items"] == {"$ref": "#/$defs/Node"}


def test_the_runtime_type_decides_where_the_model_around_lets_it() -> None:
    class Shapes(BaseModel):
        shape: Pydantic[Shape]

    shapes = Shapes(shape=Circle(name="c", radius=2.0))

    assert shapes.model_dump(polymorphic_serialization=True) == {"shape": {"name": "c", "radius": 2.0}}


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(NotAModelError):
        Pydantic[int]


# plain FastAPI

app = FastAPI()


@app.post("/item")
def post_item(item: Pydantic[Item]) -> Pydantic[Item]:
    assert type(item) is Item
    assert type(item.tags[0]) is Tag
    item.stock = item.stock + 1
    return item


@app.post("/parts")
def post_parts(parts: list[Pydantic[Part]], wanted: Optional[str] = None) -> dict[str, Pydantic[Part]]:
    assert all(type(part) is Part for part in parts)
    return {part.name: part for part in parts if wanted in (None, part.name)}


@app.post("/drawing")
async def post_drawing(drawing: Pydantic[Drawing]) -> Pydantic[Drawing]:
    return drawing


@app.get("/node")
def get_node() -> Pydantic[Node]:
    return tree()


client = TestClient(app)


def test_an_endpoint_takes_and_gives_instances() -> None:
    answer = client.post("/item", json={"sku": "a b", "stock": 4, "price": 1.5, "tags": [{"name": "t"}]})

    assert answer.status_code == 200
    assert answer.json() == {
        "sku": "a_b",
        "stock": 5,
        "price": 1.5,
        "tags": [{"name": "t", "weight": 1.0}],
    }


def test_an_endpoint_takes_lists_and_queries() -> None:
    answer = client.post("/parts?wanted=b", json=[{"name": "a"}, {"name": "b", "size": 2}])

    assert answer.json() == {"b": {"name": "b", "size": 2.0}}


def test_an_endpoint_gives_what_is_nested() -> None:
    assert client.get("/node").json()["children"][0]["children"][0]["name"] == "b"
    assert client.post("/drawing", json={"main": {"name": "m"}}).json()["main"] == {"name": "m"}


@pytest.mark.parametrize(
    ("data", "loc"),
    [
        ({"stock": -1}, ["body", "stock"]),
        ({"tags": [{"weight": "x"}]}, ["body", "tags", 0, "weight"]),
        ({"unknown": 1}, ["body", "unknown"]),
        ([], ["body"]),
    ],
)
def test_a_body_that_does_not_fit_is_a_422_that_says_where(data: Any, loc: list[Any]) -> None:
    answer = client.post("/item", json=data)

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == loc


def test_openapi_shows_the_classes() -> None:
    schemas = app.openapi()["components"]["schemas"]

    assert {"Item", "Tag", "Part", "Node", "Drawing", "Shape"} <= schemas.keys()
    assert not [name for name in schemas if "__" in name or "-" in name]
    assert schemas["Item"]["properties"]["stock"]["maximum"] == 100_000
    body = app.openapi()["paths"]["/item"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/Item"}


def test_an_alias_is_read_as_the_class_in_conversions() -> None:
    made = convert_class(Holder, "dataclass")

    assert made is convert_class(Holder, "dataclass")
    assert type(convert(Holder(tag=Tag(name="a")), "dataclass").tag).__name__ in ("Tag", "Tag__Dataclass")
