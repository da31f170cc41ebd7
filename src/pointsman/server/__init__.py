"""The router over HTTP: routes, reload, admin, metrics."""
