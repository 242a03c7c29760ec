"""Access to AWS: clients with short timeouts, a circuit breaker, DynamoDB's attribute values."""
