"""Statistical secrecy: what may leave towards buyers and the public about persons. All pure."""
