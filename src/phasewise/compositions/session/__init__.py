"""How good a session on the microprobe was: standards analysed between the unknowns."""
