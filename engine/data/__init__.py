"""Learning from data: tables, models with two weights on them, batches and regularisers."""
