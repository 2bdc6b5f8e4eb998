"""All that knows Streamlit: the session, the sidebar, the graph canvas."""
