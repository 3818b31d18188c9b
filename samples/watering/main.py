import modcore

modcore.main()
