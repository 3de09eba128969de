"""Description of classes: their kind, their fields, their counterparts in other kinds."""
