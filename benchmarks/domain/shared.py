"""The enum of the domain model, which the classes of all kinds share."""

import enum


class Status(enum.Enum):
    OPEN = "open"
    PAID = "paid"
    SENT = "sent"
