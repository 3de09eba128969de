"""Class statements of Structs in files, and the uses that programs make of Structs."""

from __future__ import annotations

import msgspec
import msgspec.structs

from type_safe_convert.writing.statements import FieldFunction, Statements, Use, Way

STATEMENTS = Statements(
    bases=(msgspec.Struct,),
    keywords=True,
    said=frozenset({"frozen", "kw_only", "eq", "order", "forbid_unknown_fields"}),
    fields=(FieldFunction(msgspec.field),),
    after=("__post_init__", ""),
    ways={
        Use.AS_DICT: Way(
            "msgspec.structs.asdict(obj)", (msgspec.structs.asdict, msgspec.structs.astuple, msgspec.to_builtins)
        ),
        Use.FROM_DICT: Way("msgspec.convert(data, Class)", (msgspec.convert,)),
        Use.AS_JSON: Way("msgspec.json.encode(obj)", (msgspec.json.encode, msgspec.json.Encoder)),
        Use.FROM_JSON: Way("msgspec.json.decode(text, type=Class)", (msgspec.json.decode, msgspec.json.Decoder)),
        Use.REPLACE: Way("msgspec.structs.replace(obj, ...)", (msgspec.structs.replace,)),
        Use.COPY: Way("copy.copy(obj)"),
        Use.FIELDS: Way("msgspec.structs.fields(Class)", (msgspec.structs.fields,), frozenset({"__struct_fields__"})),
        Use.IS_MODEL: Way("isinstance(obj, msgspec.Struct)", (msgspec.Struct,)),
        Use.MAKE_CLASS: Way("msgspec.defstruct(...)", (msgspec.defstruct,)),
        Use.REFUSED: Way("msgspec.ValidationError", (msgspec.ValidationError,)),
        Use.FROZEN: Way("AttributeError"),
        Use.SCHEMA: Way("msgspec.json.schema(Class)", (msgspec.json.schema,)),
    },
)
