"""What departments owe the knowledge base, and when (reg. 4.3)."""
