"""The interface of open-instruct, see README.md beside this."""
