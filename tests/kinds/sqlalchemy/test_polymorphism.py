"""Rows of mapped classes below one, which `polymorphic_on` tells apart."""

import dataclasses
from typing import Literal, Optional

from pydantic import BaseModel
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from type_safe_convert import convert, convert_class, converter, from_json, to_json
from type_safe_convert.testing import differences


class Base(DeclarativeBase):
    pass


class Blog(Base):
    __tablename__ = "told_blog"
    id: Mapped[int] = mapped_column(primary_key=True)
    posts: Mapped[list["Post"]] = relationship()


class Post(Base):
    __tablename__ = "told_post"
    id: Mapped[int] = mapped_column(primary_key=True)
    blog_id: Mapped[Optional[int]] = mapped_column(ForeignKey("told_blog.id"))
    kind: Mapped[str]
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "post"}


class Link(Post):
    url: Mapped[Optional[str]]
    __mapper_args__ = {"polymorphic_identity": "link"}


class Article(Post):
    __tablename__ = "told_article"
    id: Mapped[int] = mapped_column(ForeignKey("told_post.id"), primary_key=True)
    body: Mapped[str] = mapped_column(default="")
    __mapper_args__ = {"polymorphic_identity": "article"}


def blog() -> Blog:
    return Blog(id=1, posts=[Post(id=1), Link(id=2, url="u"), Article(id=3, body="b")])


def test_dicts_of_a_generated_typed_dict_are_told_by_the_column() -> None:
    made = convert_class(Blog, "typeddict")
    for _ in range(3):
        there = convert(blog(), "typeddict")
        assert there["posts"][1] == {"id": 2, "kind": "link", "url": "u"}
        back = converter(made, Blog)(there)
        assert differences(blog(), back) == []
    assert differences(blog(), from_json(Blog, to_json(blog()), subclasses=True)) == []


@dataclasses.dataclass
class Entry:
    kind: str
    id: int = 0


@dataclasses.dataclass
class Reference(Entry):
    kind: Literal["link"] = "link"
    url: str | None = None


@dataclasses.dataclass
class Text(Entry):
    kind: Literal["article"] = "article"
    body: str = ""


@dataclasses.dataclass
class Diary:
    id: int
    posts: list[Entry]


def test_rows_become_classes_of_other_names_by_the_column_and_come_back() -> None:
    for _ in range(3):
        found = convert(blog(), Diary)
        assert found == Diary(1, [Entry("post", 1), Reference(id=2, url="u"), Text(id=3, body="b")])
        assert differences(blog(), convert(found, Blog)) == []


class FlatPost(BaseModel):
    kind: str
    id: int
    url: str | None = None
    body: str = ""


class FlatBlog(BaseModel):
    id: int
    posts: list[FlatPost]


def test_models_of_one_class_become_rows_of_the_class_that_the_column_names() -> None:
    flat = FlatBlog(
        id=1,
        posts=[
            FlatPost(kind="link", id=1, url="u"),
            FlatPost(kind="article", id=2, body="b"),
            FlatPost(kind="?", id=3),
        ],
    )
    for _ in range(3):
        posts = convert(flat, Blog).posts
        assert [type(post) for post in posts] == [Link, Article, Post]
        assert posts[0].url == "u"  # type: ignore[attr-defined]
