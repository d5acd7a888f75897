"""What an audit has found, as one page in HTML."""
