"""The kinds of model, one module or folder each; the rows are their only mention outside of these."""

from type_safe_convert.registry import KindRow, add_rows

ROWS = (
    KindRow("type_safe", "a Type_Safe", "__cls_kwargs__", "type_safe_convert.kinds.type_safe.kind", "osbot_utils"),
    KindRow(
        "basemodel",
        "a BaseModel",
        "__pydantic_root_model__",
        "type_safe_convert.kinds.pydantic.kind",
        "pydantic",
        type_marker="__get_pydantic_core_schema__",
    ),
    KindRow("dataclass", "a dataclass", "__dataclass_fields__", "type_safe_convert.kinds.pydantic.dataclasses"),
    KindRow("attrs", "an attrs class", "__attrs_attrs__", "type_safe_convert.kinds.attrs.kind", "attrs", "attrs"),
    KindRow(
        "msgspec", "a msgspec Struct", "__struct_fields__", "type_safe_convert.kinds.msgspec.kind", "msgspec", "msgspec"
    ),
    KindRow(
        "sqlalchemy",
        "a SQLAlchemy class",
        "__mapper__",
        "type_safe_convert.kinds.sqlalchemy.kind",
        "sqlalchemy",
        "sqlalchemy",
        written_only=True,
        asked_first=True,  # an SQLModel table is a BaseModel too, a MappedAsDataclass a dataclass
    ),
    KindRow("namedtuple", "a NamedTuple", "_fields", "type_safe_convert.kinds.namedtuple.kind"),
)

add_rows(*ROWS)
