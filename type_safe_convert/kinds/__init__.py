"""The kinds of model, one module each; importing this package registers them."""

from type_safe_convert.kinds.basemodel import BASEMODEL
from type_safe_convert.kinds.dataclass import DATACLASS
from type_safe_convert.kinds.type_safe import TYPE_SAFE
from type_safe_convert.model.registry import register

for _kind in (TYPE_SAFE, BASEMODEL, DATACLASS):
    register(_kind)
