"""FastAPI that speaks Type_Safe, on top of `type_safe_convert`."""
