//! Where the bytes of pictures and attachments are kept.
//!
//! Both stores name a blob alike, `ab/cd/abcd…`: copying the files of a folder into a bucket moves a shop.

pub mod files;
pub mod s3;

use wares_commerce::media::blob::BlobKey;

/// The name of a blob in a store, of two levels of folders so that none of them grows too large to look at.
fn name(key: &BlobKey) -> String {
    let key = key.as_str();
    format!("{}/{}/{key}", &key[..2], &key[2..4])
}
