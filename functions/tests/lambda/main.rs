//! The functions as Lambda runs them: the real binaries, fed with API Gateway's events by a Runtime API of the test's
//! own, over a table in a real engine.

mod account;
mod answer;
mod engine;
mod event;
mod host;

mod contents;
mod failing;
mod files;
mod jobs;
mod life;
mod log;
mod refusing;
mod samples;
