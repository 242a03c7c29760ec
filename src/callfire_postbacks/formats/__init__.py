"""The wire formats: cloud/1, API 1.1 and API v2, and what reads their bodies."""
