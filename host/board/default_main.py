"""main.py of a device whose program brings none of its own."""

import modcore

modcore.main()
