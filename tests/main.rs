//! The system as its users meet it: over HTTP, against the stand with its real engine.
//!
//! A test is a play: actors of a tenant say verbs, answers are compared whole. When a play ends, every ticket of its
//! table is checked: its head is the fold of its thread, and the thread has no gaps.

mod harness;

mod capacity;
mod conversing;
mod creating;
mod faults;
mod filtering;
mod gateway;
mod idempotency;
mod listing;
mod privacy;
mod restarts;
mod table;
mod threads;
mod tokens;
