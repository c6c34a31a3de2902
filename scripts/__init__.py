"""What is done to the repository now and then."""
