"""The service over HTTP: routes, schemas, problems, middleware."""
