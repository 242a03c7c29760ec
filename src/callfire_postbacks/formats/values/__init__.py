"""Texts as typed values: numbers, phone numbers, times, amounts and outcomes."""
