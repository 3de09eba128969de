"""The way back: what can be turned round of rules, and what is one-way."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from type_safe_convert.conversion.conversion import conversion
from type_safe_convert.conversion.pair import ClassPair, ConversionRules, FieldRule, Found
from type_safe_convert.conversion.sources import Assembled
from type_safe_convert.errors import ClassConversionError, MissingFieldError
from type_safe_convert.model.family import class_for_field, record_of
from type_safe_convert.model.shape import Field
from type_safe_convert.registry import kind_of_base, kind_of_class
from type_safe_convert.rules.coercions import EnumCoercion
from type_safe_convert.rules.paths import Path
from type_safe_convert.types import nodes

if TYPE_CHECKING:
    from type_safe_convert.rules.rules import Rules


class OneWay(NamedTuple):
    """A part of rules that cannot be reversed.

    Attributes:
        source, target: the classes of the rule, or of the coercion.
        field: the field that has no way back: of `target`, or of `source` where its value was not kept; empty for a
            coercion.
        reason: why.
    """

    source: type
    target: type
    field: str
    reason: str

    def __str__(self) -> str:
        name = f".{self.field}" if self.field else ""
        return f"{self.source.__name__} -> {self.target.__name__}{name}: {self.reason}"


@dataclasses.dataclass(frozen=True, slots=True)
class NotKept(FieldRule):
    """The field has no value: the way there did not keep it."""

    def find(self, pair: ClassPair, field: Field) -> Found:
        """Raises MissingFieldError if the field needs one."""
        if not field.required:
            return Found()
        raise MissingFieldError(
            "the value was not kept on the way there",
            path=(field.name,),
            source_class=pair.source,
            target_class=pair.target,
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Assemble(FieldRule):
    """The field is a model whose fields are found in the source itself, where the way there had flattened them.

    Attributes:
        said: by field of the model: the field of the source that has its value, or an `Assemble`.
    """

    said: dict[str, Any]

    def find(self, pair: ClassPair, field: Field) -> Found:
        cls = _model_in(field.node)
        if cls is None or pair.rules is None:
            raise ClassConversionError(
                "no model that could be made of several fields",
                path=(field.name,),
                source_class=pair.source,
                target_class=pair.target,
            )
        # By its name a field would get what belongs to the model that holds this one.
        said = {**dict.fromkeys(record_of(cls).shape.fields, NotKept()), **self.said}
        rules = _Inside(pair.rules, (pair.source_record.origin, record_of(cls).origin), said)
        cls = class_for_field(cls, pair.kind, pair.origin_kind)
        inside = conversion(pair.source, cls, pair.checked, pair.forbid_extra, rules=rules)
        inside.prepare()
        names = tuple(self.names()) if nodes.accepts_none(field.node) else ()
        return Found(value_source=Assembled(inside, names), place=(), returned=field.node)

    def names(self) -> Iterator[str]:
        """The fields of the source that the model is made of."""
        for names, _ in rule_ways(self, ()):
            yield names[0]


class _Inside:
    """Rules, with others for one pair of classes: the same class may be made of other fields in another place."""

    def __init__(self, rules: ConversionRules, pair: tuple[type, type], said: Mapping[str, FieldRule]) -> None:
        self.plans: dict[Any, Any] = {}
        self.by_alias, self.keep_unset, self.place = rules.by_alias, rules.keep_unset, rules.place
        self.enums_by_value = rules.enums_by_value
        self.target_of, self.is_mapped, self.names = rules.target_of, rules.is_mapped, rules.names
        self.may_coerce, self.coerces, self.coerced = rules.may_coerce, rules.coerces, rules.coerced
        self.conversion = rules.conversion
        self.rules, self.pair, self.said = rules, pair, said

    def fields_for(self, source: type, target: type) -> Mapping[str, FieldRule] | None:
        return self.said if (source, target) == self.pair else self.rules.fields_for(source, target)


def turn_round(
    maps: Mapping[tuple[type, type], Mapping[str, FieldRule]],
    coercions: Mapping[type, Mapping[type, Callable[[Any], Any]]],
    made: Rules,
) -> None:
    """Puts the rules for the way back into empty ones, and notes what has none."""
    one_way: list[OneWay] = []
    for target, functions in coercions.items():
        for source, function in functions.items():
            if isinstance(function, EnumCoercion):
                made.coerce(target, source)
            else:
                one_way.append(OneWay(source, target, "", "a function coerces the values"))
    for (source, target), rules in maps.items():
        made.map(target, source, _fields_back(source, target, rules, made.by_alias, one_way))
    made.one_way = tuple(one_way)


def _fields_back(
    source: type, target: type, rules: Mapping[str, FieldRule], by_alias: bool, one_way: list[OneWay]
) -> dict[str, Any]:
    """By field of `source`: the place in `target` that has its value, an Assemble for a model that was flattened, or
    NotKept."""
    fields, by_name = record_of(source).shape.fields, record_of(target).shape.fields.keys() - rules.keys()
    found: dict[str, Any] = {}
    ways: list[tuple[tuple[str, ...], Path, str]] = []
    for name, rule in rules.items():
        if isinstance(rule, Path | Assemble):
            ways += [(names, Path(place), name) for names, place in rule_ways(rule, (name,))]
        else:
            one_way.append(OneWay(source, target, name, _REASONS.get(type(rule).__name__, "computed by a function")))
    for names, place, name in sorted(ways, key=lambda way: len(way[0])):  # a whole model before its parts
        reason = _why_not(source, names)
        if not reason and (names[0] in by_name or not _put(found, names, place)):
            reason = f"{'.'.join(names)} comes from another field already"
        if reason:
            one_way.append(OneWay(source, target, name, reason))
    for name, field in fields.items():
        if name not in found and name in rules:  # by its name it would get what a rule gave to that field
            found[name] = NotKept()
        otherwise = None if name in by_name or by_alias else NotKept()
        lost = _lost_in(found.get(name, otherwise), field, name)
        one_way.extend(OneWay(source, target, path, _REASONS["NotKept"]) for path in lost)
    return found


_REASONS = {
    "Constant": "a constant",
    "Given": "given with the call",
    "Skip": "the target's default",
    "Function": "computed by a function",
    "NotKept": "its value was not kept",
}


def rule_ways(rule: Path | Assemble, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The places in the source of a rule, each with that in its target."""
    if isinstance(rule, Path):
        yield rule.names, place
        return
    for name, inside in rule.said.items():
        yield from rule_ways(inside, (*place, name))


