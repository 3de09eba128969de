"""The middleware pipeline: one file each, pure ASGI, what belongs to a request in a responder and never on `self`."""
