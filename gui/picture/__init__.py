"""What pictures of several panels are made of: the ground of a loss, the way from its plane to pixels, long lines."""
