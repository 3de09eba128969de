"""What the classes of all kinds have in common: the enum of the domain model."""

import enum


class Status(enum.Enum):
    OPEN = "open"
    PAID = "paid"
    SENT = "sent"
