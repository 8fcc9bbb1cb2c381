"""A model examined: questions asked through a teacher backend, answers verified, scores with intervals."""
