"""What was found in a table, as one page in HTML."""
