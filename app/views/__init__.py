"""The pages, one module each; a page is a function without arguments that draws it."""
