"""What is around the code on GitHub, checked without GitHub."""
