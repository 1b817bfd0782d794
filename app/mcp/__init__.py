"""The service for other programs' models: tools of the Model Context Protocol."""
