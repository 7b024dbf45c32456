"""What people ask of a score: where points are to be had, and why it moved."""
