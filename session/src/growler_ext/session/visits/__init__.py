"""The ways from a request's cookie to its session and back, one file each; `contract` says what a way has to do."""
