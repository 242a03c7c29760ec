"""The handlers: one file per Lambda function, the only code that knows the shapes of Lambda's events."""
