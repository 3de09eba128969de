"""`hide_input_in_errors`: what is given to such a model, or is in one, is in no message, `found`, cause, traceback."""

import dataclasses
import pickle
import traceback
from collections.abc import Callable
from typing import Annotated, Any, Generic, Optional, TypeVar, Union

import pydantic.dataclasses
import pytest
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError, field_validator
from typing_extensions import TypedDict

from type_safe_convert import ConversionError, convert, convert_class
from type_safe_convert.json.codec import from_json, from_python
from type_safe_convert.json.lines import iter_json_lines

T = TypeVar("T")


class Hiding(BaseModel, hide_input_in_errors=True):
    a: int = 0
    b: Annotated[int, Field(gt=5, alias="bee")] = 7
    inner: Optional["Hiding"] = None

    @field_validator("a")
    @classmethod
    def not_secret(cls, value: int) -> int:
        assert value != 13, "unlucky"
        return value


class Below(Hiding):
    c: int = 0


@pydantic.dataclasses.dataclass(config=ConfigDict(hide_input_in_errors=True))
class HidingDataclass:
    a: int


class Root(RootModel[list[Hiding]]):
    pass


class Box(BaseModel, Generic[T]):
    held: T


class Open(BaseModel):
    h: Hiding = Hiding()
    hs: list[Hiding] = []
    u: Union[Hiding, int] = 1
    d: dict[str, Below] = {}
    t: tuple[int, Optional[HidingDataclass]] = (1, None)
    root: Root = Root([])
    box: Box[Hiding] = Box[Hiding](held=Hiding())
    n: int = 0


class Needs(BaseModel):
    needed: int
    h: Hiding


class Small(Safe_Int):
    max_value = 5


class Safe(Type_Safe):
    a: Small
    __pydantic_config__ = ConfigDict(hide_input_in_errors=True)


HIDDEN = ['{"a": "SECRET"}', '{"bee": "SECRET"}', '{"inner": {"a": "SECRET"}}', '"SECRET"', '["SECRET"]']
PLACES = ["h", "hs", "u", "d", "t", "root", "box"]
KINDS = ("basemodel", "dataclass", "type_safe")


def refused(function: Callable[[], Any]) -> ConversionError:
    with pytest.raises(ConversionError) as caught:
        function()
    error = caught.value
    shown = [str(error), repr(error), error.found, error.reason, *(item.found for item in error.errors)]
    shown += traceback.TracebackException.from_exception(error).format_exception_only()
    cause: BaseException | None = error
    while cause is not None:
        shown += [str(cause), repr(cause)]
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    shown.append(str(pickle.loads(pickle.dumps(error))))
    assert not [text for text in shown if "SECRET" in text]
    return error


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("data", HIDDEN)
def test_json_for_a_hiding_model_is_in_no_error(data: str, kind: str) -> None:
    for cls in (Hiding, Below):
        target = convert_class(cls, kind)
        error = refused(lambda target=target: from_json(target, data))
        assert error.found == ""
        refused(lambda target=target: list(iter_json_lines(target, [data])))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("data", HIDDEN)
def test_json_for_a_hiding_model_inside_of_another_is_in_no_error(data: str, place: str, kind: str) -> None:
    around = {"hs": f"[{data}]", "d": f'{{"k": {data}}}', "t": f"[1, {data}]", "root": f"[{data}]"}
    around["box"] = f'{{"held": {data}}}'
    text = f'{{"{place}": {around.get(place, data)}, "n": "VISIBLE"}}'

    error = refused(lambda: from_json(convert_class(Open, kind), text))

    assert "VISIBLE" in str(error)
    assert error.path[0] == place


def test_what_holds_hidden_input_is_hidden_where_something_is_missing() -> None:
    refused(lambda: from_json(Needs, '{"h": {"a": "SECRET"}}'))
    refused(lambda: from_json(Needs, '{"needed": {"x": 1}, "h": {"a": 1, "bee": "SECRET"}}'))
    refused(lambda: from_python(Needs, {"h": {"a": "SECRET"}}))


@dataclasses.dataclass
class Source:
    a: Any = 0
    b: Any = 7


@dataclasses.dataclass
class Sources:
    h: Any = dataclasses.field(default_factory=Source)
    hs: list[Source] = dataclasses.field(default_factory=list)
    n: Any = 0


def test_a_conversion_into_a_hiding_model_shows_no_value() -> None:
    for _ in range(3):  # interpreted, then generated
        refused(lambda: convert(Source("SECRET"), Hiding))
        refused(lambda: convert(Source(1, "SECRET"), Hiding))
        refused(lambda: convert(Sources(hs=[Source(), Source("SECRET")]), Open))
        refused(lambda: convert(Source("SECRET"), HidingDataclass))
        assert "VISIBLE" in str(refused(lambda: convert(Sources(Source("SECRET"), n="VISIBLE"), Open)))


@pytest.mark.parametrize("kind", ["dataclass", "type_safe"])
def test_a_conversion_of_a_hiding_model_shows_no_value(kind: str) -> None:
    for _ in range(3):
        refused(lambda: convert(Hiding.model_construct(a=0, b="SECRET", inner=None), kind))
        wrong = Open.model_construct(**{**dict(Open()), "h": Hiding.model_construct(a=0, b="SECRET", inner=None)})
        refused(lambda wrong=wrong: convert(wrong, kind))
        made = convert(Hiding(), kind)
        made.__dict__["a"] = "SECRET"
        refused(lambda made=made: convert(made, Hiding))


def test_an_instance_of_a_hiding_model_in_the_wrong_place_is_not_shown() -> None:
    instance = Hiding.model_construct(a="SECRET", b=7, inner=None)

    for value in (instance, [instance], {"k": instance}):
        error = refused(lambda value=value: convert(Sources(n=value), Open))
        assert "Hiding(...)" in str(error)
    refused(lambda: convert(Sources(h="SECRET"), Open))


def test_a_primitive_puts_no_hidden_value_into_its_message() -> None:
    error = refused(lambda: from_json(Safe, '{"a": 4711}'))
    assert "4711" not in str(error)


def test_generated_models_hide_by_themselves() -> None:
    for cls in (convert_class(HidingDataclass, "basemodel"),):
        with pytest.raises(ValidationError) as caught:
            cls(a="SECRET")
        assert "SECRET" not in str(caught.value)


class HidingDict(TypedDict):
    __pydantic_config__ = ConfigDict(hide_input_in_errors=True)  # type: ignore[misc]
    a: int


@dataclasses.dataclass
class HoldsDicts:
    h: HidingDict
    hs: list[HidingDict] = dataclasses.field(default_factory=list)


@pytest.mark.parametrize("kind", ["basemodel", "type_safe", "attrs"])
def test_a_typed_dict_that_hides_shows_no_value(kind: Any) -> None:
    wrong: Any = {"a": "SECRET"}
    text = '{"h": {"a": "SECRET"}}'
    for _ in range(3):
        refused(lambda: convert(HoldsDicts(wrong), kind))
        refused(lambda: convert(HoldsDicts({"a": 1}, [wrong]), kind))
        refused(lambda: convert(HoldsDicts("SECRET"), kind))  # type: ignore[arg-type]
        refused(lambda: from_json(HoldsDicts, text))
        refused(lambda: from_json(convert_class(HoldsDicts, kind), text))
