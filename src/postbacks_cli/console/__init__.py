"""The console: a web page on 127.0.0.1 that shows what the command line shows."""
