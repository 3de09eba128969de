"""Pydantic: models, dataclasses of pydantic, and the types whose values pydantic judges."""
