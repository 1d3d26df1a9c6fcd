//! Invoices and credit notes: documents that say what was sold and what went back, numbered without a gap.
//!
//! Owns the tables `documents` and `document_lines`, and two rows of `counters`.
//!
//! - A document is written once and never changed. It copies everything it says.
//! - **One order has one invoice**, issued by what follows from its payment or from its first parcel, whichever comes first: that is when
//!   the tax on it falls due (articles 63 and 65 of directive 2006/112/EC). An order that is only authorised, or to be paid on delivery, is
//!   therefore invoiced when it is sent; one that is paid by transfer, when the money has come.
//! - **One refund has one credit note**, issued when the money has gone back, made of the refund's own shares. Money that never belonged to
//!   the order has no invoice and no credit note.
//! - **Numbers have no gap.** A series is a counter row that is raised in the transaction that writes the document, so that either both
//!   are there or neither. It is locked until that transaction has ended, which an order's number may not do to its buyers; but a document is
//!   issued by a reaction, after the commit, where nobody waits for it.
//! - A document's lines come to its figures, an invoice's to those of its order, a credit note's to those of its refund.
//!
//! To say one more thing on a document: a field of [`Sheet`] with a default, so that documents from before keep working.

mod document;
mod draft;
mod issue;
mod list;
mod store;
#[cfg(test)]
mod tests;

pub use document::{Document, DocumentLine, Series, Sheet, TaxRow, taxes};
pub use issue::{credit, invoice, preview};
pub use list::{Filter, all, list};
pub use store::{document, lines, next_serial, of_order};
