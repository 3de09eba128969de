"""Stores of events: the protocol, and its implementations in memory and in Redis."""
