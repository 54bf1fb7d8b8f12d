"""The staff door: server-rendered pages for officers, IDVAs, services and those who run them."""
