"""A report as one HTML file that needs nothing else: a file here for each plot."""
