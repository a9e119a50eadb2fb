"""What hassfest and the HACS action check, without either and without a network.

Said anew from their rules for custom integrations, as of 2026.11, and stricter where
that costs nothing; on publishing the two run all the same. What only GitHub knows is
left to them: description, topics, issues, and that nothing is archived.
"""
