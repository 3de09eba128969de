"""What annotations become."""
