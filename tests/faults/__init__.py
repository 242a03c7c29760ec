"""A package, unlike other folders of tests: so pytest has its proxy stand before the functions for all of it."""
