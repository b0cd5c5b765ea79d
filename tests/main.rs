//! The system as its users meet it: over HTTP, against the stand with its real engine.
//!
//! A test is a play: actors of a tenant say verbs, answers are compared whole. When a play ends, every ticket of its
//! table is checked: its head is the fold of its thread, and the thread has no gaps.

mod harness;

mod attaching;
mod bodies;
mod browsing;
mod bucket;
mod calendars;
mod capacity;
mod changing;
mod checking;
mod claiming;
mod clocks;
mod conversing;
mod counting;
mod creating;
mod customers;
mod deadlines;
mod deleting;
mod downloading;
mod explaining;
mod faults;
mod gateway;
mod idempotency;
mod interleaving;
mod keeping;
mod kinds;
mod listening;
mod listing;
mod matrix;
mod me;
mod older_names;
mod parameters;
mod policies;
mod privacy;
mod reporting;
mod restarts;
mod revealing;
mod rights;
mod settings;
mod syncing;
mod table;
mod tagging;
mod texts;
mod threads;
mod tokens;
mod uploading;
mod waiting;
