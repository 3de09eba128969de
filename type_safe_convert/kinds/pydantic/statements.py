"""Class statements of pydantic models in files, and the uses that programs make of such models."""

from __future__ import annotations

import pydantic
import pydantic.deprecated.class_validators as deprecated
from pydantic import BaseModel, Field, ValidationError
from pydantic.deprecated.parse import load_str_bytes

from type_safe_convert.writing.statements import FieldFunction, Statements, Use, Way

STATEMENTS = Statements(
    bases=(BaseModel,),
    keywords=True,
    said=frozenset({"frozen", "extra", "arbitrary_types_allowed", "populate_by_name", "validate_by_name"}),
    fields=(FieldFunction(Field, ("default",)),),
    settings=frozenset({"model_config", "Config"}),
    validators=(
        pydantic.field_validator,
        pydantic.model_validator,
        pydantic.field_serializer,
        pydantic.model_serializer,
        pydantic.computed_field,
        deprecated.validator,
        deprecated.root_validator,
    ),
    after=("model_post_init", "context: object, /"),
    annotates_variables=True,
    has_private=True,
    takes_attributes=False,
    ways={
        Use.AS_DICT: Way("obj.model_dump()", methods=frozenset({"model_dump", "dict"})),
        Use.FROM_DICT: Way(
            "Class.model_validate(data)", methods=frozenset({"model_validate", "parse_obj", "from_orm"})
        ),
        Use.AS_JSON: Way("obj.model_dump_json()", methods=frozenset({"model_dump_json", "json"})),
        Use.FROM_JSON: Way(
            "Class.model_validate_json(text)",
            (load_str_bytes,),
            frozenset({"model_validate_json", "model_validate_strings", "parse_raw", "parse_file"}),
        ),
        Use.REPLACE: Way(
            "obj.model_copy(update={...})", methods=frozenset({"model_copy", "copy"}), keywords=frozenset({"update"})
        ),
        Use.COPY: Way("obj.model_copy()", methods=frozenset({"model_copy"})),
        Use.FIELDS: Way("Class.model_fields", methods=frozenset({"model_fields", "__fields__"})),
        Use.IS_MODEL: Way("isinstance(obj, BaseModel)", (BaseModel,)),
        Use.MAKE_CLASS: Way("pydantic.create_model(...)", (pydantic.create_model,)),
        Use.VALIDATE: Way("Class.model_validate(obj.model_dump())"),
        Use.REFUSED: Way("pydantic.ValidationError", (ValidationError,)),
        Use.FROZEN: Way("pydantic.ValidationError"),
        Use.SCHEMA: Way("Class.model_json_schema()", methods=frozenset({"model_json_schema", "schema", "schema_json"})),
        Use.GIVEN: Way("obj.model_fields_set", methods=frozenset({"model_fields_set", "__fields_set__"})),
        Use.WITHOUT_CHECKS: Way("Class.model_construct(...)", methods=frozenset({"model_construct", "construct"})),
        Use.RESOLVE: Way("Class.model_rebuild()", methods=frozenset({"model_rebuild", "update_forward_refs"})),
    },
)
