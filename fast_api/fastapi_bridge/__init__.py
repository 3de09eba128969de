"""Routes and applications of FastAPI that speak Type_Safe."""
