"""The rota: who works when, who is away, who is on call, and who is right for whom."""
