"""The transactional outbox: events are stored first and published later, each at least once."""
