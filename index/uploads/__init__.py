"""Files that people hand over to the service, and the jobs that bring the index in line."""
