"""Convert model classes and instances between Type_Safe, Pydantic and dataclasses."""
