"""Requests made from the OpenAPI document, valid ones and broken ones, sent to a real server."""
