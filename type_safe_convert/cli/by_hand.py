"""The code that a user would write for one instance: constructor calls with keywords, a copy of each container.

It is written from a source and the target that it should give: one small function for each pair of model classes that
meet in the two, so that it does no more than code from a keyboard would. It knows nothing of how the library converts.
"""

from collections.abc import Callable, Iterable
from dataclasses import fields
from keyword import iskeyword
from typing import Any
from unicodedata import is_normalized

from osbot_utils.type_safe.Type_Safe__Primitive import Type_Safe__Primitive

from type_safe_convert.api import kind_of

Pairs = list[tuple[Any, Any]]

_CONTAINERS = (dict, list, tuple, set, frozenset)


class NotByHandError(Exception):
    """No plain constructor calls give this target; the message says why."""


def by_hand(source: Any, target: Any) -> Callable[[Any], Any]:
    """A function that turns `source`, and instances like it, into the like of `target` by constructors alone.

    Raises:
        NotByHandError: some field of the target is not a plain copy of the source's.
    """
    writer = _Writer()
    writer.collect(source, target)
    namespace: dict[str, Any] = {}
    text = writer.source()
    for number, pair in enumerate(writer.held):
        namespace[f"Source_{number}"], namespace[f"Target_{number}"] = pair
    namespace |= {name: form for form, name in writer.forms.items()}
    exec(compile(text, "<by hand>", "exec"), namespace)
    return namespace["make_0"]


class _Writer:
    """Gathers what each field holds in all instances of a pair of classes, then writes one function a pair."""

    def __init__(self) -> None:
        # (source class, target class) -> (attribute, keyword) -> what instances hold there
        self.held: dict[tuple[type, type], dict[tuple[str, str], Pairs]] = {}
        self.seen: set[int] = set()
        # type of a source value -> its name in the text, where a field holds values of several forms
        self.forms: dict[type, str] = {}

    def collect(self, source: Any, target: Any) -> None:
        if kind_of(target):
            if id(target) in self.seen:
                return
            self.seen.add(id(target))
            held = self.held.setdefault((type(source), type(target)), {})
            for name, keyword in _keywords(target).items():
                if not hasattr(source, name):
                    raise NotByHandError(f"{type(source).__name__} has no attribute {name}")
                pair = getattr(source, name), getattr(target, name)
                held.setdefault((name, keyword), []).append(pair)
                self.collect(*pair)
        elif _container(target):
            for sources, targets in _parts(source, target):
                for pair in zip(sources, targets, strict=False):
                    self.collect(*pair)

    def source(self) -> str:
        """The text of all functions: make_0 makes the root."""
        functions = []
        for number, held in enumerate(self.held.values()):
            arguments = [_argument(keyword, self.value(pairs, f"o.{name}")) for (name, keyword), pairs in held.items()]
            functions.append(f"def make_{number}(o):\n    return Target_{number}({', '.join(arguments)})\n")
        return "\n".join(functions)

    def value(self, pairs: Pairs, read: str) -> str:
        """An expression that makes the second of each pair from the first, which `read` gives."""
        filled = [pair for pair in pairs if pair[1] is not None]
        if not filled:
            return read
        if len({_form(target) for _, target in filled}) > 1:
            made = self.several(filled, read)
        elif kind_of(filled[0][1]):
            made = self.model(filled, read)
        elif container := _container(filled[0][1]):
            made = self.container(container, filled, read)
        else:
            made = _scalar(filled, read)
        return f"None if {read} is None else {made}" if len(filled) < len(pairs) and made != read else made

    def several(self, pairs: Pairs, read: str) -> str:
        """Models here and lists or strings there: a test of the value's type for each."""
        by_type: dict[type, Pairs] = {}
        for pair in pairs:
            by_type.setdefault(type(pair[0]), []).append(pair)
        if len(by_type) == 1:
            raise NotByHandError(f"{read} becomes values of several forms")
        texts = {cls: self.value(held, read) for cls, held in by_type.items()}
        last = texts.popitem()[1]
        tests = [
            f"{text} if type({read}) is {self.forms.setdefault(cls, f'Form_{len(self.forms)}')} else "
            for cls, text in texts.items()
        ]
        return f"({''.join(tests)}{last})"

    def model(self, pairs: Pairs, read: str) -> str:
        numbers = {list(self.held).index((type(source), type(target))) for source, target in pairs}
        *others, last = sorted(numbers)
        tests = [f"make_{number}({read}) if type({read}) is Source_{number} else " for number in others]
        return f"({''.join(tests)}make_{last}({read}))" if tests else f"make_{last}({read})"

    def container(self, container: type, pairs: Pairs, read: str) -> str:
        name = container.__name__
        inside = [
            [pair for source, target in pairs for pair in zip(*_parts(source, target)[part], strict=False)]
            for part in range(2 if container is dict else 1)
        ]
        made = [
            self.value(part, variable) for part, variable in zip(inside, "kx" if name == "dict" else "x", strict=True)
        ]
        if made in (["x"], ["k", "x"]):
            return f"{name}({read})"
        if container is dict:
            return f"{{{made[0]}: {made[1]} for k, x in {read}.items()}}"
        return f"[{made[0]} for x in {read}]" if container is list else f"{name}({made[0]} for x in {read})"


def _keywords(instance: Any) -> dict[str, str]:
    """{attribute: keyword of the constructor} of the fields of a model instance."""
    kind, cls = kind_of(instance), type(instance)
    if kind == "dataclass":
        return {field.name: field.name for field in fields(instance) if field.init}
    if kind == "type_safe":
        # CFormat overrides `__getattribute__`, so that its `__dict__` is a function
        return {name: name for name in object.__getattribute__(instance, "__dict__") if not name.startswith("__")}
    by_name = cls.model_config.get("populate_by_name") or cls.model_config.get("validate_by_name")
    aliases = {name: field.validation_alias for name, field in cls.model_fields.items() if not by_name}
    return {name: alias if isinstance(alias := aliases.get(name), str) else name for name in cls.model_fields}


def _argument(keyword: str, value: str) -> str:
    spelled = keyword.isidentifier() and not iskeyword(keyword) and is_normalized("NFKC", keyword)
    return f"{keyword}={value}" if spelled else f"**{{{keyword!r}: {value}}}"


def _form(target: Any) -> object:
    """What decides how a value is made: a model, a container, or anything else."""
    return "model" if kind_of(target) else _container(target)


def _container(value: Any) -> type | None:
    return next((container for container in _CONTAINERS if isinstance(value, container)), None)


def _parts(source: Any, target: Any) -> list[tuple[Iterable[Any], Iterable[Any]]]:
    """What corresponds in two containers: items with items, or keys with keys and values with values."""
    if isinstance(target, dict):
        return [(dict.keys(source), dict.keys(target)), (dict.values(source), dict.values(target))]
    return [(source, target)]


def _scalar(pairs: Pairs, read: str) -> str:
    """The value itself, or the plain value of a primitive; the constructor makes primitives of plain values."""
    plain = {
        type(target).__name__
        for source, target in pairs
        if isinstance(source, Type_Safe__Primitive) and type(target) in (str, int, float)
    }
    if len(plain) > 1:
        raise NotByHandError(f"{read} holds values of several types")
    return f"{plain.pop()}({read})" if plain else read
