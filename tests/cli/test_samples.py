"""A sample is a valid instance of its class, filled in, and the same for the same seed."""

import dataclasses
from typing import Any, Literal

import fastapi.openapi.models as openapi
import libcst
import pytest
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from pydantic import RootModel

from tests.cli import odd_models
from tests.core import models
from type_safe_convert.testing.equality import differences
from type_safe_convert.testing.sampler import NotBuilt, Sampler, load, samples

SEEDS = range(8)


def build(cls: type, seed: int = 0) -> Any:
    return Sampler(seed).build(cls)


@pytest.mark.parametrize("cls", models.CLASSES, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_ordinary_class_is_built(cls: type, seed: int) -> None:
    assert type(build(cls, seed)) is cls


@dataclasses.dataclass
class Part:
    pass


@dataclasses.dataclass(slots=True)
class Bolt(Part):
    size: int = 1


CLASSES_OF_BOLTS = type.__subclasses__(Part)  # two: the decorator has made the class anew; this keeps the first alive


@dataclasses.dataclass
class Machine:
    part: Part


def test_no_class_is_built_that_slots_left_behind() -> None:
    assert len(CLASSES_OF_BOLTS) == 2
    assert {type(build(Machine, seed).part) for seed in range(20)} == {Part, Bolt}


@pytest.mark.parametrize(
    "cls", [models.Customer, models.Drawing, models.Node, openapi.OpenAPI, libcst.If], ids=lambda cls: cls.__name__
)
def test_the_same_seed_gives_the_same_instance_whatever_was_built_before(cls: type) -> None:
    busy = Sampler(3)
    for other in (models.Company, openapi.Schema, libcst.Call, models.Bundle):
        busy.build(other)
    assert differences(build(cls, 3), busy.build(cls)) == []
    assert differences(build(cls, 3), build(cls, 4)) != []


def test_collections_are_filled_and_subclasses_stand_in() -> None:
    drawings = [build(models.Drawing, seed) for seed in range(40)]
    assert all(drawing.shapes and drawing.named for drawing in drawings if drawing.shapes is not None)
    found = {type(shape) for drawing in drawings for shape in drawing.shapes}
    assert found == {models.Shape, models.Circle, models.Square}


def test_type_safe_collections_are_what_the_constructor_makes_of_them() -> None:
    orders = [build(models.Order, seed) for seed in SEEDS]
    assert all(type(order.items) is Type_Safe__List and type(order.names) is models.Names for order in orders)
    assert any(order.items and order.names and order.stock and order.labels for order in orders)


@pytest.mark.parametrize("seed", SEEDS)
def test_constraints_are_kept(seed: int) -> None:
    made = build(odd_models.Bounded, seed)
    odd_models.Bounded.model_validate(made.model_dump(), strict=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_post_init_refuses_is_tried_again(seed: int) -> None:
    assert type(build(odd_models.Picky, seed)) is odd_models.Picky


def test_a_concrete_subclass_stands_for_an_abstract_class() -> None:
    assert type(build(odd_models.Figure)) is odd_models.Disc


@pytest.mark.parametrize(
    ("cls", "reason"),
    [
        (odd_models.Lonely, "abstract"),
        (odd_models.Endless, "requires"),
        (odd_models.Never, "never"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_class_that_cannot_be_built_says_why(cls: type, reason: str) -> None:
    with pytest.raises(NotBuilt, match=reason) as caught:
        build(cls)
    assert reason in caught.value.reason


def test_recursion_ends() -> None:
    def depth(tree: odd_models.Tree | None) -> int:
        return 0 if tree is None else 1 + max(map(depth, (tree.left, tree.right, *tree.leaves)), default=0)

    depths = [depth(build(odd_models.Tree, seed)) for seed in range(30)]
    assert 3 <= max(depths) <= 8


def test_most_of_libcst_is_built_and_filled() -> None:
    """The hard case: half of its classes check in `__post_init__` how their fields go together."""
    classes = [
        libcst.Arg, libcst.BinaryOperation, libcst.Call, libcst.ClassDef, libcst.Comparison, libcst.Dict, libcst.For,
        libcst.FunctionDef, libcst.If, libcst.Import, libcst.ImportFrom, libcst.Integer, libcst.Lambda, libcst.Module,
        libcst.Name, libcst.SimpleString, libcst.Subscript, libcst.Try, libcst.With,
    ]  # fmt: skip
    sampler = Sampler(0)
    built = [sampler.build(cls) for cls in classes]
    filled = [
        any(getattr(made, field.name) not in (None, (), []) for field in dataclasses.fields(made)) for made in built
    ]
    assert all(filled)


def test_several_samples_differ() -> None:
    first, second = samples(models.Customer, 2)
    assert differences(first, second) != []


def test_a_class_is_loaded_by_its_name() -> None:
    assert load("tests.core.models:Order") is models.Order


@pytest.mark.parametrize("spec", ["tests.core.models", "tests.core.models:Nothing", "no.such:Thing", "os:path"])
def test_a_name_that_leads_nowhere_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match=spec.partition(":")[0]):
        load(spec)


def test_a_root_model_whose_constructor_drops_what_it_is_given():
    """As pyiceberg's types: one instance for each call, kept by `__new__`, and no `root` but the default."""

    class Root(RootModel[str]):
        root: Literal["a"] = "a"

        def __init__(self, *values):
            if not values:
                super().__init__("a")

    for seed in range(5):
        assert samples(Root, seed=seed)[0].root == "a"
