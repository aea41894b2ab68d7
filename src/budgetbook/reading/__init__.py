"""Reading: what each figure and claim of a text says, from the words around it."""
