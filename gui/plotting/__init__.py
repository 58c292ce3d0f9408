"""Plots: views, axes and their layout stand on pyqtgraph, and what lies in a view is painted by one item."""
