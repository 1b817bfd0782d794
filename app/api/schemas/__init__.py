"""What is sent and received over HTTP."""
