"""Bytes of interactions → event columns: three envelope forms, typed and bounded, rejected with a reason."""
