"""What runs on a PC: virtual board, command line, package index builder."""
