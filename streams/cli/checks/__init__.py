"""What `nhip766 doctor` looks at, a file for each part of the installation."""
