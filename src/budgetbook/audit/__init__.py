"""The audit: does a disclosure agree with itself, with its words, and with the rules?"""
