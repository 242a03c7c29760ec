"""The trees of API 1.1 and v2, from JSON or XML, and the fields taken from them."""
