"""The handlers: one file per Lambda function. Only they know the structure of Lambda's events."""
