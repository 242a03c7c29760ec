"""Repairs of bodies that no strict parser reads and that a person reads at once; loaded for such a body only."""
