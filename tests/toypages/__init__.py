"""Pages written in the recipe: `packages: [stages, tests.toypages]`."""
