"""The routes that every service has."""
