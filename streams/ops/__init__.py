"""How the system is watched: the catalogue of metrics, the pages of a process, what a supervisor asks of them."""
