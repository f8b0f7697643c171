"""Who answers for the knowledge that this server goes by: the signatures, and what an unsigned pack forbids."""
