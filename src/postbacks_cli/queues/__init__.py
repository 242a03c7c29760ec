"""The parked and the rejected queue, and the queue of `tail`."""
