"""Subscriptions: which postback URLs are valid, and how CallFire receives them."""
