"""The diagrams petrologists draw; every function takes arrays and returns matplotlib Axes."""
