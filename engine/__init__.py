"""The engine: everything Stepscope computes, in NumPy. It knows nothing of windows."""
