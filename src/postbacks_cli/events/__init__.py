"""The stored events: select, find, show, count and export them."""
