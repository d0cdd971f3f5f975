"""The words of this project as frozen data, without any input or output."""
