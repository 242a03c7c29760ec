"""A package, unlike other test folders, so that pytest keeps its proxy in front of the functions for all of it."""
