"""Our overrides of Faust 0.15.3, kept together: each replaces one defect named in its module, each has a test."""
