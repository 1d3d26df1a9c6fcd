//! Orders: listing, one order, sending, cancelling, money.

pub(crate) mod money_pages;
pub(crate) mod pages;

mod buyer;
mod cancel;
mod capture;
mod export;
mod label;
mod ledger;
mod line;
mod list;
mod mark_paid;
mod password;
mod payments;
mod refund;
mod ship;
mod show;
mod slip;
mod timeline;
mod with_money;

pub(super) use cancel::{ask as ask_cancel, cancel};
pub(super) use capture::{ask as ask_capture, take as take_money};
pub(super) use export::export;
pub(super) use label::label;
pub(super) use list::{list, row};
pub(super) use mark_paid::{ask as ask_paid, record as record_paid};
pub(super) use refund::{ask as ask_refund, give_back, sent as refund_sent};
pub(super) use ship::{deliver, send, show as show_ship};
pub(super) use show::{note, show};
pub(super) use slip::packing_slip;
