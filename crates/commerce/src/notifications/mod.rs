//! Mail: what is written to whom, and the way out.

pub mod mailer;
