"""The page that shows the HTTP events, its files and its API."""
