"""Weeks of trouble in minutes, and what they leave behind: nothing."""
