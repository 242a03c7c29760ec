"""A package, like console, so that pytest keeps its proxy in front of the functions for all of it, and no longer."""
