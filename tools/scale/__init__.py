"""A model of the limits that more postbacks reach first."""
