"""What people see: tables, pictures and the charts in them."""
