"""Names in annotations that cannot be resolved: told once a class, and looked up again once they may be there.

Modules that import each other, and classes that name later ones, are used before all of their names exist. Whatever was
made of such a class then is forgotten as soon as a name can be resolved.
"""

from __future__ import annotations

import itertools
import sys
import warnings
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping

from type_safe_convert.errors import ClassConversionError, ConversionError, UnresolvedNameWarning
from type_safe_convert.generated_class import origin_in
from type_safe_convert.model.family import LOCK, RECORD, origin_of, origins, record_of, subclasses_of
from type_safe_convert.model.shape import Field, Shape
from type_safe_convert.model.waiting import is_pending, pending, settled
from type_safe_convert.registry import kind_of_base, kind_of_class, libraries
from type_safe_convert.types import nodes
from type_safe_convert.types.names import can_be_evaluated, is_expression, names_for
from type_safe_convert.types.parse import parse


def tell_unresolved(cls: type) -> None:
    """Warns, once a class, of names in the annotations of its origin that do not exist. Raises ClassConversionError
    where the caller has made the warning an error."""
    record = record_of(origin_of(cls))
    if not record.told and record.shape.fields and is_pending(record.cls):
        warn(record.cls, record.shape.fields)
        record.told = True


def is_provisional(cls: type) -> bool:
    """Whether what is made of `cls` may have to be made again, since something in it waits for names to resolve, or its
    decorator."""
    record = record_of(origin_of(cls))
    if record.unfinished:
        return True
    if not pending:
        return False
    if record.waits_for is None:
        record.waits_for = tuple(item for item in reached_from(record.cls) if is_pending(item))
    return bool(record.waits_for)


def settle(cls: type) -> None:
    """Forgets what was made of `cls`, and of all that have to do with it, where a name in it can be resolved by now."""
    seen: set[type] = set()
    while is_provisional(cls):  # what a name stands for may have names to wait for itself
        with LOCK:
            found = set(resolvable(record_of(origin_of(cls)).waits_for or ())) - seen
            if not found:
                return
            seen |= found
            forget(_reaching(found))


def forget(dropped: set[type]) -> None:
    """Takes these origins out of their families, and every plan that has to do with them out of all others."""
    for cls in dropped:
        settled(cls)
        if RECORD in cls.__dict__:
            type.__delattr__(cls, RECORD)
        origins.discard(cls)
    for cls in list(origins):
        for member in list(record_of(cls).counterparts.values()):
            record = record_of(member)
            record.checked.clear()
            record.unchecked.clear()
            plans = record.plans
            for key in list(plans):
                if isinstance(key, tuple) and isinstance(key[1], type) and _origin_if_known(key[1]) in dropped:
                    del plans[key]


def _origin_if_known(cls: type) -> type:
    return origin_in(cls) or cls


def reached_from(cls: type) -> list[type]:
    """The origins whose instances can be in one of `cls`, itself among them, with the bases and subclasses of each."""
    return list(_all_from([origin_of(cls)], _next_to))


def _reaching(classes: Iterable[type]) -> set[type]:
    """The origins from which one of the classes is reached."""
    before: dict[type, list[type]] = {}

    def note(cls: type) -> list[type]:
        following = _next_to(cls)
        for item in following:
            before.setdefault(item, []).append(cls)
        return following

    _all_from(origins, note)
    return set(_all_from(classes, lambda cls: before.get(cls, ())))


def _all_from(classes: Iterable[type], next_to: Callable[[type], Iterable[type]]) -> dict[type, None]:
    """The classes, and all that is reached from them; each is asked once what is next to it."""
    found: dict[type, None] = {}
    stack = list(classes)
    while stack:
        current = stack.pop()
        if current not in found:
            found[current] = None
            stack.extend(next_to(current))
    return found


def _next_to(cls: type) -> list[type]:
    """The origins in the fields of one, its bases and its subclasses."""
    record = record_of(cls)
    if record.refers_to is None:
        try:
            record.refers_to = tuple(_origins_of(_referred_to(record.shape)))
        except ConversionError:  # told where the class itself is asked for
            return []
    return [*record.refers_to, *_origins_of(item for item in subclasses_of(cls) if kind_of_class(item) is not None)]


def _origins_of(classes: Iterable[type]) -> Iterator[type]:
    return (origin_of(item) for item in dict.fromkeys(classes) if kind_of_base(item) is None)


def _referred_to(shape: Shape) -> list[type]:
    related = [*shape.bases]
    for field in shape.fields.values():
        for node in nodes.walk(field.node):
            if isinstance(node, nodes.ModelNode):
                related.append(node.cls)
                arguments = (
                    nodes.walk(parse(item, holder=shape.kind)) for item in node.arguments.values() if item is not ...
                )
                related += [item.cls for walk in arguments for item in walk if isinstance(item, nodes.ModelNode)]
    return related


def resolvable(classes: tuple[type, ...]) -> list[type]:
    """Those of the classes, all of them waiting, one of whose names exists by now."""
    found = []
    for cls in classes:
        waiting = pending.get(weakref.ref(cls))
        if waiting is not None and waiting.may_have_changed():
            names = names_for(cls, thorough=False)
            if any(can_be_evaluated(text, names) for text in waiting.references):
                found.append(cls)
    return found


def warn(cls: type, fields: Mapping[str, Field]) -> None:
    """Tells of the names that do not exist. Raises ClassConversionError where the warning is to be an error."""
    problem = error_of(cls, fields)
    message = f"{cls.__module__}.{cls.__qualname__}: {problem.reason}, so that any value passes there"
    try:
        warnings.warn(message, UnresolvedNameWarning, stacklevel=level_of_caller())
    except UnresolvedNameWarning:
        raise problem from None


def error_of(cls: type, fields: Mapping[str, Field]) -> ClassConversionError:
    """The error that says which names in the annotations of a class do not exist."""
    named = {name: field.unresolved for name, field in fields.items() if field.unresolved}
    told = "; ".join(f"{name}: {', '.join(texts)}" for name, texts in named.items())
    reason = f"names in its annotations do not exist at run time ({told})"
    if not all(map(is_expression, itertools.chain.from_iterable(named.values()))):
        reason = f"its annotations cannot be evaluated ({told})"
    return ClassConversionError(reason, path=(next(iter(named)),), source_class=cls)


def level_of_caller() -> int:
    """The `stacklevel` at which the code stands that called this package, by way of the library of a kind or not."""
    level, frame = 1, sys._getframe(1)
    ours = tuple(f"{package}." for package in (__name__.partition(".")[0], *libraries()))
    while frame.f_back is not None and f"{frame.f_globals.get('__name__')}.".startswith(ours):
        level, frame = level + 1, frame.f_back
    return level
