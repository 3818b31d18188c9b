"""Programs of the PC: virtual board, command line, package index builder."""
