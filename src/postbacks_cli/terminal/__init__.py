"""The terminal: options, help, tables, progress and output."""
