"""The monthly report in words, as tables and as files; pages, mails and the API share it."""
