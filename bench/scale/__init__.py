"""The parts of `bench/scale.py`: a package, since beside a module of that name Python finds no mere folder."""
