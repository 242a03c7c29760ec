"""Unpack documents from the layers around them. Loaded only for bodies that no strict parser can read."""
