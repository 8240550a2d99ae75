"""What people see: the Streamlit pages and the command that runs everything."""
