"""Where events are kept: the protocol, and its implementations in memory and in Redis."""
