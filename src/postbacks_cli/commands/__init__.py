"""The commands, each in a file of its name; those that manage subscriptions are in `subscriptions.py`."""
