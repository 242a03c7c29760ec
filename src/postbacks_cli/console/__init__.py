"""The console: a web page on 127.0.0.1 with the functions of the command line."""
