"""Generators of sample events, schemas and pages."""
