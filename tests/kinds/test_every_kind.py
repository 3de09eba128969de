"""Each promise of the package, for every kind that is registered: a new kind is tested by being there."""

import copy
import dataclasses
import gc
import inspect
import io
import pickle
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.models import MODELS, Model
from tests.kinds.sqlalchemy import benchmark_models as sqlalchemy_models
from type_safe_convert import (
    NotAModelError,
    UntoldClassError,
    convert,
    convert_class,
    converter,
    from_json,
    json_schema,
    kind_of,
    origin_of,
    to_json,
)
from type_safe_convert.cli.bench import rows
from type_safe_convert.cli.checking import check_class
from type_safe_convert.cli.output import Output
from type_safe_convert.cli.show import show
from type_safe_convert.kinds import ROWS
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import describe_kinds, is_written_only, kind_names, label_of, made_kinds
from type_safe_convert.testing.definitions import model_classes
from type_safe_convert.testing.definitions.making import drawn_kinds
from type_safe_convert.testing.equality import differences, same
from type_safe_convert.testing.hypothesis import check_round_trip, instances
from type_safe_convert.testing.sampler import Sampler, samples

KINDS = kind_names()
MADE_KINDS = made_kinds()
# Kinds that are written only: the module with the classes of the benchmarks, and more columns than these have fields.
WRITTEN = {"sqlalchemy": sqlalchemy_models}
QUICK = settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))

every_kind = pytest.mark.parametrize("kind", KINDS)
every_made_kind = pytest.mark.parametrize("kind", MADE_KINDS)
every_model = pytest.mark.parametrize(
    "model", [model for model in MODELS if "type_safe" in model.kinds], ids=lambda model: model.name
)
every_written_model = pytest.mark.parametrize(
    ("kind", "model"),
    [
        pytest.param(kind, model, id=f"{model.name}-{kind}")
        for kind in KINDS
        for model in MODELS
        if (hasattr(WRITTEN[kind], model.root) if kind in WRITTEN else "type_safe" in model.kinds)
    ],
)
# The sampler knows the nested models of an origin only.
every_flat_model = pytest.mark.parametrize(
    "model", [model for model in MODELS if model.root in ("Person", "Product", "Record")], ids=lambda model: model.name
)


def written(cls: type, kind: str) -> Any:
    """A class of that kind as a user writes it: below a generated one, if there are any, and its own origin."""
    if is_written_only(kind):
        return getattr(WRITTEN[kind], cls.__name__)
    return type(cls.__name__, (convert_class(cls, kind),), {"__module__": __name__})


def written_instance(model: Model, kind: str) -> Any:
    return convert(model.instance("dataclass"), written(model.cls("dataclass"), kind))


# Models that hold instances of subclasses which no Literal names.
UNTOLD = {"shapes"}


def knows_class(kind: str) -> bool:
    return get_kind(kind).traits.instances_know_class


def is_refused(model: Model, kind: str, home: str = "dataclass") -> bool:
    """Whether a model cannot be expressed in the kind, since its instances do not tell their class: a named error."""
    if model.name not in UNTOLD or knows_class(kind):
        return False
    for _ in range(3):
        with pytest.raises(UntoldClassError, match="does not tell that it is of"):
            convert(model.instance(home), kind)
    return True


def converted(instance: Any, source: type, target: Any) -> Any:
    """By the function of the class, where the instance does not tell it."""
    known = kind_of(source)
    return convert(instance, target) if known and knows_class(known) else converter(source, target)(instance)


@every_kind
def test_a_row_says_what_the_kind_says(kind: str) -> None:
    known = {row.name: row for row in ROWS}
    assert known[kind].label == get_kind(kind).label == label_of(kind)
    assert get_kind(kind).name == kind
    assert get_kind(kind).written_only == is_written_only(kind) == (kind in WRITTEN)
    assert get_kind(kind).label in describe_kinds()


@every_kind
def test_an_error_names_the_kind(kind: str) -> None:
    with pytest.raises(NotAModelError, match=label_of(kind)):
        convert_class(int, kind)


