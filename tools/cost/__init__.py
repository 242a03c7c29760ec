"""A model of the cost of a million postbacks."""
