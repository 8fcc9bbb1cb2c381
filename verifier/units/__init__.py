"""Measured and counted quantities: unit texts, their meaning from pint's registry, agreement between units."""
