"""The kind of what no model holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from type_safe_convert.model.kind import ModelKind
from type_safe_convert.registry import KindName, add_stand_in

if TYPE_CHECKING:
    from type_safe_convert.model.instances import InstanceBuilder
    from type_safe_convert.model.readers import InstanceReader
    from type_safe_convert.model.shape import Shape

# In place of the name of a kind, for values that no model holds.
NO_KIND: KindName = ""


class NoKind(ModelKind):
    """Stands for the kind of a class where there is none: values that no model holds are as plain as can be."""

    name = NO_KIND
    label = "no model"
    suffix = ""

    def is_model(self, cls: Any) -> bool:
        return False

    def read(self, cls: type) -> Shape:
        raise NotImplementedError

    def reader(self, cls: type, shape: Shape) -> InstanceReader:
        raise NotImplementedError

    def builder(self, cls: type, shape: Shape) -> InstanceBuilder:
        raise NotImplementedError


add_stand_in(NoKind())
