"""Ports for servers that bind them later, or again."""

import random
import socket
from pathlib import Path

_given: set[int] = set()


def free_port() -> int:
    """A port that nothing uses, that the system gives to no connection meanwhile, and that no other call returns: what
    an earlier test has left may still try to reach the port of its own.

    The system chooses the ports of outgoing connections, and those of `bind` with 0, in a range; this one is below it,
    where that leaves some.
    """
    chosen = Path("/proc/sys/net/ipv4/ip_local_port_range")
    first = int(chosen.read_text().split()[0]) if chosen.exists() else 0
    end = first if first > 8192 else 32768
    while True:
        port = random.SystemRandom().randrange(end // 2, end)
        if port in _given:
            continue
        try:
            with socket.create_server(("127.0.0.1", port)):
                _given.add(port)
                return port
        except OSError:
            continue
