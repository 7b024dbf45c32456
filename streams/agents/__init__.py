"""The Faust shell: batches in, core, tables and sends out."""
