"""Reading files into documents and cutting documents into passages. Knows no vectors and no surfaces."""
