"""CallFire postbacks on AWS: everything that ships in the functions' artifact, and `consuming` for who reads events."""
