"""The model that is converted: a ship's track. The workers import this module, as they would a user's own."""

from dataclasses import dataclass


@dataclass
class Position:
    latitude: float
    longitude: float
    speed: float


@dataclass
class Track:
    ship: str
    number: int
    positions: list[Position]
    labels: dict[str, str]


def track(number: int) -> Track:
    """The track of that number: ten positions."""
    return Track(
        ship=f"IMO {9_000_000 + number}",
        number=number,
        positions=[Position(50.0 + i / 8, 4.0 + i / 4, 12.5) for i in range(10)],
        labels={"flag": "NL", "cargo": "grain"},
    )
