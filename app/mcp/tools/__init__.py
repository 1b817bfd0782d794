"""What a model can do here, one file a tool."""
