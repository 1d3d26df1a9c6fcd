//! Where the bytes of pictures and attachments are kept.

pub mod files;
