"""Whatever is written, a reader reads it or says in lines what is wrong: no traceback, no hang."""
