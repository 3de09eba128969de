"""JSON straight into and out of classes of any kind, with one compiled validator and serializer a class.

An add-on: it uses what the families know and is used by nothing in them.
"""
