"""What lies elsewhere: addresses of fsspec, as paths, behind one way of waiting and of telling what went wrong."""
