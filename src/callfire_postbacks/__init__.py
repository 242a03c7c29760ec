"""The code of the Lambda functions: receive CallFire's postbacks, store them and publish them as events."""
