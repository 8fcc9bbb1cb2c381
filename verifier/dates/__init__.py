"""Points in time: calendar dates, clock times, years and eras."""
