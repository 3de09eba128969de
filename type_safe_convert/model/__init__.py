"""What a class is: its kind, its fields, its counterparts in other kinds."""
