//! Being paid: attempts, captures, refunds, and the gateways behind them.

pub mod gateway;
