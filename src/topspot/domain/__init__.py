"""Values and rules of the line, on the standard library alone: no clock, network, database or log."""
