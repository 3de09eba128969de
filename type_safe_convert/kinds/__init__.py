"""The kinds of model, one module or folder each; the rows are their only mention outside of these."""

from type_safe_convert.registry import ForeignRow, KindRow, add_foreign_rows, add_rows

ROWS = (
    KindRow("type_safe", "a Type_Safe", "__cls_kwargs__", "type_safe_convert.kinds.type_safe.kind", "osbot_utils"),
    KindRow(
        "basemodel",
        "a BaseModel",
        "__pydantic_root_model__",
        "type_safe_convert.kinds.pydantic.kind",
        "pydantic",
        type_markers=("__get_pydantic_core_schema__", "__pydantic_config__"),
        lock=("pydantic.main", "_rebuild_lock"),
    ),
    KindRow(
        "dataclass",
        "a dataclass",
        "__dataclass_fields__",
        "type_safe_convert.kinds.dataclass.kind",
        wider=("pydantic", "type_safe_convert.kinds.pydantic.dataclasses"),
    ),
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
    KindRow("typeddict", "a TypedDict", "__required_keys__", "type_safe_convert.kinds.typeddict.kind"),
)

# Model systems that are no kind; the first that has all markers is taken.
FOREIGN_ROWS = (
    ForeignRow(
        "a pydantic v1 model",
        ("__fields__", "__config__", "__validators__"),
        instance_way="from_python({target}, obj.dict())",
        class_way="derive {name} from pydantic 2's BaseModel, or write a dataclass with its fields",
    ),
    ForeignRow(
        "a Django model",
        ("_meta", "DoesNotExist", "MultipleObjectsReturned"),
        instance_way="from_python({target}, django.forms.models.model_to_dict(obj))",
        class_way="write a dataclass with its fields, and read instances by from_python()",
    ),
    ForeignRow(
        "a protobuf message",
        ("DESCRIPTOR", "SerializeToString"),
        instance_way="from_json({target}, MessageToJson(obj, preserving_proto_field_name=True), strict=False)",
        class_way="write a dataclass with its fields, and read messages by from_json()",
    ),
)

add_rows(*ROWS)
add_foreign_rows(*FOREIGN_ROWS)