def _why_not(cls: type, names: tuple[str, ...]) -> str:
    """Returns the reason why no model with a value at that path can be built; empty if one can."""
    inside: type | None = cls
    for name in names:
        if inside is None:
            return f"{'.'.join(names)} is in no model that could be made of several fields"
        field = record_of(inside).shape.fields.get(name)
        if field is None:
            return f"{name} is no field of {inside.__name__}"
        inside = _model_in(field.node)
    return ""


def _put(found: dict[str, Any], names: tuple[str, ...], place: Path) -> bool:
    """Notes where the value at a path is found; False if that is known already."""
    first, *rest = names
    if rest:
        inside = found.setdefault(first, Assemble({}))
        return isinstance(inside, Assemble) and _put(inside.said, tuple(rest), place)
    if first in found:
        return False
    found[first] = place
    return True


def _lost_in(rule: FieldRule | None, field: Field, name: str) -> Iterator[str]:
    """The fields that a way back does not fill, with their paths."""
    if isinstance(rule, NotKept):
        yield name
    if isinstance(rule, Assemble) and (cls := _model_in(field.node)) is not None:
        for key, inner in record_of(cls).shape.fields.items():
            yield from _lost_in(rule.said.get(key, NotKept()), inner, f"{name}.{key}")


def _model_in(node: nodes.Node) -> type | None:
    """The one model that a field may be."""
    found = list(_models(node))
    return found[0] if len(found) == 1 else None


def _models(node: nodes.Node) -> Iterable[type]:
    match node:
        case nodes.ModelNode(cls=cls) if kind_of_base(cls) is None:
            yield cls
        case nodes.TupleNode(cls=cls) | nodes.TypedDictNode(cls=cls) if kind_of_class(cls) is not None:
            yield cls
        case nodes.AnnotatedNode(inner=inner):
            yield from _models(inner)
        case nodes.UnionNode(members=members):
            for member in members:
                yield from _models(member)
