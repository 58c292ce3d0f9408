"""The contour picture, drawn with a QPainter alone: the same for screen, recording, PNG and SVG."""
