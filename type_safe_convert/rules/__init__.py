"""Rules: how instances of classes of one design become instances of classes of another."""
