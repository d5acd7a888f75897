"""Results beside the input they belong to, in memory and in files."""
