//! Each rule, given and nearly given.
