"""The containers, drilled: built, started, used over REST, hurt, stopped and started again."""
