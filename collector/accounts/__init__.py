"""Who is there: accounts, passwords, sessions, and the guard through which every page and every call passes."""
