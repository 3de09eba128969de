"""What a value may be: annotations read into trees of nodes."""
