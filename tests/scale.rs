//! What must hold for many tickets as it does for few.

#[allow(
    dead_code,
    unused_imports,
    reason = "it is the plays' stage, and has more on it than is needed here"
)]
mod harness;

mod filtering;
mod rush;
mod walking;
