"""Subscriptions: which postback URLs are valid, and how CallFire is told of them."""
