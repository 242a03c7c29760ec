"""CallFire postbacks on AWS: everything that ships in the functions' artifact."""
