"""Types, errors and registries that every other part of phasewise builds on."""
