"""The checks of `postbacks doctor`."""
