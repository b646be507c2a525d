"""Second factors in the browser: allauth's pages in our house."""
