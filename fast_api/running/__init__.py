"""Serving an application: uvicorn and AWS Lambda."""
