"""The fake CallFire: a loopback server with CallFire's APIs as documented, which posts to the URLs that it is given."""