@every_made_kind
@every_model
def test_a_generated_class_is_recognised_and_read(kind: str, model: Model) -> None:
    origin = model.cls("dataclass")
    cls = convert_class(origin, kind)
    assert kind_of(cls) == kind
    if not is_refused(model, kind):
        assert type(convert(model.instance("dataclass"), kind)) is get_kind(kind).instance_class(cls)
    assert origin_of(cls) is origin
    assert convert_class(cls, "dataclass") is origin
    assert list(get_kind(kind).read(cls).fields) == list(get_kind("dataclass").read(origin).fields)


@every_made_kind
@every_model
@pytest.mark.parametrize("home", ["type_safe", "basemodel", "dataclass"])
def test_benchmark_models_come_back_from_every_kind(kind: str, model: Model, home: str) -> None:
    instance, cls = model.instance(home), convert_class(model.cls(home), kind)
    if is_refused(model, kind, home):
        return
    for _ in range(3):  # the first is interpreted, the others are compiled
        there = convert(instance, kind)
        assert type(there) is get_kind(kind).instance_class(cls)
        carries = get_kind(kind).traits.carries
        assert differences(instance, converted(there, cls, home), beside=carries) == []


@every_written_model
def test_written_classes_of_the_kind_come_back_from_all_others(kind: str, model: Model) -> None:
    if is_refused(model, kind):
        return
    cls = written(model.cls("dataclass"), kind)
    instance = convert(model.instance("dataclass"), cls)
    assert type(instance) is get_kind(kind).instance_class(cls)
    assert origin_of(cls) is cls
    check_round_trip(instance, cls)
    home = model.instance("dataclass")
    assert differences(home, converted(instance, cls, type(home))) == []


@pytest.mark.parametrize("kind", sorted(drawn_kinds()))
def test_drawn_classes_of_the_kind_come_back(kind: str) -> None:
    @QUICK
    @given(st.data())
    def law(data: st.DataObject) -> None:
        cls = data.draw(model_classes(kind))
        check_round_trip(data.draw(instances(cls)), cls)

    law()


@every_made_kind
def test_drawn_classes_of_other_kinds_come_back_from_the_kind(kind: str) -> None:
    @QUICK
    @given(st.data())
    def law(data: st.DataObject) -> None:
        instance = data.draw(instances(data.draw(model_classes("dataclass", features=False))))
        cls = type(instance)
        try:
            there = convert(instance, kind)
        except UntoldClassError:
            assert not knows_class(kind)
            return
        assert differences(instance, converted(there, convert_class(cls, kind), cls)) == []

    law()


@every_written_model
def test_json_goes_both_ways(kind: str, model: Model) -> None:
    if is_refused(model, kind):
        return
    origin = model.cls("dataclass")
    classes = [] if is_written_only(kind) else [convert_class(origin, kind)]
    if not classes or not get_kind(kind).has_own_schema(classes[0]):  # pydantic reads no subclasses of its models
        classes.append(written(origin, kind))
    for cls in classes:
        instance = convert(model.instance("dataclass"), cls)
        text = to_json(instance) if knows_class(kind) else to_json(instance, cls)
        assert differences(instance, from_json(cls, text, subclasses=True)) == []
        if not is_written_only(kind):  # JSON of a row has no unset columns
            assert text == to_json(converted(instance, cls, "dataclass"))


