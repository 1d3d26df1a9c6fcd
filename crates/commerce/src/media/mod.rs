//! Pictures and attachments: the bytes, kept by what they are.

pub mod blob;
