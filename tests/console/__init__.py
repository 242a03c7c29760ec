"""A package, like faults, so that pytest closes the browser after the last test: it keeps an event loop running."""
