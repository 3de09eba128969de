"""Mapped classes of SQLAlchemy, SQLModel tables among them."""
