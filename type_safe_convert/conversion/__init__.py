"""From one class to another: plans, and the functions that are written of them."""
