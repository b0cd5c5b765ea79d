//! The system's time on one machine: the machine's own, moved forward by as much as somebody has asked for.
//!
//! How far it was moved is kept with the data: tickets have times of it, and it must not run back when the stand is
//! started again. Tokens live in real time.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result};
use edge::Clock;
use jiff::{SignedDuration, Timestamp};

use crate::folder::Folder;

/// How long a move is remembered: longer than the clock is asked for.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(1);

/// The time.
#[derive(Debug)]
pub(crate) struct Time {
    /// Milliseconds it is ahead of the machine's.
    ahead: AtomicI64,
    /// When it was moved, in the machine's time, and how far it was ahead before. What is longer ago than the clock is
    /// asked for is forgotten.
    moves: Mutex<VecDeque<(Timestamp, i64)>>,
    file: Option<PathBuf>,
}

impl Time {
    /// The time as it was left in a folder; the machine's own when nothing is kept.
    pub(crate) fn open(folder: Option<&Folder>) -> Result<Arc<Self>> {
        let file = folder.map(Folder::clock);
        let ahead = match &file {
            Some(file) if file.exists() => {
                let text = fs::read_to_string(file)?;
                let ahead = text.trim().parse();
                ahead.with_context(|| format!("{} holds no number", file.display()))?
            }
            Some(_) | None => 0,
        };
        let ahead = AtomicI64::new(ahead);
        Ok(Arc::new(Self {
            ahead,
            moves: Mutex::default(),
            file,
        }))
    }

    /// The clock the functions get.
    pub(crate) fn clock(self: &Arc<Self>) -> Clock {
        let time = Arc::clone(self);
        Clock::that_moves(move |ago| time.ago(ago))
    }

    /// The time now.
    pub(crate) fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.ahead.load(Ordering::SeqCst));
        let now = Timestamp::now();
        now.saturating_add(ahead).unwrap_or(now)
    }

    /// The time so much real time ago: a move since then had not happened yet.
    fn ago(&self, ago: Duration) -> Timestamp {
        let machine = Timestamp::now();
        let then = machine.checked_sub(ago).unwrap_or(machine);
        let moves = self.moves.lock().expect("a move does not panic");
        let next = moves.iter().find(|(moved, _)| *moved > then);
        let ahead = next.map_or_else(|| self.ahead.load(Ordering::SeqCst), |(_, before)| *before);
        let ahead = SignedDuration::from_millis(ahead);
        then.saturating_add(ahead).unwrap_or(then)
    }

    /// Moves it forward until then. It never goes back: then may have passed already.
    pub(crate) fn move_to(&self, then: Timestamp) -> Result<()> {
        let ahead = then.as_millisecond() - Timestamp::now().as_millisecond();
        let ahead = ahead.max(self.ahead.load(Ordering::SeqCst));
        if let Some(file) = &self.file {
            // Before it is used: a time that was seen must not be forgotten.
            let draft = file.with_extension("draft");
            let mut written = File::create(&draft)?;
            written.write_all(ahead.to_string().as_bytes())?;
            written.sync_all()?;
            fs::rename(&draft, file)?;
            if let Some(folder) = file.parent() {
                File::open(folder)?.sync_all()?;
            }
        }
        let mut moves = self.moves.lock().expect("a move does not panic");
        let machine = Timestamp::now();
        let is_old = |moved: Timestamp| machine.duration_since(moved) > REMEMBERED;
        while moves.front().is_some_and(|(moved, _)| is_old(*moved)) {
            moves.pop_front();
        }
        moves.push_back((machine, self.ahead.load(Ordering::SeqCst)));
        self.ahead.store(ahead, Ordering::SeqCst);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_forward_only_and_is_kept_with_the_data() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::open(&home.path().join("data")).unwrap();
        let time = Time::open(Some(&folder)).unwrap();
        let later = Timestamp::now() + SignedDuration::from_hours(96);
        time.move_to(later).unwrap();
        assert!(time.now() >= later - SignedDuration::from_millis(1));
        time.move_to(later - SignedDuration::from_hours(1)).unwrap();
        assert!(time.now() >= later - SignedDuration::from_millis(1));
        drop(time);
        let again = Time::open(Some(&folder)).unwrap();
        assert!(again.now() >= later - SignedDuration::from_millis(1));
    }

    #[test]
    fn what_the_time_was_is_known_across_its_moves() {
        let time = Time::open(None).unwrap();
        let before = Timestamp::now();
        for hours in [1, 2] {
            let then = before + SignedDuration::from_hours(hours);
            time.move_to(then).unwrap();
        }
        let clock = time.clock();
        assert!(
            clock.now() >= before + SignedDuration::from_hours(2) - SignedDuration::from_millis(1)
        );
        assert!(clock.settled() < before, "it had not been moved yet");
        // Long after its moves.
        for (moved, _) in time.moves.lock().unwrap().iter_mut() {
            *moved -= SignedDuration::from_secs(30);
        }
        let settled = clock.settled();
        assert!(settled > before + SignedDuration::from_hours(2) - SignedDuration::from_secs(16));
    }
}
