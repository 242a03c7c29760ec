"""Repair bodies that no strict parser can read but a person can. Loaded only for such bodies."""