def _properties(schema: Any) -> list[str]:
    """The properties of the class that a schema describes, which stands among the definitions if it is recursive."""
    root = schema["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return [*root["properties"]]


@every_made_kind
@every_model
def test_the_schema_is_that_of_the_origin(kind: str, model: Model) -> None:
    origin = model.cls("dataclass")
    expected, found = _properties(json_schema(origin)), _properties(json_schema(convert_class(origin, kind)))
    assert found == expected


@every_made_kind
@every_model
def test_instances_pickle_and_copy(kind: str, model: Model) -> None:
    cls = convert_class(model.cls("dataclass"), kind)
    assert pickle.loads(pickle.dumps(cls)) is cls
    if is_refused(model, kind):
        return
    instance = convert(model.instance("dataclass"), kind)
    for copied in (pickle.loads(pickle.dumps(instance)), copy.copy(instance), copy.deepcopy(instance)):
        assert differences(instance, copied) == []


@every_kind
@every_flat_model
def test_samples_and_strategies_make_instances(kind: str, model: Model) -> None:
    cls = written(model.cls("dataclass"), kind)
    expected = get_kind(kind).instance_class(cls)
    for sample in samples(cls, 3):
        assert type(sample) is expected
        check_round_trip(sample, cls)

    @settings(QUICK, max_examples=5)
    @given(instances(cls))
    def law(instance: Any) -> None:
        assert type(instance) is expected

    law()


@every_kind
def test_check_finds_nothing(kind: str) -> None:
    report = check_class(written(MODELS[0].cls("dataclass"), kind), [Sampler(0)])
    assert report.kind == kind
    assert report.failures == []
    assert [direction.target for direction in report.directions] == [other for other in MADE_KINDS if other != kind]
    assert all(direction.equal for direction in report.directions)


@every_written_model
def test_a_written_class_has_the_schema_of_its_counterparts(kind: str, model: Model) -> None:
    cls = written(model.cls("dataclass"), kind)
    assert _properties(json_schema(cls)) == _properties(json_schema(convert_class(cls, "dataclass")))


@every_made_kind
def test_show_has_a_column_for_it(kind: str) -> None:
    output = io.StringIO()
    show("benchmarks.models_dataclass:Person", Output(output, 200))
    assert label_of(kind).partition(" ")[2] in output.getvalue()
    assert "no " + label_of(kind) not in output.getvalue()


@every_kind
def test_bench_times_it(kind: str) -> None:
    instance = written_instance(MODELS[0], kind) if is_written_only(kind) else MODELS[0].instance("dataclass")
    found = rows(instance, seconds=0.001)
    for other in MADE_KINDS:
        if other != kind:
            assert any((row.source, row.target) == (kind, other) and row.checked > 0 for row in found)


@every_kind
def test_equality_tells_true_from_one(kind: str) -> None:
    model = next(model for model in MODELS if model.root == "Person")
    cls = written(model.cls("dataclass"), kind)
    instance = model.instance("dataclass")
    left, right = (convert(instance, cls) for _ in range(2))
    assert same(left, right)
    descriptor = inspect.getattr_static(cls, "active", None)  # past a `__setattr__` that checks or converts
    if get_kind(kind).traits.is_value:  # it cannot be changed
        right = convert(dataclasses.replace(instance, active=1), cls, validate=False)
    elif hasattr(descriptor, "__set__"):
        descriptor.__set__(right, 1)
    else:
        object.__getattribute__(right, "__dict__")["active"] = 1
    assert [difference.path for difference in differences(left, right)] == [("active",)]


@every_made_kind
@pytest.mark.parametrize("home", ["type_safe", "dataclass"])
def test_a_source_gets_no_dict_by_being_converted(kind: str, home: str) -> None:
    """CPython makes the `__dict__` of an instance when somebody asks for it, and attributes are slower from then on."""
    model = next(model for model in MODELS if model.root == "Person")
    instance, target = model.instance(home), written(model.cls("dataclass"), kind)
    before = [type(held) for held in gc.get_referents(instance)]
    run = converter(type(instance), target)
    for _ in range(3):
        run(model.instance(home))
    run(instance)
    assert [type(held) for held in gc.get_referents(instance)] == before


@dataclasses.dataclass
class NoFields:
    pass


@every_made_kind
def test_a_class_without_fields_comes_back(kind: str) -> None:
    for _ in range(3):
        there = convert(NoFields(), kind)
        assert type(converted(there, convert_class(NoFields, kind), NoFields)) is NoFields


@every_kind
def test_attributes_beside_the_fields_come_back(kind: str) -> None:
    instance = written_instance(MODELS[0], kind)
    try:
        instance.beside = [1]
    except AttributeError:
        assert not get_kind(kind).traits.carries
        return
    except ValueError:
        assert get_kind(kind).traits.validator_widens  # pydantic refuses them
        return
    for other in MADE_KINDS:
        there = convert(instance, other)
        back = converted(there, convert_class(type(instance), other), type(instance))
        if not get_kind(other).traits.carries:
            assert not hasattr(back, "beside")
            continue
        assert back.beside == [1]
        assert other == kind or back.beside is not instance.beside
    back.beside = [1]
    del instance.beside
    assert [difference.path for difference in differences(instance, back)] == [("beside",)]
