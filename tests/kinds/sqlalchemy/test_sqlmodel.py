"""Tables of SQLModel are of this kind, its other models BaseModels."""

import dataclasses
import json
from typing import Any, Optional

import pytest
from pydantic import BaseModel
from sqlalchemy.orm import selectinload
from sqlmodel import Field, Relationship, Session, SQLModel, create_engine, select

from tests.kinds.sqlalchemy.kinds import check_law, check_rows, every_kind
from type_safe_convert import ClassConversionError, convert, convert_class, from_json, kind_of, origin_of, to_json
from type_safe_convert.model.family import shape_of
from type_safe_convert.testing.equality import differences
from type_safe_convert.testing.sampler import samples


class HeroBase(SQLModel):
    name: str = Field(index=True, max_length=20)
    age: Optional[int] = None


class Link(SQLModel, table=True):
    hero_id: Optional[int] = Field(default=None, foreign_key="hero.id", primary_key=True)
    power_id: Optional[int] = Field(default=None, foreign_key="power.id", primary_key=True)


class Team(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    name: str
    heroes: list["Hero"] = Relationship(back_populates="team")


class Power(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    name: str
    heroes: list["Hero"] = Relationship(back_populates="powers", link_model=Link)


class Hero(HeroBase, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    secret: str = "none"
    team_id: Optional[int] = Field(default=None, foreign_key="team.id")
    team: Optional[Team] = Relationship(back_populates="heroes")
    powers: list[Power] = Relationship(back_populates="heroes", link_model=Link)


class HeroCreate(HeroBase):
    secret: str


class HeroUpdate(SQLModel):
    id: int
    name: Optional[str] = None
    age: Optional[int] = None
    secret: Optional[str] = None


class HeroPublic(HeroBase):
    id: int
    team: Optional["TeamPublic"] = None


class TeamPublic(SQLModel):
    id: int
    name: str


HeroPublic.model_rebuild()


def team() -> Team:
    fly, run = Power(name="fly"), Power(name="run")
    return Team(name="Z", heroes=[Hero(name="Ada", powers=[fly, run], age=36), Hero(name="Bob", powers=[fly])])


@pytest.fixture
def engine() -> Any:
    made = create_engine("sqlite://")
    SQLModel.metadata.create_all(made)
    with Session(made) as session:
        session.add(team())
        session.commit()
    return made


def test_a_table_is_of_this_kind_whatever_else_it_is() -> None:
    assert isinstance(Hero(name="a"), BaseModel)
    assert kind_of(Hero) == "sqlalchemy"
    assert kind_of(HeroBase) == kind_of(HeroCreate) == "basemodel"
    required = [name for name, field in shape_of(Hero).fields.items() if field.required]
    assert required == ["name"]
    assert [*shape_of(Hero).fields] == ["name", "age", "id", "secret", "team_id", "team", "powers"]
    with pytest.raises(ClassConversionError, match="no class of this kind is made"):
        convert_class(HeroCreate, "sqlalchemy")


@every_kind
def test_tables_come_back(engine: Any, kind: str) -> None:
    for _ in range(3):
        assert differences(team(), convert(convert(team(), kind), Team), sharing=True) == []
    with Session(engine) as session:
        row = session.exec(select(Team).options(selectinload(Team.heroes).selectinload(Hero.powers))).one()
        made = convert(row, kind)
        assert made.heroes[0].powers[0] is made.heroes[1].powers[0]
        back = convert(made, Team)
        assert differences(row, back, sharing=True) == []
    back.heroes[1].name = "Bert"
    with Session(engine) as session:
        session.merge(back)
        session.commit()
        heroes = session.exec(select(Hero).order_by(Hero.id)).all()
        assert [(hero.name, len(hero.powers)) for hero in heroes] == [("Ada", 2), ("Bert", 1)]


def test_rows_become_the_models_of_an_api_and_back(engine: Any) -> None:
    """Fault F28: what was made had no instrumentation, and no relationships."""
    with Session(engine) as session:
        row = session.exec(select(Hero).options(selectinload(Hero.team))).first()
        for _ in range(3):
            public = convert(row, HeroPublic)
        assert public.model_dump() == {"name": "Ada", "age": 36, "id": 1, "team": {"id": 1, "name": "Z"}}
        hero = convert(HeroCreate(name="Cid", secret="s"), Hero)
        assert isinstance(hero, Hero)
        session.add(hero)
        session.commit()
        session.refresh(hero)
        assert (hero.id, hero.name, hero.secret) == (3, "Cid", "s")
        session.merge(convert(HeroUpdate(id=3, age=9), Hero))
        session.commit()
        session.refresh(hero)
        assert (hero.name, hero.age, hero.secret, hero.team_id) == ("Cid", 9, "s", None)


def test_unset_stays_unset(engine: Any) -> None:
    with Session(engine) as session:
        row = session.exec(select(Hero)).first()
        made = convert(row, "dataclass")
        assert made.team is made.powers is None
        made.age = 37
        session.expunge_all()
        session.merge(convert(made, Hero))
        session.commit()
        found = session.exec(select(Hero)).first()
        assert (found.age, found.team.name, len(found.powers)) == (37, "Z", 2)


def test_json(engine: Any) -> None:
    with Session(engine) as session:
        row = session.exec(select(Team).options(selectinload(Team.heroes))).one()
        text = to_json(row)
        assert text.startswith(b'{"id":1,"name":"Z","heroes":[{"name":"Ada","age":36,"id":1')
        back = from_json(Team, text)
        assert [hero.name for hero in back.heroes] == ["Ada", "Bob"]
        assert session.merge(back) is row
        # What SQLModel does by itself is as before.
        assert row.model_dump() == {"id": 1, "name": "Z"}
        assert json.loads(row.model_dump_json()) == {"id": 1, "name": "Z"}
        assert Team.model_validate({"name": "Y"}).name == "Y"


@pytest.mark.parametrize("cls", [Hero, Team, Power, Link], ids=lambda cls: cls.__name__)
def test_samples_and_strategies(cls: type) -> None:
    for sample in samples(cls, 5):
        check_rows(sample)
    check_law(cls)


def test_a_table_in_a_dataclass() -> None:
    @dataclasses.dataclass
    class Holder:
        hero: Hero

    holder = Holder(Hero(name="a"))
    made = convert(holder, "basemodel")
    assert origin_of(type(made.hero)) is Hero
    check_rows(holder)
