"""A small service on `fast_api`: orders, customers and items, kept in SQLite."""
