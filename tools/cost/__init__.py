"""A model of what a million postbacks cost."""
